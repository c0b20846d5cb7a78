using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Tickiti.Mail;

/// <summary>A mailbox: display name, if any, and address as it was written.</summary>
public sealed record MailAddress(string? Name, string Address)
{
    /// <summary>RFC 5321 §4.5.3.1.3: a path of 256 with its angle brackets.</summary>
    public const int MaxLength = 254;

    public const int MaxLocalPartLength = 64;

    public const int MaxDomainLength = 255;

    private static readonly SearchValues<char> AtomText = SearchValues.Create(
        "!#$%&'*+-/=?^_`{|}~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true, AllowUnassigned = false };

    public MailAddress(string address)
        : this(null, address)
    {
    }

    public string LocalPart => Address.LastIndexOf('@') is var at and >= 0 ? Address[..at] : Address;

    /// <summary>Empty where the address has none.</summary>
    public string Domain => Address.LastIndexOf('@') is var at and >= 0 ? Address[(at + 1)..] : "";

    /// <summary>
    /// Strict, for what people and programs type: one bare addr-spec (RFC 5321 §4.1.2), no route, no comment, no controls;
    /// international domains and local parts are allowed (RFC 6531).
    /// </summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out MailAddress? address)
    {
        address = null;
        if (text is null || text.LastIndexOf('@') is var at && at <= 0)
        {
            return false;
        }

        // The limits count octets; unpaired surrogates have none.
        if (text.AsSpan().IndexOfAnyInRange('\ud800', '\udfff') >= 0 && !IsWellFormed(text)
            || Encoding.UTF8.GetByteCount(text) > MaxLength
            || Encoding.UTF8.GetByteCount(text.AsSpan(0, at)) > MaxLocalPartLength)
        {
            return false;
        }

        if (!IsLocalPart(text.AsSpan(0, at)) || !IsDomain(text[(at + 1)..]))
        {
            return false;
        }

        address = new MailAddress(text);
        return true;
    }

    public override string ToString() => string.IsNullOrEmpty(Name) ? Address : $"{Name} <{Address}>";

    private static bool IsLocalPart(ReadOnlySpan<char> local)
    {
        if (local is ['"', .. var quoted, '"'])
        {
            return IsQuoted(quoted);
        }

        foreach (var range in local.Split('.'))
        {
            var atom = local[range];
            if (atom.IsEmpty)
            {
                return false;
            }

            foreach (var character in atom)
            {
                if (!AtomText.Contains(character) && !IsInternational(character))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static bool IsQuoted(ReadOnlySpan<char> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && ++i == text.Length)
            {
                return false;
            }

            var isBareQuote = text[i] == '"' && (i == 0 || text[i - 1] != '\\');
            if (isBareQuote || text[i] is < ' ' or '\u007f' || (text[i] > '\u007f' && !IsInternational(text[i])))
            {
                return false;
            }
        }

        return !text.IsEmpty;
    }

    private static bool IsDomain(string domain)
    {
        if (domain is ['[', .. var literal, ']'])
        {
            var isV6 = literal.StartsWith("IPv6:", StringComparison.OrdinalIgnoreCase);
            return System.Net.IPAddress.TryParse(isV6 ? literal[5..] : literal, out var ip)
                && (ip.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6) == isV6;
        }

        if (domain.Length is 0 or > MaxDomainLength || domain[^1] == '.')
        {
            return false;
        }

        try
        {
            var ascii = Idn.GetAscii(domain);
            return ascii.Length <= MaxDomainLength && !ascii.Contains("..", StringComparison.Ordinal);
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && !char.IsSurrogatePair(text, i++))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsInternational(char character) =>
        character >= '\u00a0' && CharUnicodeInfo.GetUnicodeCategory(character) is not
            (UnicodeCategory.Format or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse);
}
