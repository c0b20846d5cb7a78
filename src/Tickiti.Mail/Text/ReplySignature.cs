namespace Tickiti.Mail;

/// <summary>What stands under the text of a mail: a signature, a telephone's line, a card, a disclaimer, a list's footer.</summary>
internal static class ReplySignature
{
    private const int MaxSignatureLines = 20;
    private const int MaxShortFooterLines = 3;
    private const int MaxFooterLines = 60;
    private const int MaxCardLines = 12;
    private const int MaxDisclaimers = 5;

    public static void Fold(ReplyLines lines, bool[] folded)
    {
        FoldSentFrom(lines, folded);
        FoldMarked(lines, folded);
        FoldDashedName(lines, folded);
        FoldDisclaimers(lines, folded);
        FoldCard(lines, folded);
    }

    private static void FoldSentFrom(ReplyLines lines, bool[] folded)
    {
        for (var i = lines.Count - 1; i >= 0 && (folded[i] || lines.IsBlank(i) || lines.IsSentFrom(i)); i--)
        {
            folded[i] |= lines.IsSentFrom(i);
        }
    }

    /// <summary>What stands under "-- " or a rule.</summary>
    private static void FoldMarked(ReplyLines lines, bool[] folded)
    {
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

    /// <summary>A name behind a dash as the last line, where the line before is no item of the same list.</summary>
    private static void FoldDashedName(ReplyLines lines, bool[] folded)
    {
        if (LastParagraph(lines, folded) is { End: > 1 } last && lines.IsDashedName(last.End - 1)
            && lines.PreviousFilled(last.End - 1) is var above && !lines.IsDashedName(above))
        {
            folded[last.End - 1] = true;
        }
    }

    /// <summary>Under a short rule a name or two; under any rule what speaks of lists, secrecy and viruses, or a card.</summary>
    private static int FooterLines(ReplyLines lines, int rule)
    {
        var first = lines.NextFilled(rule + 1);
        for (var i = first; i < lines.Count && i < first + 4 && !lines.IsRule(i); i++)
        {
            if (lines.IsFooter(i))
            {
                return MaxFooterLines;
            }
        }

        return IsCard(lines, first) ? MaxCardLines : lines.IsShortRule(rule) ? MaxShortFooterLines : 0;
    }

    /// <summary>Short lines to the end of the text, two of them with a number or an address.</summary>
    private static bool IsCard(ReplyLines lines, int first)
    {
        var filled = 0;
        var contacts = 0;
        for (var i = first; i < lines.Count && filled <= MaxCardLines; i = lines.NextFilled(i + 1))
        {
            if (!lines.IsOfCard(i))
            {
                return false;
            }

            filled++;
            contacts += lines.IsContact(i) ? 1 : 0;
        }

        return contacts >= 2 && filled <= MaxCardLines;
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

    /// <summary>The last paragraphs, as long as each says two things that disclaimers say.</summary>
    private static void FoldDisclaimers(ReplyLines lines, bool[] folded)
    {
        for (var count = 0; count < MaxDisclaimers; count++)
        {
            if (LastParagraph(lines, folded) is not { Start: > 0 } last || lines.DisclaimerMarks(last.Start, last.End) < 2)
            {
                return;
            }

            folded.AsSpan(last.Start, last.End - last.Start).Fill(true);
        }
    }

    /// <summary>
    /// A paragraph at the end of a name, and of numbers or addresses to reach its bearer by, which nobody announced with a colon.
    /// </summary>
    private static void FoldCard(ReplyLines lines, bool[] folded)
    {
        if (LastParagraph(lines, folded) is not { Start: > 0 } card || card.End - card.Start is < 3 or > MaxCardLines
            || !lines.IsName(card.Start))
        {
            return;
        }

        var contacts = 0;
        for (var i = card.Start; i < card.End; i++)
        {
            if (!lines.IsOfCard(i))
            {
                return;
            }

            contacts += lines.IsContact(i) ? 1 : 0;
        }

        if (contacts > 0 && !lines.EndsWithColon(lines.PreviousFilled(card.Start)))
        {
            folded.AsSpan(card.Start, card.End - card.Start).Fill(true);
        }
    }

    /// <summary>The last lines between blank or folded ones that are neither.</summary>
    private static (int Start, int End)? LastParagraph(ReplyLines lines, bool[] folded)
    {
        var end = lines.Count;
        while (end > 0 && (folded[end - 1] || lines.IsBlank(end - 1)))
        {
            end--;
        }

        var start = end;
        while (start > 0 && !folded[start - 1] && !lines.IsBlank(start - 1))
        {
            start--;
        }

        return end == 0 ? null : (start, end);
    }
}
