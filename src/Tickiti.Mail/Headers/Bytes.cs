using System.Buffers;
using System.Text;

namespace Tickiti.Mail;

/// <summary>ASCII questions about bytes, without case.</summary>
internal static class Bytes
{
    /// <summary>What ends the first word of a structured field.</summary>
    public static readonly SearchValues<byte> WordEnd = SearchValues.Create("; \t\r\n("u8);

    public static bool EqualsIgnoreCase(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        left.Length == right.Length && Ascii.EqualsIgnoreCase(left, right);

    public static bool StartsWithIgnoreCase(ReadOnlySpan<byte> text, ReadOnlySpan<byte> prefix) =>
        text.Length >= prefix.Length && Ascii.EqualsIgnoreCase(text[..prefix.Length], prefix);

    public static int IndexOfIgnoreCase(ReadOnlySpan<byte> text, ReadOnlySpan<byte> word)
    {
        var offset = 0;
        var lower = word[0];
        var upper = lower is >= (byte)'a' and <= (byte)'z' ? (byte)(lower - 32) : lower;
        while (true)
        {
            var found = text[offset..].IndexOfAny(lower, upper);
            if (found < 0)
            {
                return -1;
            }

            offset += found;
            if (StartsWithIgnoreCase(text[offset..], word))
            {
                return offset;
            }

            offset++;
        }
    }

    public static bool IsWhiteSpace(byte value) => value is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';

    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text) => text.Trim(" \t\r\n"u8);

    public static int HexValue(byte value) => value switch
    {
        >= (byte)'0' and <= (byte)'9' => value - '0',
        >= (byte)'A' and <= (byte)'F' => value - 'A' + 10,
        >= (byte)'a' and <= (byte)'f' => value - 'a' + 10,
        _ => -1,
    };
}
