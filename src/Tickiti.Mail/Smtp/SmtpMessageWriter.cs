using System.Buffers;
using Tickiti.Mail.Transport;

namespace Tickiti.Mail.Smtp;

/// <summary>
/// Brings the message over, by DATA or BDAT (RFC 3030), and knows when its end may have reached the server. A message
/// that fits into <see cref="WriteLimit"/> goes in one write: two make Nagle and delayed ACK wait for each other.
/// </summary>
internal sealed class SmtpMessageWriter(
    MailConnection connection,
    MailTransportOptions options,
    ReadOnlySequence<byte> message,
    PooledBuffer buffer,
    Func<CancellationToken, ValueTask>? beforeEnd)
{
    public const int WriteLimit = 256 * 1024;

    private const int SliceSize = 16 * 1024;

    private SmtpMessageEncoder _encoder;

    /// <summary>What a message of that size needs, some doubled dots and line ends included.</summary>
    public static PooledBuffer CreateBuffer(long messageSize) =>
        new((int)Math.Min(messageSize + (messageSize / 32) + 64, WriteLimit));

    public bool EndIsUnderWay { get; private set; }

    /// <summary>Whether the server was told to expect more, which RSET has to clear away.</summary>
    public bool LeavesTransaction { get; private set; }

    public async ValueTask<SmtpReply> WriteDataAsync(CancellationToken cancellationToken)
    {
        _encoder = new SmtpMessageEncoder(doublesDots: true);
        foreach (var segment in message)
        {
            for (var rest = segment; !rest.IsEmpty;)
            {
                var slice = rest[..Math.Min(SliceSize, rest.Length)];
                rest = rest[slice.Length..];
                if (!HasRoomFor(slice.Length))
                {
                    if (await WriteAsync(isEnd: false, cancellationToken) is { } refusal)
                    {
                        return refusal;
                    }
                }

                _encoder.Append(slice.Span, buffer);
            }
        }

        _encoder.EndLine(buffer);
        buffer.Append(".\r\n"u8);
        return await WriteEndAsync(cancellationToken);
    }

    /// <summary>Chunk by chunk: a server that runs full says so before everything has crossed the line.</summary>
    public async ValueTask<SmtpReply> WriteChunksAsync(CancellationToken cancellationToken)
    {
        _encoder = new SmtpMessageEncoder(doublesDots: false);
        foreach (var segment in message)
        {
            for (var rest = segment; !rest.IsEmpty;)
            {
                var slice = rest[..Math.Min(SliceSize, rest.Length)];
                rest = rest[slice.Length..];
                if (!HasRoomFor(slice.Length))
                {
                    AnnounceChunk(isLast: false);
                    var reply = await WriteAsync(isEnd: false, cancellationToken)
                        ?? await ReadReplyAsync(options.Timeouts.Data, cancellationToken);
                    if (!reply.IsPositive)
                    {
                        LeavesTransaction = true;
                        return reply;
                    }
                }

                _encoder.Append(slice.Span, buffer);
            }
        }

        _encoder.EndLine(buffer);
        AnnounceChunk(isLast: true);
        return await WriteEndAsync(cancellationToken);
    }

    // A slice at most doubles; the end takes five bytes.
    private bool HasRoomFor(int slice) => buffer.Length + (2 * slice) + 5 <= WriteLimit;

    private void AnnounceChunk(bool isLast)
    {
        connection.Append("BDAT "u8);
        connection.Append(buffer.Length);
        connection.Append(isLast ? " LAST"u8 : ""u8);
        connection.EndCommand();
    }

    private async ValueTask<SmtpReply> WriteEndAsync(CancellationToken cancellationToken)
    {
        if (beforeEnd is not null)
        {
            await beforeEnd(cancellationToken);
        }

        return await WriteAsync(isEnd: true, cancellationToken)
            ?? await ReadReplyAsync(options.Timeouts.DataEnd, cancellationToken);
    }

    // Gives the server's refusal where it said one instead of taking the bytes.
    private async ValueTask<SmtpReply?> WriteAsync(bool isEnd, CancellationToken cancellationToken)
    {
        connection.Note($"({buffer.Length} bytes of a message)");
        using (connection.BeginStep("message", options.Timeouts.Data, cancellationToken))
        {
            EndIsUnderWay = isEnd;
            try
            {
                await connection.FlushWithAsync(buffer.Written);
                buffer.Clear();
                return null;
            }
            catch (MailTransportException e) when (e.Failure == MailFailure.ConnectionLost)
            {
                // A server that refuses in the middle closes; what it said may still be there to read.
                if (await ReadFarewellAsync() is { } farewell)
                {
                    return farewell;
                }

                throw;
            }
        }
    }

    private async ValueTask<SmtpReply?> ReadFarewellAsync()
    {
        try
        {
            var reply = await SmtpReplyReader.ReadAsync(connection, options.MaxReplyLines);
            return reply.Code >= 400 || (EndIsUnderWay && reply.IsPositive) ? reply : null;
        }
        catch (MailTransportException)
        {
            return null;
        }
    }

    private async ValueTask<SmtpReply> ReadReplyAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var step = connection.BeginStep(EndIsUnderWay ? "end of message" : "BDAT", timeout, cancellationToken);
        return await SmtpReplyReader.ReadAsync(connection, options.MaxReplyLines);
    }
}
