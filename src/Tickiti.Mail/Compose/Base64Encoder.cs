using System.Buffers;
using System.Buffers.Text;

namespace Tickiti.Mail;

/// <summary>Base64 in lines of 76 characters (RFC 2045 §6.8).</summary>
internal static class Base64Encoder
{
    private const int BytesPerLine = 57;

    public static void Encode(ReadOnlySpan<byte> content, IBufferWriter<byte> output)
    {
        while (!content.IsEmpty)
        {
            var line = content[..Math.Min(content.Length, BytesPerLine)];
            var target = output.GetSpan(78);
            Base64.EncodeToUtf8(line, target, out _, out var written);
            target[written] = (byte)'\r';
            target[written + 1] = (byte)'\n';
            output.Advance(written + 2);
            content = content[line.Length..];
        }
    }
}
