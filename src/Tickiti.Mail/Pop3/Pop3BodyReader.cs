using Tickiti.Mail.Transport;

namespace Tickiti.Mail.Pop3;

/// <summary>Reads the body of a RETR or TOP into memory or a stream, or to nowhere once it is too large.</summary>
internal sealed class Pop3BodyReader(MailConnection connection, int maxSize, long listedSize)
{
    private const int FirstGuess = 4 * 1024;

    // A listed size is believed up to here; beyond, the buffer grows with what really comes.
    private const int LargestGuess = 64 * 1024 * 1024;

    // Servers count line ends in more than one way; a body far beyond all that has no end.
    private long DrainLimit => Math.Max(2 * Math.Max(listedSize, 0), 4L * maxSize) + MailConnection.ProgressUnit;

    public async ValueTask<Pop3Message> ReadAsync(int number, string reply)
    {
        var guess = listedSize < 0 ? FirstGuess : (int)Math.Min(listedSize, Math.Min(maxSize, LargestGuess));
        var content = new PooledBuffer(guess);
        try
        {
            var decoder = new DotDecoder();
            while (!DecodeBuffered(ref decoder, IsWithinLimit(decoder) ? content : null))
            {
                if (!IsWithinLimit(decoder))
                {
                    content.Dispose();
                }

                await connection.FillAsync();
            }

            if (IsWithinLimit(decoder))
            {
                return new Pop3Message(number, Pop3MessageStatus.Complete, decoder.Length, reply, content);
            }

            content.Dispose();
            return new Pop3Message(number, Pop3MessageStatus.TooLarge, decoder.Length, reply);
        }
        catch
        {
            content.Dispose();
            throw;
        }
    }

    public async ValueTask<Pop3Message> CopyAsync(
        int number, string reply, Stream destination, CancellationToken cancellationToken)
    {
        using var piece = new PooledBuffer(MailConnection.ProgressUnit);
        var decoder = new DotDecoder();
        while (true)
        {
            var isEnd = DecodeBuffered(ref decoder, piece);
            if (IsWithinLimit(decoder))
            {
                await WriteAsync(destination, piece.Written, cancellationToken);
            }

            piece.Clear();
            if (isEnd)
            {
                var status = IsWithinLimit(decoder) ? Pop3MessageStatus.Complete : Pop3MessageStatus.TooLarge;
                return new Pop3Message(number, status, decoder.Length, reply);
            }

            await connection.FillAsync();
        }
    }

    private async ValueTask WriteAsync(
        Stream destination, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            await destination.WriteAsync(bytes, cancellationToken);
        }
        catch
        {
            // The rest of the message is still on its way, and nobody will read it.
            connection.Break();
            throw;
        }
    }

    private bool IsWithinLimit(in DotDecoder decoder) => decoder.Length <= maxSize;

    private bool DecodeBuffered(ref DotDecoder decoder, PooledBuffer? output)
    {
        var isEnd = decoder.Decode(connection.Buffered, output, out var consumed);
        connection.Consume(consumed);
        return isEnd || decoder.Length <= DrainLimit
            ? isEnd
            : throw connection.Violation($"The server sent a message without an end ({decoder.Length} bytes so far).");
    }
}
