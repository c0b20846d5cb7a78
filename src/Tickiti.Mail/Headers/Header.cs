using System.Text;
using System.Text.Unicode;

namespace Tickiti.Mail;

/// <summary>One header field, a slice of the mail it stands in.</summary>
public readonly struct Header
{
    private readonly MimeSource _source;
    private readonly HeaderSlot _slot;

    internal Header(MimeSource source, HeaderSlot slot)
    {
        _source = source;
        _slot = slot;
    }

    public string Name => Encoding.Latin1.GetString(NameBytes);

    public ReadOnlySpan<byte> NameBytes => _source.Span.Slice(_slot.Start, _slot.NameLength);

    /// <summary>Where the field begins in <see cref="MimeMessage.Raw"/>.</summary>
    public int Offset => _slot.Start;

    /// <summary>The field exactly as it came: name, colon, value, folding and the last line break (for signatures).</summary>
    public ReadOnlyMemory<byte> Raw => _source.Raw[_slot.Start.._slot.End];

    /// <summary>The bytes between the colon and the last line break, folded as they came.</summary>
    public ReadOnlyMemory<byte> RawValue => _source.Raw[_slot.ValueStart.._source.TrimLineEnd(_slot.ValueStart, _slot.End)];

    /// <summary>The value unfolded and trimmed, its encoded words decoded (RFC 2047), always valid Unicode.</summary>
    public string Value => EncodedWords.Decode(ValueBytes);

    /// <summary>Trimmed, still folded; 8-bit text that is no UTF-8 is brought to it with the charset of the mail's body.</summary>
    internal ReadOnlySpan<byte> ValueBytes
    {
        get
        {
            var value = Bytes.Trim(_source.Span[_slot.ValueStart.._slot.End]);
            return Utf8.IsValid(value) || _source.Charset.Length == 0
                ? value
                : Encoding.UTF8.GetBytes(Charsets.GetString(value, Charsets.IsWestern(_source.Charset) ? [] : _source.Charset));
        }
    }

    internal bool Is(ReadOnlySpan<byte> name) => Bytes.EqualsIgnoreCase(NameBytes, name);

    public override string ToString() => $"{Name}: {Value}";
}
