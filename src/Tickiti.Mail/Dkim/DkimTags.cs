using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Tickiti.Mail.Dkim;

/// <summary>A list of tags, <c>name=value;</c> (RFC 6376 §3.2), in signatures and key records. Names are exact.</summary>
internal sealed class DkimTags
{
    private readonly Dictionary<string, Range> _ranges = new(StringComparer.Ordinal);
    private readonly byte[] _text;

    private DkimTags(byte[] text)
    {
        _text = text;
    }

    /// <summary>Trimmed; null where the tag is missing.</summary>
    public string? this[string name] => _ranges.TryGetValue(name, out var range)
        ? Encoding.UTF8.GetString(Bytes.Trim(_text.AsSpan(range)))
        : null;

    /// <summary>The first tag's name; key records must begin with their version (RFC 6376 §3.6.1).</summary>
    public string? First { get; private set; }

    /// <summary>False for a tag that stands twice, a name that is none, or something without "=".</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, [NotNullWhen(true)] out DkimTags? tags)
    {
        tags = null;
        var parsed = new DkimTags(text.ToArray());
        for (var position = 0; position < text.Length;)
        {
            var length = text[position..].IndexOf((byte)';');
            var end = length < 0 ? text.Length : position + length;
            var specification = text[position..end];
            if (!Bytes.Trim(specification).IsEmpty)
            {
                var equals = specification.IndexOf((byte)'=');
                var name = equals < 0 ? "" : Encoding.Latin1.GetString(Bytes.Trim(specification[..equals]));
                if (!IsName(name) || !parsed._ranges.TryAdd(name, (position + equals + 1)..end))
                {
                    return false;
                }

                parsed.First ??= name;
            }

            position = end + 1;
        }

        tags = parsed;
        return true;
    }

    /// <summary>Where the value stands in the text, white space around it included.</summary>
    public Range RangeOf(string name) => _ranges[name];

    /// <summary>A value in which white space means nothing.</summary>
    public string? Compact(string name) => this[name] is { } value ? string.Concat(value.Where(c => !char.IsWhiteSpace(c))) : null;

    /// <summary>The words between colons; null where the tag is missing.</summary>
    public string[]? List(string name) => Compact(name)?.Split(':');

    public bool TryGetBytes(string name, [NotNullWhen(true)] out byte[]? bytes)
    {
        var text = Compact(name) ?? "";
        var buffer = new byte[text.Length];
        bytes = text.Length > 0 && Convert.TryFromBase64String(text, buffer, out var length) ? buffer[..length] : null;
        return bytes is not null;
    }

    /// <summary>A number of at most so many digits; null where the tag is missing; false where it is no such number.</summary>
    public bool TryGetNumber(string name, int maxDigits, out long? number)
    {
        number = null;
        if (this[name] is not { } text)
        {
            return true;
        }

        var isNumber = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value);
        number = value;
        return isNumber && text.Length <= maxDigits;
    }

    private static bool IsName(string name) =>
        name.Length > 0 && char.IsAsciiLetter(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
}
