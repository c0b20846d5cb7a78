using System.Buffers;

namespace Tickiti.Mail;

/// <summary>Finds the fields of one header block (RFC 5322 §2.2) and where its body starts.</summary>
internal static class HeaderScanner
{
    /// <summary>Lines that are looked at for a well-known field behind one that is none.</summary>
    private const int JunkBefore = 24;

    private const int JunkBetween = 4;

    private static readonly SearchValues<byte> NameBytes = SearchValues.Create(
        "!\"#$%&'()*+,-./0123456789;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"u8);

    public static HeaderSlot[] Scan(MimeSource source, int start, int end, bool isRoot, out int bodyStart)
    {
        var span = source.Span;
        var slots = new SlotBuffer(stackalloc HeaderSlot[48]);
        var limit = (int)Math.Min(end, (long)start + source.Limits.MaxHeaderBytes);
        var position = isRoot ? SkipPreface(source, start, end) : start;
        bodyStart = -1;
        while (position < end)
        {
            if (position >= limit)
            {
                source.Report(MimeDefectCode.HeaderTooLarge, position);
                bodyStart = SkipToBlankLine(source, position, end);
                break;
            }

            var next = source.NextLine(position, end);
            var line = span[position..next];
            var first = line[0];
            if (first == source.LineEnd || (first == '\r' && next - position == 2 && line[1] == '\n'))
            {
                bodyStart = next;
                break;
            }

            if (first is (byte)' ' or (byte)'\t' && slots.Count > 0)
            {
                slots.ExtendLast(next);
            }
            else if (NameLength(line, out var colon) is var name and > 0)
            {
                slots.Add(new HeaderSlot(position, name, position + colon + 1, next));
            }
            else if (NextField(source, slots.Count == 0, position, next, end) is var resume and >= 0)
            {
                source.Report(
                    slots.Count == 0 ? MimeDefectCode.JunkBeforeHeader : MimeDefectCode.InvalidHeaderLine, position);
                next = resume;
            }
            else
            {
                source.Report(
                    slots.Count == 0 ? MimeDefectCode.NoHeader : MimeDefectCode.MissingBlankLine, position);
                bodyStart = position;
                break;
            }

            position = next;
        }

        if (isRoot && slots.Count > 0 && !slots.Any(span))
        {
            // "Thanks :-)" is no field.
            source.Report(MimeDefectCode.NoHeader, 0);
            slots.Clear();
            bodyStart = SkipPreface(source, start, end);
        }

        if (bodyStart < 0)
        {
            bodyStart = end;
            if (isRoot)
            {
                source.Report(MimeDefectCode.MissingBody, end);
            }
        }

        if (span[start..bodyStart].IndexOf((byte)0) is var nul and >= 0)
        {
            source.Report(MimeDefectCode.NulInHeader, start + nul);
        }

        return slots.ToArrayAndReturn();
    }

    /// <summary>Whether the line begins a field.</summary>
    public static bool IsField(ReadOnlySpan<byte> line) => NameLength(line, out _) > 0;

    /// <summary>Blank lines and mbox separators in front of the first field.</summary>
    private static int SkipPreface(MimeSource source, int start, int end)
    {
        var position = start;
        if (source.Span[start..end].StartsWith("\uFEFF"u8))
        {
            position += 3;
        }

        while (position < end)
        {
            var next = source.NextLine(position, end);
            var line = source.Span[position..next];
            var isBlank = line.IndexOfAnyExcept(" \t\r\n"u8) < 0;
            if (!isBlank && !line.StartsWith("From "u8) && !line.StartsWith(">From "u8))
            {
                return position;
            }

            position = next;
        }

        return position;
    }

    /// <summary>Length of the field name, 0 where the line is no field. White space before the colon is obsolete syntax.</summary>
    private static int NameLength(ReadOnlySpan<byte> line, out int colon)
    {
        var length = line.IndexOfAnyExcept(NameBytes);
        colon = length;
        if (length <= 0)
        {
            return 0;
        }

        while (colon < line.Length && line[colon] is (byte)' ' or (byte)'\t')
        {
            colon++;
        }

        return colon < line.Length && line[colon] == ':' ? length : 0;
    }

    /// <summary>After a line that is no field: where fields go on, or -1 when the body has begun without a blank line.</summary>
    private static int NextField(MimeSource source, bool atStart, int position, int next, int end)
    {
        if (!atStart && source.Span[position..].StartsWith("--"u8))
        {
            return -1;
        }

        for (var lines = atStart ? JunkBefore : JunkBetween; lines > 0 && next < end; lines--)
        {
            var line = source.Span[next..source.NextLine(next, end)];
            if (Bytes.Trim(line).IsEmpty && !atStart)
            {
                return -1;
            }

            if (NameLength(line, out _) is var name and > 0
                && (IsOfTransport(line[..name]) || (!atStart && IsOfPeople(line[..name]))))
            {
                return next;
            }

            next += line.Length;
        }

        return -1;
    }

    /// <summary>Fields that no one quotes in a text: in front of them there can only be junk.</summary>
    private static bool IsOfTransport(ReadOnlySpan<byte> name) =>
        Bytes.StartsWithIgnoreCase(name, "X-"u8)
        || Bytes.StartsWithIgnoreCase(name, "Content-"u8)
        || Bytes.StartsWithIgnoreCase(name, "List-"u8)
        || Bytes.StartsWithIgnoreCase(name, "Resent-"u8)
        || Bytes.StartsWithIgnoreCase(name, "ARC-"u8)
        || Bytes.EqualsIgnoreCase(name, "DKIM-Signature"u8)
        || Bytes.EqualsIgnoreCase(name, "Authentication-Results"u8)
        || Bytes.EqualsIgnoreCase(name, "Received"u8)
        || Bytes.EqualsIgnoreCase(name, "Return-Path"u8)
        || Bytes.EqualsIgnoreCase(name, "Delivered-To"u8)
        || Bytes.EqualsIgnoreCase(name, "Message-ID"u8)
        || Bytes.EqualsIgnoreCase(name, "In-Reply-To"u8)
        || Bytes.EqualsIgnoreCase(name, "References"u8)
        || Bytes.EqualsIgnoreCase(name, "MIME-Version"u8);

    private static bool IsOfPeople(ReadOnlySpan<byte> name) =>
        Bytes.EqualsIgnoreCase(name, "From"u8)
        || Bytes.EqualsIgnoreCase(name, "To"u8)
        || Bytes.EqualsIgnoreCase(name, "Cc"u8)
        || Bytes.EqualsIgnoreCase(name, "Bcc"u8)
        || Bytes.EqualsIgnoreCase(name, "Sender"u8)
        || Bytes.EqualsIgnoreCase(name, "Reply-To"u8)
        || Bytes.EqualsIgnoreCase(name, "Subject"u8)
        || Bytes.EqualsIgnoreCase(name, "Date"u8);

    private static int SkipToBlankLine(MimeSource source, int position, int end)
    {
        while (position < end)
        {
            var next = source.NextLine(position, end);
            if (source.TrimLineEnd(position, next) == position)
            {
                return next;
            }

            position = next;
        }

        return end;
    }

    private ref struct SlotBuffer(Span<HeaderSlot> initial)
    {
        private Span<HeaderSlot> _slots = initial;
        private HeaderSlot[]? _rented;

        public int Count { get; private set; }

        public void Add(HeaderSlot slot)
        {
            if (Count == _slots.Length)
            {
                var larger = ArrayPool<HeaderSlot>.Shared.Rent(Count * 2);
                _slots.CopyTo(larger);
                Return();
                _slots = _rented = larger;
            }

            _slots[Count++] = slot;
        }

        public readonly void ExtendLast(int end) => _slots[Count - 1] = _slots[Count - 1] with { End = end };

        public HeaderSlot[] ToArrayAndReturn()
        {
            var slots = _slots[..Count].ToArray();
            Return();
            return slots;
        }

        /// <summary>Whether one of the fields is any that a mail has.</summary>
        public readonly bool Any(ReadOnlySpan<byte> span)
        {
            foreach (var slot in _slots[..Count])
            {
                var name = span.Slice(slot.Start, slot.NameLength);
                if (IsOfTransport(name) || IsOfPeople(name))
                {
                    return true;
                }
            }

            return false;
        }

        public void Clear() => Count = 0;

        private void Return()
        {
            if (_rented is not null)
            {
                ArrayPool<HeaderSlot>.Shared.Return(_rented);
                _rented = null;
            }
        }
    }
}
