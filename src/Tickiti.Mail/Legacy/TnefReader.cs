using System.Buffers.Binary;
using System.Text;

namespace Tickiti.Mail;

/// <summary>What a winmail.dat holds.</summary>
internal sealed class TnefContent
{
    public List<TnefFile> Files { get; } = [];

    public string? Text { get; set; }

    /// <summary>In the charset that its own meta element names.</summary>
    public byte[]? Html { get; set; }

    public byte[]? Rtf { get; set; }
}

internal sealed class TnefFile
{
    public string? Name { get; set; }

    public string? MediaType { get; set; }

    public string? ContentId { get; set; }

    public ReadOnlyMemory<byte> Content { get; set; }
}

/// <summary>Unpacks TNEF (MS-OXTNEF) as far as a reader needs it: files, their names, the body. What is cut off is read up to there.</summary>
internal sealed class TnefReader
{
    private const int Signature = 0x223E9F78;
    private const int MaxFiles = 1000;
    private const int MaxProperties = 10_000;

    private readonly ReadOnlyMemory<byte> _raw;
    private readonly TnefContent _content = new();
    private byte[] _charset = [];

    private TnefReader(ReadOnlyMemory<byte> raw)
    {
        _raw = raw;
    }

    private enum Attribute
    {
        OemCodePage = 0x00069007,
        Body = 0x0002800C,
        MessageProperties = 0x00069003,
        AttachRenderData = 0x00069002,
        AttachTitle = 0x00018010,
        AttachData = 0x0006800F,
        AttachProperties = 0x00069005,
    }

    private enum Property
    {
        Body = 0x1000,
        RtfCompressed = 0x1009,
        BodyHtml = 0x1013,
        DisplayName = 0x3001,
        AttachData = 0x3701,
        AttachFileName = 0x3704,
        AttachLongFileName = 0x3707,
        AttachMimeTag = 0x370E,
        AttachContentId = 0x3712,
    }

    public static bool IsTnef(ReadOnlySpan<byte> raw) =>
        raw.Length >= 4 && BinaryPrimitives.ReadInt32LittleEndian(raw) == Signature;

    public static TnefContent Read(ReadOnlyMemory<byte> raw)
    {
        var reader = new TnefReader(raw);
        if (IsTnef(raw.Span))
        {
            reader.ReadAttributes();
        }

        return reader._content;
    }

    private void ReadAttributes()
    {
        var position = 6;
        while (position + 9 <= _raw.Length && _content.Files.Count < MaxFiles)
        {
            var head = _raw.Span[position..];
            var attribute = (Attribute)BinaryPrimitives.ReadInt32LittleEndian(head[1..]);
            var length = BinaryPrimitives.ReadInt32LittleEndian(head[5..]);
            position += 9;
            if (length < 0)
            {
                return;
            }

            var data = _raw.Slice(position, Math.Min(length, _raw.Length - position));
            Take(attribute, data);
            position += data.Length + 2;
        }
    }

    private void Take(Attribute attribute, ReadOnlyMemory<byte> data)
    {
        switch (attribute)
        {
            case Attribute.OemCodePage when data.Length >= 4:
                _charset = Encoding.ASCII.GetBytes("cp" + BinaryPrimitives.ReadInt32LittleEndian(data.Span));
                break;
            case Attribute.Body:
                _content.Text ??= Text(data.Span);
                break;
            case Attribute.MessageProperties:
                ReadProperties(data, file: null);
                break;
            case Attribute.AttachRenderData:
                _content.Files.Add(new TnefFile());
                break;
            case Attribute.AttachTitle when _content.Files is [.., var file]:
                file.Name ??= Text(data.Span);
                break;
            case Attribute.AttachData when _content.Files is [.., var file]:
                file.Content = data;
                break;
            case Attribute.AttachProperties when _content.Files is [.., var file]:
                ReadProperties(data, file);
                break;
        }
    }

    private void ReadProperties(ReadOnlyMemory<byte> data, TnefFile? file)
    {
        var rest = data;
        if (!TryReadInt(ref rest, out var count))
        {
            return;
        }

        for (var i = 0; i < Math.Min(count, MaxProperties); i++)
        {
            if (!TryReadInt(ref rest, out var tag)
                || !SkipName(ref rest, tag)
                || !TryReadValue(ref rest, tag & 0xFFFF, out var value))
            {
                return;
            }

            var isUnicode = (tag & 0xFFFF) == 0x1F;
            var property = (Property)((tag >> 16) & 0xFFFF);
            if (file is null)
            {
                TakeOfMessage(property, value, isUnicode);
            }
            else
            {
                TakeOfFile(file, property, value, isUnicode, isObject: (tag & 0xFFFF) == 0xD);
            }
        }
    }

    private void TakeOfMessage(Property property, ReadOnlyMemory<byte> value, bool isUnicode)
    {
        switch (property)
        {
            case Property.Body:
                _content.Text ??= Text(value.Span, isUnicode);
                break;
            case Property.BodyHtml:
                _content.Html ??= isUnicode ? Encoding.UTF8.GetBytes(Text(value.Span, isUnicode)) : value.ToArray();
                break;
            case Property.RtfCompressed:
                _content.Rtf ??= CompressedRtf.Decompress(value.Span);
                break;
        }
    }

    private void TakeOfFile(TnefFile file, Property property, ReadOnlyMemory<byte> value, bool isUnicode, bool isObject)
    {
        switch (property)
        {
            case Property.AttachLongFileName:
                file.Name = Text(value.Span, isUnicode);
                break;
            case Property.AttachFileName or Property.DisplayName:
                file.Name ??= Text(value.Span, isUnicode);
                break;
            case Property.AttachMimeTag:
                file.MediaType = Text(value.Span, isUnicode);
                break;
            case Property.AttachContentId:
                file.ContentId = Text(value.Span, isUnicode);
                break;
            case Property.AttachData when file.Content.IsEmpty:
                // An object begins with the id of its interface.
                file.Content = isObject && value.Length >= 16 ? value[16..] : value;
                break;
        }
    }

    private static bool SkipName(ref ReadOnlyMemory<byte> rest, int tag)
    {
        if (((tag >> 16) & 0xFFFF) < 0x8000)
        {
            return true;
        }

        if (!TrySkip(ref rest, 16) || !TryReadInt(ref rest, out var kind) || !TryReadInt(ref rest, out var idOrLength))
        {
            return false;
        }

        return kind == 0 || (idOrLength >= 0 && TrySkip(ref rest, Padded(idOrLength)));
    }

    private static bool TryReadValue(ref ReadOnlyMemory<byte> rest, int type, out ReadOnlyMemory<byte> value)
    {
        value = default;
        var isMany = (type & 0x1000) != 0;
        var isVariable = (type & 0xFFF) is 0x1E or 0x1F or 0x102 or 0xD;
        var count = 1;
        if ((isMany || isVariable) && !TryReadInt(ref rest, out count))
        {
            return false;
        }

        for (var i = 0; i < count; i++)
        {
            var length = (type & 0xFFF) switch
            {
                5 or 6 or 7 or 0x14 or 0x40 => 8,
                0x48 => 16,
                _ => 4,
            };
            if ((isVariable && !TryReadInt(ref rest, out length)) || length < 0 || length > rest.Length)
            {
                return false;
            }

            value = i == 0 ? rest[..length] : value;
            if (!TrySkip(ref rest, Padded(length)))
            {
                rest = default;
                return i == count - 1;
            }
        }

        return true;
    }

    private string Text(ReadOnlySpan<byte> value, bool isUnicode = false)
    {
        var text = isUnicode ? Encoding.Unicode.GetString(value) : Charsets.GetString(value, _charset);
        return TextCleaner.CleanString(text.TrimEnd('\0'));
    }

    private static int Padded(int length) => length > int.MaxValue - 4 ? int.MaxValue : (length + 3) & ~3;

    private static bool TrySkip(ref ReadOnlyMemory<byte> rest, int length)
    {
        if (length > rest.Length)
        {
            return false;
        }

        rest = rest[length..];
        return true;
    }

    private static bool TryReadInt(ref ReadOnlyMemory<byte> rest, out int value)
    {
        value = 0;
        return rest.Length >= 4 && BinaryPrimitives.TryReadInt32LittleEndian(rest.Span, out value) && TrySkip(ref rest, 4);
    }
}
