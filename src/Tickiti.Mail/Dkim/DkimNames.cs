using System.Globalization;

namespace Tickiti.Mail.Dkim;

/// <summary>Domains and selectors.</summary>
internal static class DkimNames
{
    private static readonly IdnMapping Idn = new() { AllowUnassigned = true };

    /// <summary>Labels of letters, digits, hyphens and underscores, international ones too (RFC 8616).</summary>
    public static bool IsDomain(string text) =>
        text.Length is > 0 and <= 253 && ToAscii(text) is { } ascii
        && ascii.Split('.').All(label => label.Length is > 0 and <= 63 && label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'));

    /// <summary>The name as DNS has it; null where it is none.</summary>
    public static string? ToAscii(string name)
    {
        try
        {
            return System.Text.Ascii.IsValid(name) ? name : Idn.GetAscii(name);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    public static string DomainOf(string identity) => identity[(identity.LastIndexOf('@') + 1)..];

    public static bool IsSame(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);

    public static bool IsWithin(string domain, string parent) =>
        IsSame(domain, parent) || domain.EndsWith($".{parent}", StringComparison.OrdinalIgnoreCase);
}
