using System.Buffers;

namespace Tickiti.Mail;

/// <summary>Quoted-printable (RFC 2045 §6.7) and the "Q" encoding of header words (RFC 2047 §4.2); wrong escapes stay as they are.</summary>
internal static class QuotedPrintableDecoder
{
    private const int Piece = 16 * 1024;

    public static void Decode(ReadOnlySpan<byte> content, IBufferWriter<byte> output)
    {
        while (!content.IsEmpty)
        {
            var target = output.GetSpan(Math.Min(content.Length, Piece));
            target = target[..Math.Min(target.Length, Math.Min(content.Length, Piece))];
            var written = 0;
            var escaped = 0;
            var read = 0;
            while (read < content.Length && written < target.Length)
            {
                var rest = content[read..Math.Min(content.Length, read + target.Length - written)];
                var run = rest.IndexOfAny((byte)'=', (byte)'\n');
                run = run < 0 ? rest.Length : run;
                rest[..run].CopyTo(target[written..]);
                written += run;
                read += run;
                if (run == rest.Length)
                {
                    break;
                }

                if (content[read] == '=')
                {
                    read += Escape(content[read..], target, ref written);
                    escaped = written;
                }
                else
                {
                    written = EndLine(target, written, escaped);
                    read++;
                }
            }

            output.Advance(written);
            content = content[read..];
        }
    }

    public static void DecodeHeader(ReadOnlySpan<byte> word, IBufferWriter<byte> output)
    {
        if (word.IsEmpty)
        {
            return;
        }

        var target = output.GetSpan(word.Length);
        var written = 0;
        for (var i = 0; i < word.Length; i++)
        {
            var value = word[i];
            if (value == '=' && i + 2 < word.Length && Pair(word[(i + 1)..]) is var pair and >= 0)
            {
                target[written++] = (byte)pair;
                i += 2;
            }
            else if (value is not ((byte)'\r' or (byte)'\n'))
            {
                target[written++] = value == '_' ? (byte)' ' : value;
            }
        }

        output.Advance(written);
    }

    /// <summary>One "=": a byte, a soft line break, or nothing of the kind. Answers how much was read.</summary>
    private static int Escape(ReadOnlySpan<byte> content, Span<byte> target, ref int written)
    {
        if (content.Length >= 3 && Pair(content[1..]) is var pair and >= 0)
        {
            target[written++] = (byte)pair;
            return 3;
        }

        // Soft line break, white space before the line's end allowed.
        var read = 1;
        while (read < content.Length && read < 80 && content[read] is (byte)' ' or (byte)'\t' or (byte)'\r')
        {
            read++;
        }

        if (read == content.Length || content[read] == '\n')
        {
            return Math.Min(read + 1, content.Length);
        }

        if (content[read - 1] == '\r')
        {
            return read;
        }

        target[written++] = (byte)'=';
        return 1;
    }

    /// <summary>White space at the end of a line was added on the way (RFC 2045 §6.7 rule 3), unless it was escaped.</summary>
    private static int EndLine(Span<byte> target, int written, int escaped)
    {
        var hasReturn = written > escaped && target[written - 1] == '\r';
        var end = hasReturn ? written - 1 : written;
        while (end > escaped && target[end - 1] is (byte)' ' or (byte)'\t')
        {
            end--;
        }

        if (hasReturn)
        {
            target[end++] = (byte)'\r';
        }

        target[end++] = (byte)'\n';
        return end;
    }

    private static int Pair(ReadOnlySpan<byte> digits)
    {
        var high = Bytes.HexValue(digits[0]);
        var low = Bytes.HexValue(digits[1]);
        return high < 0 || low < 0 ? -1 : (high << 4) | low;
    }
}
