namespace Tickiti.Mail;

/// <summary>A readable text of an HTML document: one pass, no regular expression, output bounded by its input.</summary>
public static class HtmlToText
{
    /// <summary>Characters read at most; the rest of a monster is left out.</summary>
    public const int MaxLength = 16 * 1024 * 1024;

    public static string Convert(string html) => Convert(html, new List<Range>());

    /// <summary>Adds where in the text stands what the HTML's structure marks as a quoted mail or a signature.</summary>
    public static string Convert(string html, ICollection<Range> quoted)
    {
        var writer = new HtmlTextWriter(quoted);
        var rest = html.AsSpan(0, Math.Min(html.Length, MaxLength));
        while (!rest.IsEmpty)
        {
            var open = rest.IndexOf('<');
            if (open != 0)
            {
                writer.Text(open < 0 ? rest : rest[..open]);
                rest = open < 0 ? [] : rest[open..];
                continue;
            }

            rest = HtmlTag.Read(rest, out var tag);
            if (tag.Kind == HtmlTagKind.None)
            {
                writer.Text("<");
                continue;
            }

            if (tag.Kind == HtmlTagKind.Open && IsSkipped(tag.Name))
            {
                rest = SkipElement(rest, tag.Name);
                continue;
            }

            writer.Tag(tag);
        }

        return writer.Finish();
    }

    private static bool IsSkipped(ReadOnlySpan<char> name) => name is "script" or "style" or "title" or "template" or "noscript";

    /// <summary>Behind the closing tag, or the end where there is none.</summary>
    private static ReadOnlySpan<char> SkipElement(ReadOnlySpan<char> rest, ReadOnlySpan<char> name)
    {
        while (rest.IndexOf("</") is var found and >= 0)
        {
            rest = rest[(found + 2)..];
            if (rest.StartsWith(name, StringComparison.OrdinalIgnoreCase))
            {
                var close = rest.IndexOf('>');
                return close < 0 ? [] : rest[(close + 1)..];
            }
        }

        return [];
    }
}
