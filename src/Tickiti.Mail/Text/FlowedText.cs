using System.Text;

namespace Tickiti.Mail;

/// <summary>format=flowed (RFC 3676): lines that end in a space go on in the next line of the same quote depth.</summary>
internal static class FlowedText
{
    /// <summary>RFC 3676 §4.2 wants less than 78 with quote marks that replies add.</summary>
    private const int LineLength = 72;

    private const string Signature = "-- ";

    /// <summary>Breaks long lines so that <see cref="Unflow"/> joins them again. Line ends are LF.</summary>
    public static string Flow(string text)
    {
        var flowed = new StringBuilder(text.Length + (text.Length / 16));
        var isFirst = true;
        foreach (var range in text.AsSpan().Split('\n'))
        {
            if (!isFirst)
            {
                flowed.Append('\n');
            }

            isFirst = false;
            FlowLine(text.AsSpan()[range], flowed);
        }

        return flowed.ToString();
    }

    /// <summary>Joins in place and answers the new length, which is never more.</summary>
    public static int Unflow(Span<char> text, bool deletesSpaces)
    {
        var written = 0;
        var position = 0;
        var depthBefore = -1;
        while (position < text.Length)
        {
            var next = text[position..].IndexOf('\n');
            var hasBreak = next >= 0;
            next = hasBreak ? position + next + 1 : text.Length;
            var line = text[position..(hasBreak ? next - 1 : next)];
            var depth = line.IndexOfAnyExcept('>');
            depth = depth < 0 ? line.Length : depth;
            var content = line[depth..];
            content = content is [' ', ..] ? content[1..] : content;
            var isSignature = content is Signature;
            if (depthBefore == depth && !isSignature)
            {
                // The line before was flowed: its break (and with delsp its space) is gone already.
                content.CopyTo(text[written..]);
                written += content.Length;
            }
            else
            {
                if (depthBefore >= 0)
                {
                    text[written++] = '\n';
                }

                var kept = depth == 0 ? content : line;
                kept.CopyTo(text[written..]);
                written += kept.Length;
            }

            depthBefore = -1;
            if (content is [.., ' '] && !isSignature && hasBreak)
            {
                depthBefore = depth;
                written -= deletesSpaces ? 1 : 0;
            }
            else if (hasBreak)
            {
                text[written++] = '\n';
            }

            position = next;
        }

        if (depthBefore >= 0)
        {
            text[written++] = '\n';
        }

        return written;
    }

    private static void FlowLine(ReadOnlySpan<char> line, StringBuilder flowed)
    {
        var depth = line.IndexOfAnyExcept('>') is var found and >= 0 ? found : line.Length;
        var marks = line[..depth];
        var content = line[depth..];
        if ((depth > 0 && content is [' ', ..] ? content[1..] : content) is not Signature)
        {
            content = content.TrimEnd(' ');
        }

        // The space behind quote marks is theirs; one in front of other text has to be doubled.
        var isStuffed = depth == 0 && (content is [' ', ..] || content.StartsWith("From "));
        for (int end; (end = BreakOf(content, LineLength - depth)) > 0; content = content[end..])
        {
            flowed.Append(marks).Append(isStuffed ? " " : "").Append(content[..end]).Append('\n');
            isStuffed = depth > 0 || content[end] is '>' || content[end..].StartsWith("From ");
        }

        flowed.Append(marks).Append(isStuffed ? " " : "").Append(content);
    }

    /// <summary>Behind the last space before a word that still fits, else behind the first one; 0 for none.</summary>
    private static int BreakOf(ReadOnlySpan<char> content, int width)
    {
        var best = 0;
        for (var i = 1; content.Length > width && i < content.Length && (i < width || best == 0); i++)
        {
            if (content[i - 1] == ' ' && content[i] != ' ' && content[..i].Trim(' ') is not ("" or "--"))
            {
                best = i;
            }
        }

        return best;
    }
}
