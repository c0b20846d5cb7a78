using System.Buffers;

namespace Tickiti.Mail;

/// <summary>Quoted-printable of text with CRLF line ends (RFC 2045 §6.7); lines of at most 76 characters.</summary>
internal static class QuotedPrintableEncoder
{
    private const int LineLength = 75;

    public static void Encode(ReadOnlySpan<byte> text, IBufferWriter<byte> output)
    {
        while (!text.IsEmpty)
        {
            var end = text.IndexOf("\r\n"u8);
            EncodeLine(end < 0 ? text : text[..end], output);
            if (end < 0)
            {
                return;
            }

            output.Write("\r\n"u8);
            text = text[(end + 2)..];
        }
    }

    /// <summary>Bytes that must be written as three.</summary>
    public static int CountEscapes(ReadOnlySpan<byte> text)
    {
        var count = 0;
        foreach (var value in text)
        {
            count += IsLiteral(value) || value is (byte)'\r' or (byte)'\n' ? 0 : 1;
        }

        return count;
    }

    private static void EncodeLine(ReadOnlySpan<byte> line, IBufferWriter<byte> output)
    {
        var column = 0;
        for (var i = 0; i < line.Length; i++)
        {
            var value = line[i];
            // White space may not end a line; "From " and a lone dot are changed by some on the way.
            var isLast = i == line.Length - 1;
            var isFragile = i == 0 && (value == '.' || line.StartsWith("From "u8));
            var isLiteral = IsLiteral(value) && !isFragile && !(isLast && value is (byte)' ' or (byte)'\t' && isLast);
            var width = isLiteral ? 1 : 3;
            if (column + width > LineLength && !(isLast && column + width <= LineLength + 1))
            {
                output.Write("=\r\n"u8);
                column = 0;
            }

            column += width;
            if (isLiteral)
            {
                output.GetSpan(1)[0] = value;
                output.Advance(1);
            }
            else
            {
                var target = output.GetSpan(3);
                target[0] = (byte)'=';
                target[1] = Digit(value >> 4);
                target[2] = Digit(value & 15);
                output.Advance(3);
            }
        }
    }

    private static bool IsLiteral(byte value) => value is (>= (byte)' ' and <= (byte)'~' and not (byte)'=') or (byte)'\t';

    private static byte Digit(int value) => (byte)(value < 10 ? '0' + value : 'A' + value - 10);
}
