namespace Tickiti.Mail;

/// <summary>
/// Folds what a reply quotes, and its signature, away. Nothing is cut: the spans, joined, are the text. Answers between quoted
/// lines stay visible, and where nothing would be left to read everything does.
/// </summary>
public static class ReplyFolder
{
    /// <summary>Outgoing mail begins with this line; what stands under it in a reply is ours.</summary>
    public const string Marker = "##- Please reply above this line -##";

    private const int MaxSignatureLines = 20;
    private const int MaxShortFooterLines = 3;
    private const int MaxFooterLines = 60;

    public static IReadOnlyList<ReplySpan> Fold(string text)
    {
        if (text.Length == 0)
        {
            return [];
        }

        var lines = ReplyLines.Read(text);
        var folded = new bool[lines.Count];
        FoldQuotes(lines, folded);
        FoldSignature(lines, folded);
        FoldBlanks(lines, folded);
        return HasVisibleText(lines, folded) ? Spans(text, lines, folded) : [new ReplySpan(ReplySpanKind.Visible, text)];
    }

    private static void FoldQuotes(ReplyLines lines, bool[] folded)
    {
        var hasText = false;
        for (var i = 0; i < lines.Count; i++)
        {
            var length = lines.IntroductionAt(i);
            if (length == 0)
            {
                folded[i] = lines.IsQuote(i);
                hasText |= !folded[i] && !lines.IsBlank(i);
                continue;
            }

            var next = lines.NextFilled(i + length);
            if (lines.IsWrote(i) && next < lines.Count && lines.IsQuote(next))
            {
                // What is quoted is marked line by line: answers may stand between.
                folded.AsSpan(i, next - i).Fill(true);
                i = next - 1;
                continue;
            }

            if (!hasText && lines.IsWrote(i))
            {
                // Nothing above it: the answer stands below, in a program that marks no quotes.
                folded.AsSpan(i, length).Fill(true);
                i += length - 1;
                continue;
            }

            folded.AsSpan(i).Fill(true);
            return;
        }
    }

    private static void FoldSignature(ReplyLines lines, bool[] folded)
    {
        var last = lines.Count;
        for (var i = lines.Count - 1; i >= 0 && (folded[i] || lines.IsBlank(i) || lines.IsSentFrom(i)); i--)
        {
            folded[i] |= lines.IsSentFrom(i);
            last = i;
        }

        if (last > 1 && lines.IsDashedName(last - 1) && !lines.IsDashedName(PreviousFilled(lines, last - 1)))
        {
            folded[last - 1] = true;
        }

        var hasText = false;
        for (var i = 0; i < lines.Count; i++)
        {
            var most = lines.IsSignatureMark(i) ? MaxSignatureLines : lines.IsRule(i) ? FooterLines(lines, i) : 0;
            if (most > 0 && hasText && !folded[i])
            {
                i = FoldBlock(lines, folded, i, most);
            }
            else
            {
                hasText |= !folded[i] && !lines.IsBlank(i);
            }
        }
    }

    /// <summary>Under a short rule a name or two; under any rule what speaks of lists, secrecy and viruses.</summary>
    private static int FooterLines(ReplyLines lines, int rule)
    {
        var first = lines.NextFilled(rule + 1);
        for (var i = first; i < lines.Count && i < first + 4; i++)
        {
            if (lines.IsFooter(i))
            {
                return MaxFooterLines;
            }
        }

        return lines.IsShortRule(rule) ? MaxShortFooterLines : 0;
    }

    /// <summary>Folds up to what is folded already, where that is not too much; answers the last line looked at.</summary>
    private static int FoldBlock(ReplyLines lines, bool[] folded, int start, int most)
    {
        var end = start;
        var filled = 0;
        while (end < lines.Count && !folded[end] && filled <= most)
        {
            filled += lines.IsBlank(end) ? 0 : 1;
            end++;
        }

        if (filled > most)
        {
            return start;
        }

        folded.AsSpan(start, end - start).Fill(true);
        return end - 1;
    }

    private static int PreviousFilled(ReplyLines lines, int line)
    {
        do
        {
            line--;
        }
        while (line > 0 && lines.IsBlank(line));
        return line;
    }

    /// <summary>Blank lines between folded ones are folded.</summary>
    private static void FoldBlanks(ReplyLines lines, bool[] folded)
    {
        for (var i = 0; i < lines.Count; i++)
        {
            if (!folded[i] || i + 1 == lines.Count || folded[i + 1])
            {
                continue;
            }

            var next = lines.NextFilled(i + 1);
            if (next == lines.Count || folded[next])
            {
                folded.AsSpan(i, next - i).Fill(true);
            }
        }
    }

    private static bool HasVisibleText(ReplyLines lines, bool[] folded)
    {
        for (var i = 0; i < lines.Count; i++)
        {
            if (!folded[i] && !lines.IsBlank(i))
            {
                return true;
            }
        }

        return false;
    }

    private static List<ReplySpan> Spans(string text, ReplyLines lines, bool[] folded)
    {
        var spans = new List<ReplySpan>();
        for (var i = 0; i < lines.Count;)
        {
            var end = i;
            while (end < lines.Count && folded[end] == folded[i])
            {
                end++;
            }

            var kind = folded[i] ? ReplySpanKind.Folded : ReplySpanKind.Visible;
            spans.Add(new ReplySpan(kind, text[lines.Start(i)..(end < lines.Count ? lines.Start(end) : text.Length)]));
            i = end;
        }

        return spans;
    }
}
