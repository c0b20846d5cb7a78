using System.Buffers;
using System.Text;

namespace Tickiti.Mail;

/// <summary>What may stand in a header. Line breaks never reach the wire: they are refused here or become a space.</summary>
internal static class HeaderText
{
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>Names and subjects: white space and controls collapse to one space, unpaired surrogates are replaced.</summary>
    public static string Collapse(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            var isGap = rune.Value <= ' ' || rune.Value is >= 0x7f and <= 0x9f or 0x2028 or 0x2029 || Rune.IsWhiteSpace(rune);
            if (!isGap)
            {
                result.Append(rune);
            }
            else if (result.Length > 0 && result[^1] != ' ')
            {
                result.Append(' ');
            }
        }

        return result.ToString().TrimEnd();
    }

    public static string RequireName(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return name.Length <= 76 && name.AsSpan().IndexOfAnyExcept(NameCharacters) < 0
            ? name
            : throw new ArgumentException("A header name is printable ASCII without a colon, at most 76.", nameof(name));
    }

    public static string RequireOneLine(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return value.AsSpan().IndexOfAny('\r', '\n', '\0') < 0
            ? Collapse(value)
            : throw new ArgumentException("A header value has no line break and no NUL.", nameof(value));
    }

    /// <summary>An id without its angle brackets (they are taken off): printable ASCII with one "@" at least.</summary>
    public static string RequireId(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        var bare = Bare(id);
        return IsId(bare)
            ? bare
            : throw new ArgumentException("A message id is printable ASCII with an \"@\", without spaces.", nameof(id));
    }

    public static bool IsId(string id) =>
        Bare(id) is { Length: > 2 and <= 900 } bare
        && bare.Contains('@', StringComparison.Ordinal)
        && bare.AsSpan().IndexOfAnyExceptInRange('!', '~') < 0
        && bare.AsSpan().IndexOfAny('<', '>') < 0;

    private static string Bare(string id) => id.StartsWith('<') && id.EndsWith('>') ? id[1..^1] : id;

    public static MailAddress RequireAddress(MailAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (!MailAddress.TryParse(address.Address, out _))
        {
            throw new ArgumentException("The address is none that mail can be sent to.", nameof(address));
        }

        var name = address.Name is null ? null : Collapse(address.Name);
        return new MailAddress(string.IsNullOrEmpty(name) ? null : name, address.Address);
    }
}
