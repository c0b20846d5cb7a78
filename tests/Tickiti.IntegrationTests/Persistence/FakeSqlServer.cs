using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Tickiti.IntegrationTests.Persistence;

/// <summary>What a client asked for: a batch, a call (sp_executesql), or something about a transaction.</summary>
public sealed record TdsRequest(string Kind, string Text);

/// <summary>Columns of numbers, and a row that holds the same in each; null is no row.</summary>
public sealed record TdsResult(string[] Columns, int? Row = null);

/// <summary>
/// As much of a SQL Server as it takes to see what reaches the wire ([MS-TDS]): it signs everybody in, says of every command
/// that one row was affected, and returns no rows but what it is told to.
/// </summary>
public sealed class FakeSqlServer : IAsyncDisposable
{
    private const int HeaderLength = 8;
    private const byte EndOfMessage = 1;
    private const byte Batch = 1;
    private const byte Call = 3;
    private const byte TransactionManager = 14;
    private const byte Login = 16;
    private const byte PreLogin = 18;

    private static readonly byte[] TransactionId = [1, 0, 0, 0, 0, 0, 0, 0];

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentQueue<TdsRequest> _requests = new();
    private readonly CancellationTokenSource _end = new();
    private readonly Task _accepting;

    public FakeSqlServer()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>The error number to answer a command's text with; null lets it go well.</summary>
    public Func<string, int?>? Refuse { get; set; }

    /// <summary>What to answer a command's text with; null is not even columns.</summary>
    public Func<string, TdsResult?>? Result { get; set; }

    public IReadOnlyCollection<TdsRequest> Requests => _requests;

    public string ConnectionString =>
        $"Server=127.0.0.1,{((IPEndPoint)_listener.LocalEndpoint).Port};Database=tickiti;User ID=sa;Password=x;Encrypt=false;Pooling=false";

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting;
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_end.Token));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                while (true)
                {
                    var (type, payload) = await ReadMessageAsync(stream);
                    await SendAsync(stream, Answer(type, payload));
                }
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                // The client has left.
            }
        }
    }

    private async Task<(byte Type, byte[] Payload)> ReadMessageAsync(NetworkStream stream)
    {
        var header = new byte[HeaderLength];
        using var message = new MemoryStream();
        do
        {
            await stream.ReadExactlyAsync(header, _end.Token);
            var packet = new byte[BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(2)) - HeaderLength];
            await stream.ReadExactlyAsync(packet, _end.Token);
            await message.WriteAsync(packet, _end.Token);
        }
        while ((header[1] & EndOfMessage) == 0);

        return (header[0], message.ToArray());
    }

    private async Task SendAsync(NetworkStream stream, byte[] tokens)
    {
        var packet = new byte[HeaderLength + tokens.Length];
        packet[0] = 4;
        packet[1] = EndOfMessage;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)packet.Length);
        tokens.CopyTo(packet, HeaderLength);
        await stream.WriteAsync(packet, _end.Token);
    }

    private byte[] Answer(byte type, byte[] payload)
    {
        switch (type)
        {
            case PreLogin:
                return PreLoginAnswer();
            case Login:
                return [.. Collation(), .. LoginAck(), .. Done(0xFD, 0, 0)];
            case TransactionManager:
                return AnswerTransaction(payload);
            default:
                // A call's text may begin at an odd place: both readings hold it once.
                var text = Encoding.Unicode.GetString(payload) + Encoding.Unicode.GetString(payload.AsSpan(1));
                _requests.Enqueue(new TdsRequest(type == Batch ? "batch" : "call", text));
                return Refuse?.Invoke(text) is { } number
                    ? [.. Error(number), .. Done(type == Call ? (byte)0xFE : (byte)0xFD, 2, 0)]
                    : [.. Result?.Invoke(text) is { } result ? Rows(result) : [], .. AnswerCommand(type)];
        }
    }

    private static byte[] Rows(TdsResult result)
    {
        var columns = result.Columns.SelectMany(
            name => (byte[])[0, 0, 0, 0, 0, 0, 0x38, (byte)name.Length, .. Encoding.Unicode.GetBytes(name)]);
        byte[] row = result.Row is { } value ? [0xD1, .. result.Columns.SelectMany(_ => BitConverter.GetBytes(value))] : [];
        return [0x81, (byte)result.Columns.Length, 0, .. columns, .. row];
    }

    // One row affected; a call also returns its status.
    private static byte[] AnswerCommand(byte type) => type == Call
        ? [.. Done(0xFF, 0x11, 1), 0x79, 0, 0, 0, 0, .. Done(0xFE, 0, 0)]
        : Done(0xFD, 0x10, 1);

    private byte[] AnswerTransaction(byte[] payload)
    {
        var headers = BinaryPrimitives.ReadInt32LittleEndian(payload);
        var what = BinaryPrimitives.ReadUInt16LittleEndian(payload.AsSpan(headers));
        _requests.Enqueue(new TdsRequest("transaction", what switch { 5 => "begin", 7 => "commit", _ => "rollback" }));
        byte[] change = what == 5 ? [8, 8, .. TransactionId, 0] : [what == 7 ? (byte)9 : (byte)10, 0, 8, .. TransactionId];
        return [0xE3, (byte)change.Length, 0, .. change, .. Done(0xFD, 0, 0)];
    }

    // Version, no encryption, and nothing more.
    private static byte[] PreLoginAnswer() => [0, 0, 11, 0, 6, 1, 0, 17, 0, 1, 0xFF, 16, 0, 3, 0xE8, 0, 0, 2];

    // Latin1_General_CI_AS: without a collation the driver cannot write text parameters.
    private static byte[] Collation() => [0xE3, 8, 0, 7, 5, 0x09, 0x04, 0xD0, 0x00, 0x34, 0];

    private static byte[] LoginAck()
    {
        byte[] body = [1, 0x74, 0, 0, 4, 4, .. Encoding.Unicode.GetBytes("Fake"), 16, 0, 3, 0xE8];
        return [0xAD, (byte)body.Length, 0, .. body];
    }

    private static byte[] Error(int number)
    {
        var message = Encoding.Unicode.GetBytes("Refused by the test.");
        byte[] body = [.. BitConverter.GetBytes(number), 1, 14, (byte)(message.Length / 2), 0, .. message, 0, 0, 1, 0, 0, 0];
        return [0xAA, (byte)body.Length, 0, .. body];
    }

    private static byte[] Done(byte token, byte status, long rows) => [token, status, 0, 0, 0, .. BitConverter.GetBytes(rows)];
}
