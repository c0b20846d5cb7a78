using System.Buffers;

namespace Tickiti.Mail;

/// <summary>uuencode: from the "begin" line, or from the first line where there is none, to "end".</summary>
internal static class UuDecoder
{
    public static void Decode(ReadOnlySpan<byte> content, IBufferWriter<byte> output)
    {
        while (!content.IsEmpty)
        {
            var next = content.IndexOf((byte)'\n') + 1;
            var line = (next == 0 ? content : content[..next]).TrimEnd("\r\n"u8);
            content = next == 0 ? [] : content[next..];
            if (line.SequenceEqual("end"u8))
            {
                return;
            }

            if (!line.IsEmpty && !line.StartsWith("begin "u8))
            {
                DecodeLine(line, output);
            }
        }
    }

    private static void DecodeLine(ReadOnlySpan<byte> line, IBufferWriter<byte> output)
    {
        var length = Six(line[0]);
        line = line[1..];
        if (length == 0 || line.IsEmpty)
        {
            return;
        }

        var target = output.GetSpan(length + 3);
        var written = 0;
        for (var i = 0; written < length; i += 4)
        {
            var bits = (At(line, i) << 18) | (At(line, i + 1) << 12) | (At(line, i + 2) << 6) | At(line, i + 3);
            target[written++] = (byte)(bits >> 16);
            target[written++] = (byte)(bits >> 8);
            target[written++] = (byte)bits;
        }

        output.Advance(length);
    }

    private static int At(ReadOnlySpan<byte> line, int index) => index < line.Length ? Six(line[index]) : 0;

    private static int Six(byte value) => (value - 32) & 63;
}
