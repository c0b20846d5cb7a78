using System.Buffers;

namespace Tickiti.Mail;

/// <summary>Charsets that stand somewhere in a text, not in the parsed header of its part.</summary>
internal static class CharsetName
{
    private static readonly SearchValues<byte> NameEnd = SearchValues.Create("\"'> ;/\r\n"u8);

    /// <summary>What a meta element in the first bytes of an HTML document declares; empty where nothing.</summary>
    public static ReadOnlySpan<byte> OfHtml(ReadOnlySpan<byte> html)
    {
        var head = html[..Math.Min(html.Length, 2048)];
        return Bytes.IndexOfIgnoreCase(head, "<meta"u8) is var meta and >= 0 ? FirstIn(head[meta..]) : [];
    }

    public static ReadOnlySpan<byte> FirstIn(ReadOnlySpan<byte> text)
    {
        var found = Bytes.IndexOfIgnoreCase(text, "charset="u8);
        if (found < 0)
        {
            return [];
        }

        var name = text[(found + 8)..].TrimStart("\"' "u8);
        var end = name.IndexOfAny(NameEnd);
        return end < 0 ? [] : name[..end];
    }
}
