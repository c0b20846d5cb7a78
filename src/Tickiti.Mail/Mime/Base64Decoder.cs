using System.Buffers;
using System.Buffers.Text;

namespace Tickiti.Mail;

/// <summary>
/// Base64 as mail has it (RFC 2045 §6.8): what is no digit is skipped, data may go on after padding, the end may be missing.
/// </summary>
internal static class Base64Decoder
{
    private const int Piece = 16 * 1024;

    private static readonly SearchValues<byte> Digits =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"u8);

    public static void Decode(ReadOnlySpan<byte> content, IBufferWriter<byte> output)
    {
        var gathered = ArrayPool<byte>.Shared.Rent(Math.Min(Piece, content.Length) + 4);
        try
        {
            Decode(content, gathered, output);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(gathered);
        }
    }

    private static void Decode(ReadOnlySpan<byte> content, byte[] gathered, IBufferWriter<byte> output)
    {
        var capacity = (gathered.Length & ~3) - 4;
        var count = 0;
        while (!content.IsEmpty)
        {
            // A run of digits, nearly always a whole line.
            var window = content[..Math.Min(content.Length, capacity - count + 1)];
            var run = window.IndexOfAnyExcept(Digits);
            run = Math.Min(run < 0 ? window.Length : run, capacity - count);
            content[..run].CopyTo(gathered.AsSpan(count));
            count += run;
            content = content[run..];
            if (count == capacity)
            {
                count = Flush(gathered, count, output);
            }

            if (content.IsEmpty)
            {
                break;
            }

            if (content[0] == '=')
            {
                Finish(gathered, Flush(gathered, count, output), output);
                count = 0;
                content = content[1..];
            }
            else if (!Digits.Contains(content[0]))
            {
                content = content[1..];
            }
        }

        Finish(gathered, Flush(gathered, count, output), output);
    }

    /// <summary>Decodes whole quanta; what is left of one moves to the front.</summary>
    private static int Flush(byte[] gathered, int count, IBufferWriter<byte> output)
    {
        var whole = count & ~3;
        if (whole > 0)
        {
            var target = output.GetSpan(whole / 4 * 3);
            Base64.DecodeFromUtf8(gathered.AsSpan(0, whole), target, out _, out var written);
            output.Advance(written);
            gathered.AsSpan(whole, count - whole).CopyTo(gathered);
        }

        return count - whole;
    }

    /// <summary>The bytes that an unfinished quantum still tells.</summary>
    private static void Finish(byte[] gathered, int count, IBufferWriter<byte> output)
    {
        if (count >= 2)
        {
            gathered.AsSpan(count, 4 - count).Fill((byte)'A');
            Span<byte> quantum = stackalloc byte[3];
            Base64.DecodeFromUtf8(gathered.AsSpan(0, 4), quantum, out _, out _);
            quantum[..(count - 1)].CopyTo(output.GetSpan(count - 1));
            output.Advance(count - 1);
        }
    }
}
