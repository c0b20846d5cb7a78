using System.Text;

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

    internal ReadOnlySpan<byte> ValueBytes => Bytes.Trim(_source.Span[_slot.ValueStart.._slot.End]);

    internal bool Is(ReadOnlySpan<byte> name) => Bytes.EqualsIgnoreCase(NameBytes, name);

    public override string ToString() => $"{Name}: {Value}";
}
