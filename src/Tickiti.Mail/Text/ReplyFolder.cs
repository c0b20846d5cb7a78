namespace Tickiti.Mail;

/// <summary>
/// Folds what a reply quotes, and its signature, away. Nothing is cut: the spans, joined, are the text. Answers between quoted
/// lines stay visible, and where nothing would be left to read everything does.
/// </summary>
public static class ReplyFolder
{
    /// <summary>Outgoing mail begins with this line; what stands under it in a reply is ours.</summary>
    public const string Marker = "##- Please reply above this line -##";

    public static IReadOnlyList<ReplySpan> Fold(string text) => Fold(text, []);

    /// <summary>As a mail is read: by its text, or by its HTML and what that marks as quoted.</summary>
    public static IReadOnlyList<ReplySpan> Fold(MimeMessage message)
    {
        if (message.TextBody is { } text)
        {
            return Fold(text);
        }

        var quoted = new List<Range>();
        return message.HtmlBody is { } html ? Fold(HtmlToText.Convert(html, quoted), quoted) : [];
    }

    /// <summary>With the ranges that <see cref="HtmlToText.Convert(string, ICollection{Range})"/> gave for the text.</summary>
    public static IReadOnlyList<ReplySpan> Fold(string text, IReadOnlyCollection<Range> quoted)
    {
        if (text.Length == 0)
        {
            return [];
        }

        var lines = ReplyLines.Read(text);
        var folded = new bool[lines.Count];
        FoldMarked(lines, folded, text.Length, quoted);
        FoldQuotes(lines, folded);
        ReplySignature.Fold(lines, folded);
        FoldRules(lines, folded);
        FoldBlanks(lines, folded);
        return HasVisibleText(lines, folded) ? Spans(text, lines, folded) : [new ReplySpan(ReplySpanKind.Visible, text)];
    }

    private static void FoldMarked(ReplyLines lines, bool[] folded, int length, IReadOnlyCollection<Range> quoted)
    {
        var line = 0;
        foreach (var range in quoted)
        {
            if (range.Start.Value >= length || range.End.Value > length)
            {
                return;
            }

            while (line < lines.Count && lines.Start(line) < range.End.Value)
            {
                folded[line] |= lines.Overlaps(line, range);
                line++;
            }
        }
    }

    private static void FoldQuotes(ReplyLines lines, bool[] folded)
    {
        var hasText = false;
        for (var i = 0; i < lines.Count; i++)
        {
            var length = lines.IntroductionAt(i);
            if (length == 0)
            {
                folded[i] |= lines.IsQuote(i);
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

    /// <summary>A rule right above what is folded parts it from the text, and belongs to it.</summary>
    private static void FoldRules(ReplyLines lines, bool[] folded)
    {
        var isFoldedBelow = false;
        for (var i = lines.Count - 1; i >= 0; i--)
        {
            if (!lines.IsBlank(i))
            {
                folded[i] |= isFoldedBelow && lines.IsRule(i);
                isFoldedBelow = folded[i];
            }
        }
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
