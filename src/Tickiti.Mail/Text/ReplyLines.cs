using System.Buffers;

namespace Tickiti.Mail;

/// <summary>The lines of a reply and what each looks like.</summary>
internal sealed class ReplyLines
{
    private const int LongestIntroduction = 600;
    private const int IntroductionLines = 5;

    private static readonly SearchValues<char> NeverInName = SearchValues.Create("0123456789:;!?/@");

    /// <summary>White space and the marks that turn the direction of writing.</summary>
    private const string Invisible = " \t\n\r\u00a0\u200b\ufeff\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2069";

    private readonly string _text;
    private readonly List<int> _starts = [];

    private ReplyLines(string text)
    {
        _text = text;
    }

    public int Count => _starts.Count;

    public static ReplyLines Read(string text)
    {
        var lines = new ReplyLines(text);
        for (var position = 0; position < text.Length;)
        {
            lines._starts.Add(position);
            var end = text.IndexOf('\n', position);
            end = end < 0 ? text.Length : end + 1;
            if (IntroductionInside(text.AsSpan(position, end - position)) is var inside and > 0)
            {
                lines._starts.Add(position + inside);
            }

            position = end;
        }

        return lines;
    }

    /// <summary>Where in a line "On Fri, …" begins behind the answer's last words; 0 where it does not.</summary>
    private static int IntroductionInside(ReadOnlySpan<char> line)
    {
        if (line.Length > LongestIntroduction || !line.TrimEnd().EndsWith("wrote:", StringComparison.Ordinal))
        {
            return 0;
        }

        foreach (var day in ReplyWords.OnDays)
        {
            if (line.IndexOf(day, StringComparison.Ordinal) is var found and > 0)
            {
                return line[..found].TrimEnd("- ").Length is var before && line[..before].Trim("> ").IsEmpty ? 0 : before;
            }
        }

        return 0;
    }

    public int Start(int line) => _starts[line];

    public bool IsBlank(int line) => Line(line).IsEmpty;

    public bool IsQuote(int line) => Line(line) is ['>', ..] and not [.., '<', '<'];

    public int NextFilled(int line)
    {
        while (line < Count && IsBlank(line))
        {
            line++;
        }

        return line;
    }

    /// <summary>The last line before this one that is not blank, or the first line of all.</summary>
    public int PreviousFilled(int line)
    {
        do
        {
            line--;
        }
        while (line > 0 && IsBlank(line));
        return Math.Max(line, 0);
    }

    /// <summary>"-- " (RFC 3676 §4.3) and what is left of it after trimming, "__".</summary>
    public bool IsSignatureMark(int line) => Line(line) is "--" or "__" or "—" or "–" or "--=20";

    /// <summary>"---", "_______", "*****": a line under which a list's footer or a signature may stand.</summary>
    public bool IsRule(int line) => Line(line) is { Length: >= 3 } text && text.IndexOfAnyExcept("-_=*") < 0;

    public bool IsShortRule(int line) => Line(line).Length <= 5;

    /// <summary>How many of the things that disclaimers say stand in the lines.</summary>
    public int DisclaimerMarks(int start, int end)
    {
        var text = _text.AsSpan(Start(start), (end < Count ? Start(end) : _text.Length) - Start(start));
        var marks = 0;
        foreach (var phrases in ReplyWords.Disclaimers)
        {
            marks += text.ContainsAny(phrases) ? 1 : 0;
        }

        return marks;
    }

    /// <summary>Whether some of the line's characters stand in the range.</summary>
    public bool Overlaps(int line, Range range)
    {
        var content = Line(line);
        var start = _starts[line];
        return !content.IsEmpty && start < range.End.Value
            && start + _text.AsSpan(start).IndexOf(content) + content.Length > range.Start.Value;
    }

    /// <summary>Words of a disclaimer or of a mailing list's footer.</summary>
    public bool IsFooter(int line) => Line(line).ContainsAny(ReplyWords.Footers);

    /// <summary>"-Ann", "- Ann Example": a name as the last line.</summary>
    public bool IsDashedName(int line)
    {
        var text = Line(line);
        var name = text.TrimStart("- ");
        return text is ['-', ..] && name.Length is > 1 and < 40 && name.Count(' ') <= 2 && name.IndexOfAny(NeverInName) < 0
            && !name.Contains(',');
    }

    /// <summary>"Ann Example", "Dr. Ann B. Example, M.Sc.": a line that may begin a card of names, numbers and addresses.</summary>
    public bool IsName(int line)
    {
        var text = Line(line);
        return text.Length is > 2 and < 50 && char.IsUpper(text[0]) && text.Count(' ') is > 0 and <= 5
            && text.IndexOfAny(NeverInName) < 0 && text[^1] is not ',';
    }

    /// <summary>A short line that is no sentence.</summary>
    public bool IsOfCard(int line) => Line(line) is { Length: > 0 and <= 70 } text && text[^1] is not ('!' or '?' or ':' or ';');

    /// <summary>A line of nothing but a telephone number, an address or a link, perhaps with a word in front that says so.</summary>
    public bool IsContact(int line)
    {
        var text = Line(line);
        if (text.Length > 70)
        {
            return false;
        }

        var words = text.Count(' ') + 1;
        return (words <= 3 && (text.Contains('@') || text.Contains("www.", StringComparison.OrdinalIgnoreCase)
                || text.Contains("://", StringComparison.Ordinal)))
            || IsTelephone(text);
    }

    public bool EndsWithColon(int line) => Line(line) is [.., ':' or '：'];

    public bool IsSentFrom(int line)
    {
        var text = Line(line).Trim("*_<>([ ");
        if (text.Length < 60 && (text.EndsWith(" from mobile", StringComparison.OrdinalIgnoreCase)
            || text.Equals("via mobile", StringComparison.OrdinalIgnoreCase)))
        {
            return true;
        }

        foreach (var beginning in ReplyWords.SentFrom)
        {
            if (text.StartsWith(beginning, StringComparison.OrdinalIgnoreCase))
            {
                return text.Length < 120;
            }
        }

        return false;
    }

    /// <summary>How many lines introduce a quoted mail here: our marker, "On … wrote:", "--- Original Message ---", a header.</summary>
    public int IntroductionAt(int line)
    {
        var text = Line(line);
        if (text.IsEmpty)
        {
            return 0;
        }

        if (text.Length is > 8 and < 150 && (text.TrimStart("> *") is ['#', '#', .., '#', '#'] || text.ContainsAny(ReplyWords.Markers)))
        {
            return 1;
        }

        if (text[0] == '>')
        {
            // GroupWise: ">>> Ann Example 20.11.2026 16:00 >>>", the mail unmarked below it.
            return text.StartsWith(">>> ") && text.EndsWith(" >>>") && text.Length < 200 ? 1 : 0;
        }

        return IsOriginalLine(text) || IsHeader(line) || IsRuleAboveQuote(line) ? 1 : WroteLength(line);
    }

    /// <summary>Whether the introduction is "On … wrote:".</summary>
    public bool IsWrote(int line) => !IsOriginalLine(Line(line)) && !IsHeader(line) && WroteLength(line) > 0;

    /// <summary>"-----Original Message-----", "---------- Forwarded message ---------", "Begin forwarded message:".</summary>
    private static bool IsOriginalLine(ReadOnlySpan<char> text)
    {
        if (text.Length > 100)
        {
            return false;
        }

        var inner = text.Trim("-_=* \u2014");
        var dashes = text.Length - inner.Length;
        return (dashes >= 4 && (inner.ContainsAny(ReplyWords.Original)
                || inner.Equals("Original", StringComparison.OrdinalIgnoreCase)
                || inner.StartsWith("Forwarded by ", StringComparison.OrdinalIgnoreCase)))
            || (inner is [.., ':' or '：'] && inner.ContainsAny(ReplyWords.Forwards));
    }

    /// <summary>
    /// A quoted header: "From:" and others of its fields in the lines below, or lines of fields with "From:" among them; with an
    /// address it takes two others, without one three ("From: Berlin, To: Paris, Date: …" is no mail's header).
    /// </summary>
    private bool IsHeader(int line)
    {
        var froms = ReplyWords.From.GetAlternateLookup<ReadOnlySpan<char>>();
        var others = ReplyWords.Fields.GetAlternateLookup<ReadOnlySpan<char>>();
        var first = Field(line);
        var hasFrom = froms.Contains(first);
        if (first.IsEmpty || (!hasFrom && !others.Contains(first)))
        {
            return false;
        }

        // Above "From:" nothing but fields may stand; below it names and addresses may go on in lines of their own.
        var mayHoldText = hasFrom;
        var fields = hasFrom ? 0 : 1;
        var hasAddress = Line(line).Contains('@');
        for (var i = line + 1; i < Count && i <= line + 8 && fields < 3; i++)
        {
            var field = Field(i);
            hasFrom |= froms.Contains(field);
            if (others.Contains(field))
            {
                fields++;
            }
            else if (!mayHoldText && !froms.Contains(field))
            {
                break;
            }

            hasAddress |= Line(i).Contains('@');
        }

        return hasFrom && (fields >= 3 || (hasAddress && fields == 2)
            || (mayHoldText && fields == 1 && Line(line).Contains('@') && line + 1 < Count
                && others.Contains(Field(line + 1))));
    }

    /// <summary>"---------- Forwarded message ---------", "Begin forwarded message:".</summary>
    public bool IsForward(int line)
    {
        var text = Line(line);
        return IsOriginalLine(text) && (text.ContainsAny(ReplyWords.Forwards) || text.ContainsAny(ReplyWords.Forwarded));
    }

    /// <summary>"---------- Original Message ----------" or a rule, right above what is quoted.</summary>
    public bool IsSeparator(int line) => IsOriginalLine(Line(line)) || IsRule(line);

    /// <summary>Whether a quoted header goes from one line to the other, with nothing between its fields but addresses of theirs.</summary>
    public bool IsHeaderUpTo(int line, int last)
    {
        var fields = 0;
        var hasFrom = false;
        for (var i = line; i <= last; i++)
        {
            hasFrom |= IsFrom(i);
            fields += IsFrom(i) || HasField(i) ? 1 : 0;
            if (!IsFrom(i) && !HasField(i) && (i == line || !Line(i).Contains('@')))
            {
                return false;
            }
        }

        return hasFrom && fields > 1;
    }

    /// <summary>Whether "On … wrote:" goes from one line to the other.</summary>
    public bool IsWroteUpTo(int line, int last) => WroteLength(line) == last - line + 1;

    /// <summary>"On Fri, 20 Nov 2026 …", "Am 20.11.2026 …": the line that an introduction begins with where it is wrapped.</summary>
    public bool IsDatedLead(int line) =>
        Line(line).TrimStart("- ") is { Length: > 3 } text && IsLead(text) && (text.Contains('@') || text.ContainsAnyInRange('0', '9'));

    public bool IsQuotedHeader(int line) => IsOriginalLine(Line(line)) || IsHeader(line);

    /// <summary>"From:" in some language.</summary>
    public bool IsFrom(int line) => ReplyWords.From.GetAlternateLookup<ReadOnlySpan<char>>().Contains(Field(line));

    public bool HasField(int line) => ReplyWords.Fields.GetAlternateLookup<ReadOnlySpan<char>>().Contains(Field(line));

    /// <summary>A line of dashes right above a header or an introduction belongs to it; Discourse says what follows.</summary>
    private bool IsRuleAboveQuote(int line)
    {
        if (IsRule(line) && line + 1 < Count && Line(line + 1).Trim('*') is "Previous Replies" or "Previous Discussion")
        {
            return true;
        }

        if (!IsRule(line) || IsShortRule(line))
        {
            return false;
        }

        var next = NextFilled(line + 1);
        return next < Count && next <= line + 2 && (IsHeader(next) || WroteLength(next) > 0);
    }

    /// <summary>The name in front of the colon, without stars around it.</summary>
    private ReadOnlySpan<char> Field(int line)
    {
        var text = Line(line).TrimStart("*> _");
        var colon = text[..Math.Min(text.Length, 40)].IndexOfAny(':', '：');
        return colon <= 0 ? [] : text[..colon].Trim("* _\u00a0");
    }

    /// <summary>Lines of "On … Ann wrote:", which programs wrap; 0 where it is none.</summary>
    private int WroteLength(int line)
    {
        var first = Line(line).TrimStart("- ");
        var isLead = first.Length > 3 && IsLead(first);
        var mayHoldBlanks = isLead && HasYear(first) && HasTime(first);
        var most = isLead ? IntroductionLines : HasTime(first) || first.Contains('@') ? 2 : 1;
        for (var length = 1; length <= most && line + length <= Count; length++)
        {
            var last = Line(line + length - 1).TrimEnd("- ");
            if (last.IsEmpty && !mayHoldBlanks)
            {
                break;
            }

            if (!last.IsEmpty && (last[^1] is ':' or '：' || last.EndsWith(" wrote", StringComparison.Ordinal)))
            {
                return IsIntroduction(line, length) ? length : 0;
            }
        }

        return IsGmailDate(first) ? 1 : 0;
    }

    /// <summary>"2026/11/20 Ann &lt;ann@example.com&gt;", "2026-11-20 16:00 GMT+01:00 Ann": Gmail where it knows no words.</summary>
    private static bool IsGmailDate(ReadOnlySpan<char> text) =>
        text.Length is > 12 and < 150 && text[0] == '2' && text[4] is '-' or '/' && HasYear(text[..4])
        && (text.Contains(" GMT", StringComparison.Ordinal) && HasTime(text) || (text[^1] == '>' && text.Contains('@')));

    private static bool IsLead(ReadOnlySpan<char> text)
    {
        foreach (var lead in ReplyWords.Leads)
        {
            if (text.StartsWith(lead, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return char.IsAsciiDigit(text[0]) && (HasYear(text) || HasTime(text));
    }

    private bool IsIntroduction(int line, int length)
    {
        var end = line + length < Count ? Start(line + length) : _text.Length;
        var text = _text.AsSpan(Start(line), end - Start(line)).Trim();
        if (text.Length > LongestIntroduction)
        {
            return false;
        }

        var next = NextFilled(line + length);
        var isQuoted = next < Count && IsQuote(next);
        if (text.ContainsAny(ReplyWords.Wrote))
        {
            var isDated = text.IndexOfAnyInRange('0', '9') >= 0 && (HasTime(text) || HasYear(text));
            return isDated || text.Contains('@') || (isQuoted && (IsLead(text) || text.Length < 80));
        }

        // "вт, 20 нояб. 2026 г. в 16:00, Ann <ann@example.com>:": no language's words are needed to know it.
        if (text.Contains('@') && text.Contains('<') && HasTime(text) && HasYear(text))
        {
            return true;
        }

        // "2026-11-20 16:00 GMT+01:00 Ann <ann@example.com>:"
        return char.IsAsciiDigit(text[0]) && HasTime(text)
            && (isQuoted || text.Contains('<')) && (text.Contains('@') || HasYear(text));
    }

    private static bool HasTime(ReadOnlySpan<char> text)
    {
        for (var rest = text; rest.IndexOfAny(':', '.', 'h') is var found and >= 0; rest = rest[(found + 1)..])
        {
            if (found > 0 && char.IsAsciiDigit(rest[found - 1]) && found + 2 < rest.Length
                && char.IsAsciiDigit(rest[found + 1]) && char.IsAsciiDigit(rest[found + 2]))
            {
                return true;
            }
        }

        return false;
    }

    private static bool HasYear(ReadOnlySpan<char> text)
    {
        for (var i = 0; i + 4 <= text.Length; i++)
        {
            if (text[i] is '1' or '2' && text[i + 1] is '9' or '0'
                && char.IsAsciiDigit(text[i + 2]) && char.IsAsciiDigit(text[i + 3]))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>"+49 30 123456", "(555) 931-0702", "Tel. 0301234567"; no number of an order, no date and no address of a network.</summary>
    private static bool IsTelephone(ReadOnlySpan<char> text)
    {
        var (digits, groups, letters) = (0, 0, 0);
        for (var i = 0; i < text.Length; i++)
        {
            var isDigit = char.IsAsciiDigit(text[i]);
            digits += isDigit ? 1 : 0;
            groups += isDigit && (i == 0 || !char.IsAsciiDigit(text[i - 1])) ? 1 : 0;
            letters += char.IsLetter(text[i]) ? 1 : 0;
        }

        if (digits is < 7 or > 16 || letters > 12 || HasYear(text) || HasTime(text))
        {
            return false;
        }

        var isNamed = false;
        foreach (var name in ReplyWords.Telephones)
        {
            isNamed |= text.StartsWith(name, StringComparison.OrdinalIgnoreCase);
        }

        var isNetwork = groups == 4 && text.Count('.') == 3 && letters == 0;
        return isNamed || text.ContainsAny('+', '(') || (groups >= 3 && !isNetwork);
    }

    public ReadOnlySpan<char> Line(int line)
    {
        var end = line + 1 < Count ? _starts[line + 1] : _text.Length;
        return _text.AsSpan(_starts[line], end - _starts[line]).Trim(Invisible);
    }
}
