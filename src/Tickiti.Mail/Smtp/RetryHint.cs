using System.Globalization;
using System.Text.RegularExpressions;

namespace Tickiti.Mail.Smtp;

/// <summary>Greylisting servers say when to come back: "try again in 5 minutes", "come back in 00:05:00".</summary>
internal static partial class RetryHint
{
    public static TimeSpan? Find(string text)
    {
        var match = Hint().Match(text);
        if (match.Groups["clock"].Success
            && TimeSpan.TryParseExact(
                match.Groups["clock"].ValueSpan, @"hh\:mm\:ss", CultureInfo.InvariantCulture, out var clock))
        {
            return clock;
        }

        if (!match.Success
            || !int.TryParse(
                match.Groups["n"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
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

    // The words between are bounded, so the search is linear.
    [GeneratedRegex(
        @"\b(?:try|retry|again|return|back|wait)\b[a-z ]{1,24}(?:(?<clock>[0-9]{2}:[0-9]{2}:[0-9]{2})"
        + @"|(?<n>[0-9]{1,5})\s?(?<unit>h(?:ours?)?|m(?:in(?:ute)?s?)?|s(?:ec(?:ond)?s?)?))\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex Hint();
}
