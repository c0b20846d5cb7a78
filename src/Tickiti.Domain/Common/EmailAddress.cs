using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Tickiti.Domain.Common;

/// <summary>
/// An addr-spec (RFC 5322 §3.4.1), trimmed; compared by <see cref="Key"/>. Lenient about what mail servers out there accept;
/// strict about what could break a header or an envelope: no control characters, no white space, exactly one way to read it.
/// </summary>
public sealed record EmailAddress
{
    /// <summary>RFC 5321 §4.5.3.1: a path of 256 octets, less its angle brackets.</summary>
    public const int MaxLength = 254;

    private const int MaxLocalPartLength = 64;

    // RFC 5322 §3.2.3: what is no atext, '.' aside.
    private static readonly SearchValues<char> Specials = SearchValues.Create("()<>[]:;@\\,\"");
    private static readonly SearchValues<char> ForbiddenInLiteral = SearchValues.Create("[]\\@<>,;\"");

    private static readonly string[] NoReplies = ["noreply", "donotreply"];
    private static readonly string[] ListEndings = ["-owner", "-request", "-bounces", "-bounce"];

    // As strict as the wire: what it would turn into something other than a host name stays as it is.
    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    private EmailAddress(string value) => Value = value;

    /// <summary>As it was given, trimmed.</summary>
    public string Value { get; }

    /// <summary>
    /// What two spellings of one mailbox have in common: lower case, composed (NFC), without quotes that quote nothing
    /// (RFC 5321 §4.1.2), the domain as A-labels (RFC 5890 §2.3.2.1). An address itself.
    /// </summary>
    public string Key => KeyOf(Value);

    /// <summary>Its name says that nobody reads what is sent there, or that a list's program does.</summary>
    public bool IsNoReply
    {
        get
        {
            var key = Key;
            var name = key[..key.LastIndexOf('@')].Split('+')[0];
            var plain = name.Replace("-", "", StringComparison.Ordinal)
                .Replace("_", "", StringComparison.Ordinal).Replace(".", "", StringComparison.Ordinal);
            return Array.Exists(NoReplies, one => plain.StartsWith(one, StringComparison.Ordinal) || plain.EndsWith(one, StringComparison.Ordinal))
                || name is "listserv" or "majordomo"
                || name.StartsWith("owner-", StringComparison.Ordinal)
                || Array.Exists(ListEndings, ending => name.EndsWith(ending, StringComparison.Ordinal));
        }
    }

    public string Domain => Value[(Value.LastIndexOf('@') + 1)..];

    public static string KeyOf(string address)
    {
        var key = address.Trim().Composed().ToLower(CultureInfo.InvariantCulture);
        var at = key.LastIndexOf('@');
        if (at < 1 || (key[0] != '"' && Ascii.IsValid(key.AsSpan(at))))
        {
            return key;
        }

        var simple = $"{Unquoted(key[..at])}@{ToALabels(key[(at + 1)..])}";
        return simple.Length <= MaxLength ? simple : key;
    }

    public static bool TryParse(string? text, [NotNullWhen(true)] out EmailAddress? address)
    {
        address = null;
        var trimmed = text?.Trim() ?? "";
        var at = trimmed.LastIndexOf('@');
        if (at is < 1 or > MaxLocalPartLength || at == trimmed.Length - 1 || trimmed.Length > MaxLength)
        {
            return false;
        }

        if (!IsLocalPart(trimmed.AsSpan(0, at)) || !IsDomain(trimmed.AsSpan(at + 1)) || !IsWellFormed(trimmed))
        {
            return false;
        }

        // Composed, some characters become three.
        if (!Ascii.IsValid(trimmed) && KeyOf(trimmed).Length > MaxLength)
        {
            return false;
        }

        address = new EmailAddress(trimmed);
        return true;
    }

    /// <exception cref="FormatException">The text is no address.</exception>
    public static EmailAddress Parse(string text) =>
        TryParse(text, out var address) ? address : throw new FormatException("Not an email address.");

    public override string ToString() => Value;

    private static string Unquoted(string local)
    {
        if (local.Length <= 2 || local[0] != '"' || local[^1] != '"' || !IsQuotedString(local.AsSpan()[1..^1]))
        {
            return local;
        }

        var plain = new StringBuilder(local.Length);
        for (var i = 1; i < local.Length - 1; i++)
        {
            plain.Append(local[local[i] == '\\' ? ++i : i]);
        }

        var text = plain.ToString();
        return text[0] != '"' && IsLocalPart(text) ? text : local;
    }

    private static string ToALabels(string domain)
    {
        if (Ascii.IsValid(domain))
        {
            return domain;
        }

        try
        {
            var labels = Idn.GetAscii(domain).ToLowerInvariant();
            return IsDomain(labels) ? labels : domain;
        }
        catch (ArgumentException)
        {
            return domain;
        }
    }

    private static bool IsLocalPart(ReadOnlySpan<char> local)
    {
        if (local.Length > 2 && local[0] == '"' && local[^1] == '"')
        {
            return IsQuotedString(local[1..^1]);
        }

        return local[0] != '.' && local[^1] != '.' && !local.Contains("..", StringComparison.Ordinal)
            && !local.ContainsAny(Specials) && !HasControlOrSpace(local);
    }

    private static bool IsQuotedString(ReadOnlySpan<char> inner)
    {
        for (var i = 0; i < inner.Length; i++)
        {
            // A backslash quotes the next character, but makes nothing harmless of a line break.
            if (inner[i] == '"' || (inner[i] == '\\' && ++i == inner.Length) || char.IsControl(inner[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsDomain(ReadOnlySpan<char> domain)
    {
        if (domain[0] == '[')
        {
            return domain.Length > 2 && domain[^1] == ']' && !HasControlOrSpace(domain)
                && !domain[1..^1].ContainsAny(ForbiddenInLiteral);
        }

        foreach (var range in domain.Split('.'))
        {
            var label = domain[range];
            if (label.Length is 0 or > 63 || label[0] == '-' || label[^1] == '-' || !IsLabel(label))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsLabel(ReadOnlySpan<char> label)
    {
        foreach (var c in label)
        {
            if (!(char.IsAsciiLetterOrDigit(c) || c is '-' or '_' || (c >= 0x80 && !char.IsControl(c) && !char.IsWhiteSpace(c))))
            {
                return false;
            }
        }

        return true;
    }

    private static bool HasControlOrSpace(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (char.IsControl(c) || char.IsWhiteSpace(c))
            {
                return true;
            }
        }

        return false;
    }

    // A lone surrogate cannot be stored or sent.
    private static bool IsWellFormed(string text) => !text.EnumerateRunes().Contains(Rune.ReplacementChar);
}
