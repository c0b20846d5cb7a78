namespace Tickiti.Mail;

/// <summary>
/// What somebody wrote in an answer to a mail that begins with a marker, to be sent on. Unlike <see cref="ReplyFolder"/> this cuts,
/// so it takes away no more than what the marker shows to be the mail that was answered.
/// </summary>
public static class MarkedReply
{
    // Fields of a quoted header, names of recipients wrapped.
    private const int MaxIntroduction = 12;

    /// <param name="text">Of the answer.</param>
    /// <param name="quoted">The ranges that <see cref="HtmlToText.Convert(string, ICollection{Range})"/> gave for it.</param>
    /// <param name="marker">The line that the answered mail begins with.</param>
    /// <returns>
    /// Without the marker everything; with it what stands above, less what introduces the quote; where that is nothing, what stands
    /// below between quoted lines. Empty where nothing is left.
    /// </returns>
    public static string WrittenIn(string text, IReadOnlyCollection<Range> quoted, string marker)
    {
        var lines = ReplyLines.Read(text);
        var marked = 0;
        while (marked < lines.Count && !lines.Line(marked).Contains(marker, StringComparison.Ordinal))
        {
            marked++;
        }

        if (marked == lines.Count)
        {
            return text.Trim();
        }

        var above = text[..lines.Start(BeginOfQuote(lines, marked))].Trim();
        return above.Length > 0 ? above : BetweenQuotes(lines, text, quoted, marked);
    }

    /// <summary>Where the lines begin that introduce the quote below them: "On … wrote:", a quoted header, and the rule above either.</summary>
    private static int BeginOfQuote(ReplyLines lines, int marked)
    {
        var begin = marked;
        var last = LastFilled(lines, begin);
        if (last >= 0 && IntroductionEndingAt(lines, last) is var introduction and >= 0)
        {
            begin = introduction;
            last = LastFilled(lines, begin);
        }

        // "-----Original Message-----", "________________________________"
        return last >= 0 && lines.IsSeparator(last) ? last : begin;
    }

    private static int LastFilled(ReplyLines lines, int before)
    {
        do
        {
            before--;
        }
        while (before >= 0 && lines.IsBlank(before));
        return before;
    }

    private static int IntroductionEndingAt(ReplyLines lines, int last)
    {
        var found = -1;
        for (var line = last; line >= 0 && line > last - MaxIntroduction && !lines.IsBlank(line); line--)
        {
            // Not further up than it must be: what stands above is the answer. But programs wrap the introduction.
            if (lines.IsHeaderUpTo(line, last) || (lines.IsWroteUpTo(line, last) && (found < 0 || lines.IsDatedLead(line))))
            {
                found = line;
            }
        }

        return found;
    }

    // Only where the quote is marked line by line can be told what is not of it.
    private static string BetweenQuotes(ReplyLines lines, string text, IReadOnlyCollection<Range> quoted, int marked)
    {
        if (marked + 1 == lines.Count || !(lines.IsQuote(marked) || quoted.Any(range => lines.Overlaps(marked, range))))
        {
            return "";
        }

        var start = lines.Start(marked + 1);
        var below = quoted.Where(range => range.End.Value > start)
            .Select(range => Math.Max(range.Start.Value - start, 0)..(range.End.Value - start)).ToList();
        var spans = ReplyFolder.Fold(text[start..], below);

        // Where the folder would fold everything it folds nothing.
        return spans.All(span => span.Kind == ReplySpanKind.Visible)
            ? ""
            : string.Concat(spans.Where(span => span.Kind == ReplySpanKind.Visible).Select(span => span.Text)).Trim();
    }
}
