namespace Tickiti.Mail;

/// <summary>
/// Builds the tree of parts in one pass: a vectorised search for lines that begin with "--", compared with every boundary
/// that is open (RFC 2046 §5.1).
/// </summary>
internal ref struct MimeParser
{
    private const int MaxGuesses = 8;

    private readonly MimeSource _source;
    private readonly ReadOnlySpan<byte> _span;
    private readonly List<byte[]> _boundaries = [];
    private int _guesses;

    private MimeParser(MimeSource source)
    {
        _source = source;
        _span = source.Span;
    }

    public static void ReadTree(MimeSource source, MimePart root)
    {
        source.Parts = 1;
        root.End = source.Raw.Length;
        if (root.ContentType.IsMultipart)
        {
            new MimeParser(source).ReadMultipart(root, root.End, source.Depth);
        }
    }

    /// <summary>Reads children up to the end, an outer boundary or the own closing one, and answers the delimiter after it.</summary>
    private Delimiter ReadMultipart(MimePart part, int end, int depth)
    {
        if (depth >= _source.Limits.MaxDepth)
        {
            _source.Report(MimeDefectCode.TooDeep, part.Start);
            return FindDelimiter(part.BodyStart, end);
        }

        var boundary = part.ContentType.Parameters.Token("boundary"u8).ToArray();
        if (boundary.Length == 0)
        {
            _source.Report(MimeDefectCode.MissingBoundary, part.Start);
        }

        var level = _boundaries.Count;
        _boundaries.Add(boundary);
        var next = boundary.Length == 0 ? new Delimiter(end, end, -1, false) : FindDelimiter(part.BodyStart, end);
        if (next.Level != level && GuessBoundary(part, next.LineStart) is { } guess)
        {
            _boundaries[level] = guess;
            next = FindDelimiter(part.BodyStart, end);
        }

        if (next.Level != level)
        {
            _boundaries.RemoveAt(level);
            part.LacksParts = true;
            if (boundary.Length > 0)
            {
                _source.Report(MimeDefectCode.WrongBoundary, part.Start);
                return next;
            }

            return FindDelimiter(part.BodyStart, end);
        }

        next = ReadChildren(part, next, level, end, depth);
        _boundaries.RemoveRange(level, _boundaries.Count - level);
        if (next.Level == level)
        {
            return FindDelimiter(next.NextLine, end);
        }

        _source.Report(MimeDefectCode.MissingClosingBoundary, next.LineStart);
        return next;
    }

    private Delimiter ReadChildren(MimePart part, Delimiter next, int level, int end, int depth)
    {
        var children = new List<MimePart>(4);
        part.Children = children;
        var fallback = part.ContentType.MediaType == "multipart/digest" ? ContentType.Rfc822 : null;
        while (next.Level == level && !next.IsClosing)
        {
            if (_source.Parts >= _source.Limits.MaxParts)
            {
                _source.Report(MimeDefectCode.TooManyParts, next.LineStart);
                return new Delimiter(end, end, -1, false);
            }

            _source.Parts++;
            var start = next.NextLine;
            var slots = HeaderScanner.Scan(_source, start, end, isRoot: false, out var bodyStart);
            var child = new MimePart(_source, start, bodyStart, slots, fallback);
            children.Add(child);
            next = child.ContentType.IsMultipart
                ? ReadMultipart(child, end, depth + 1)
                : FindDelimiter(bodyStart, end);
            child.End = Math.Max(bodyStart, next.LineStart == end && next.Level < 0
                ? end
                : _source.TrimLineEnd(bodyStart, next.LineStart));
        }

        return next;
    }

    private readonly Delimiter FindDelimiter(int from, int end)
    {
        var position = from;
        if (_boundaries.Count == 0)
        {
            return new Delimiter(end, end, -1, false);
        }

        while (position < end)
        {
            if (_span[position..end].StartsWith("--"u8) && Match(position, end) is { } delimiter)
            {
                return delimiter;
            }

            var found = _source.LineEnd == '\n'
                ? _span[position..end].IndexOf("\n--"u8)
                : _span[position..end].IndexOf("\r--"u8);
            if (found < 0)
            {
                break;
            }

            position += found + 1;
        }

        return new Delimiter(end, end, -1, false);
    }

    /// <summary>The innermost open boundary that the line at the position is.</summary>
    private readonly Delimiter? Match(int position, int end)
    {
        var line = _span[(position + 2)..end];
        for (var level = _boundaries.Count - 1; level >= 0; level--)
        {
            var boundary = _boundaries[level];
            if (boundary.Length == 0 || !line.StartsWith(boundary))
            {
                continue;
            }

            var rest = line[boundary.Length..];
            var isClosing = rest.StartsWith("--"u8);
            rest = isClosing ? rest[2..] : rest;
            var blank = rest.IndexOfAnyExcept(" \t\r"u8);
            if (blank < 0 || rest[blank] == _source.LineEnd || (_source.LineEnd == '\r' && rest[0] == '\r'))
            {
                return new Delimiter(position, _source.NextLine(position, end), level, isClosing);
            }
        }

        return null;
    }

    /// <summary>A boundary that was not declared: the first line of two dashes that a header follows.</summary>
    private byte[]? GuessBoundary(MimePart part, int end)
    {
        if (_guesses++ >= MaxGuesses)
        {
            return null;
        }

        var position = part.BodyStart;
        while (position < end)
        {
            var next = _source.NextLine(position, end);
            var line = _span[position..next].TrimEnd(" \t\r\n"u8);
            if (line.Length > 3 && line.StartsWith("--"u8) && Bytes.StartsWithIgnoreCase(_span[next..end], "Content-"u8))
            {
                _source.Report(MimeDefectCode.WrongBoundary, position);
                return line[2..].ToArray();
            }

            position = next;
        }

        return null;
    }

    /// <summary>A boundary line; level -1 is the end of the data.</summary>
    private readonly record struct Delimiter(int LineStart, int NextLine, int Level, bool IsClosing);
}
