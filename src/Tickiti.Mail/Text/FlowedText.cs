namespace Tickiti.Mail;

/// <summary>format=flowed (RFC 3676): lines that end in a space go on in the next line of the same quote depth.</summary>
internal static class FlowedText
{
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
            var isSignature = content is "-- ";
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
}
