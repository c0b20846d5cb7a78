using System.Buffers;

namespace Tickiti.Mail;

internal static class HtmlCharset
{
    private static readonly SearchValues<byte> NameEnd = SearchValues.Create("\"'> ;/\r\n"u8);

    /// <summary>What a meta element in the first bytes of an HTML document declares; empty where nothing.</summary>
    public static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> html)
    {
        var head = html[..Math.Min(html.Length, 2048)];
        var found = Bytes.IndexOfIgnoreCase(head, "charset="u8);
        if (found < 0 || Bytes.IndexOfIgnoreCase(head[..found], "<meta"u8) < 0)
        {
            return [];
        }

        var name = head[(found + 8)..].TrimStart("\"' "u8);
        var end = name.IndexOfAny(NameEnd);
        return end < 0 ? [] : name[..end];
    }
}
