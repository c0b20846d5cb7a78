using System.Globalization;
using System.Text.RegularExpressions;

namespace Tickiti.Mail.Smtp;

/// <summary>Greylisting servers say when to come back: "try again in 5 minutes", "retry after 300 seconds".</summary>
internal static partial class RetryHint
{
    public static TimeSpan? Find(string text)
    {
        var match = Hint().Match(text);
        if (!match.Success
            || !int.TryParse(match.Groups["n"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }

        return char.ToUpperInvariant(match.Groups["unit"].ValueSpan[0]) switch
        {
            'H' => TimeSpan.FromHours(number),
            'M' => TimeSpan.FromMinutes(number),
            _ => TimeSpan.FromSeconds(number),
        };
    }

    // The words between and the unit are bounded, so the search is linear.
    [GeneratedRegex(
        @"\b(?:try|retry|again|return|come back|wait)\b[a-z ]{0,24}\b(?:in|after|for|wait)?\s*(?<n>[0-9]{1,5})\s*(?<unit>h(?:ours?)?|m(?:in(?:ute)?s?)?|s(?:ec(?:ond)?s?)?)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex Hint();
}
