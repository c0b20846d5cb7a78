using System.Text;

namespace Tickiti.Mail;

/// <summary>UTF-7 (RFC 2152) for reading; the platform's own is switched off. Also what stands unencoded though it should not.</summary>
internal sealed class Utf7Encoding : Encoding
{
    public override int GetMaxCharCount(int byteCount) => byteCount + 1;

    public override int GetCharCount(byte[] bytes, int index, int count) =>
        GetChars(bytes, index, count, new char[GetMaxCharCount(count)], 0);

    public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex)
    {
        var written = charIndex;
        var end = byteIndex + byteCount;
        for (var i = byteIndex; i < end;)
        {
            var value = bytes[i++];
            if (value != '+')
            {
                chars[written++] = (char)value;
            }
            else if (i < end && bytes[i] == '-')
            {
                chars[written++] = '+';
                i++;
            }
            else
            {
                ReadShifted(bytes, ref i, end, chars, ref written);
            }
        }

        return written - charIndex;
    }

    public override int GetByteCount(char[] chars, int index, int count) => throw new NotSupportedException();

    public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex) =>
        throw new NotSupportedException();

    public override int GetMaxByteCount(int charCount) => throw new NotSupportedException();

    private static void ReadShifted(byte[] bytes, ref int i, int end, char[] chars, ref int written)
    {
        var bits = 0;
        var held = 0u;
        while (i < end && Base64Value(bytes[i]) is var value and >= 0)
        {
            i++;
            held = (held << 6) | (uint)value;
            bits += 6;
            if (bits >= 16)
            {
                bits -= 16;
                chars[written++] = (char)(held >> bits);
                held &= (1u << bits) - 1;
            }
        }

        if (i < end && bytes[i] == '-')
        {
            i++;
        }
    }

    private static int Base64Value(byte value) => value switch
    {
        >= (byte)'A' and <= (byte)'Z' => value - 'A',
        >= (byte)'a' and <= (byte)'z' => value - 'a' + 26,
        >= (byte)'0' and <= (byte)'9' => value - '0' + 52,
        (byte)'+' => 62,
        (byte)'/' => 63,
        _ => -1,
    };
}
