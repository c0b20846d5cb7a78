using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Tickiti.Mail.Transport;

namespace Tickiti.Testing.Wire;

/// <summary>A command as a fake server sees it, before it does anything about it.</summary>
/// <param name="Verb">
/// The command's first word; <c>CONNECT</c> before the greeting, <c>END</c> at a message's end.
/// </param>
/// <param name="Argument">The rest of the line.</param>
/// <param name="Connection">The connection's number, from 1.</param>
/// <param name="Nth">How many such commands the server has had, this one included.</param>
public sealed record FakeCommand(string Verb, string Argument, int Connection, int Nth);

/// <summary>What a fake server does instead of what it should.</summary>
public sealed record FakeFault
{
    private FakeFault(string? reply, bool cuts, bool afterEffect)
    {
        ReplyLine = reply;
        Cuts = cuts;
        AfterEffect = afterEffect;
    }

    /// <summary>Closes the connection; the command has no effect.</summary>
    public static FakeFault Cut { get; } = new(null, true, false);

    /// <summary>
    /// Does what was asked for (takes the message, commits the deletions), then closes instead of answering.
    /// </summary>
    public static FakeFault CutAfterEffect { get; } = new(null, true, true);

    /// <summary>Never answers; the command has no effect.</summary>
    public static FakeFault Stall { get; } = new(null, false, false);

    /// <summary>Does what was asked for, then never answers.</summary>
    public static FakeFault StallAfterEffect { get; } = new(null, false, true);

    public static FakeFault Garbage { get; } = Reply("\u0001\u0002 what?");

    internal string? ReplyLine { get; }

    internal bool Cuts { get; }

    internal bool AfterEffect { get; }

    /// <summary>Answers that line; the command has no effect.</summary>
    public static FakeFault Reply(string line) => new(line, false, false);
}

/// <summary>A server on 127.0.0.1 whose misbehaviour a test decides, command by command.</summary>
public abstract class FakeServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<string, int> _counts = new();
    private readonly ConcurrentDictionary<int, Task> _connections = new();
    private int _connectionCount;

    protected FakeServer()
    {
        _listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>Asked before each command; null lets it go its way.</summary>
    public Func<FakeCommand, FakeFault?>? Misbehave { get; set; }

    /// <summary>With it the server speaks TLS, as <see cref="Security"/> says.</summary>
    public X509Certificate2? Certificate { get; init; }

    public MailSecurity Security { get; init; }

    public string? UserName { get; init; }

    public string? Password { get; init; }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int ConnectionCount => _connectionCount;

    /// <summary>How to reach it, with the credentials that it takes.</summary>
    public MailEndpoint Endpoint => new(Certificate is null ? "127.0.0.1" : "localhost", Port, Security)
    {
        UserName = UserName,
        Password = Password,
        ValidateCertificate = false,
    };

    public int CountOfCommand(string verb) => _counts.GetValueOrDefault(verb);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await Task.WhenAll(_connections.Values).ContinueWith(_ => { }, TaskScheduler.Default);
        _end.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Speaks the protocol with one client until it leaves.</summary>
    private protected abstract Task ServeAsync(FakeConnection connection);

    private protected FakeFault? NextFault(string verb, string argument, int connection)
    {
        var nth = _counts.AddOrUpdate(verb, 1, (_, count) => count + 1);
        return Misbehave?.Invoke(new FakeCommand(verb, argument, connection, nth));
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync(_end.Token);
                socket.NoDelay = true;
                var number = Interlocked.Increment(ref _connectionCount);
                _connections[number] = Task.Run(
                    () => ServeSafelyAsync(number, new NetworkStream(socket, ownsSocket: true)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The server is closed.
        }
    }

    private async Task ServeSafelyAsync(int number, Stream stream)
    {
        await using var connection = new FakeConnection(this, number, stream, _end.Token);
        try
        {
            if (Certificate is not null && Security == MailSecurity.Ssl)
            {
                await connection.StartTlsAsync(Certificate);
            }

            await ServeAsync(connection);
        }
        catch (Exception e) when (
            e is IOException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
        {
            // The client left, or was cut off.
        }
    }

    private protected sealed class FakeConnection(FakeServer server, int number, Stream stream, CancellationToken end)
        : IAsyncDisposable
    {
        private Stream _stream = stream;
        private byte[] _buffer = new byte[64 * 1024];
        private int _start;
        private int _length;

        public CancellationToken End => end;

        public async Task StartTlsAsync(X509Certificate2 certificate)
        {
            var encrypted = new SslStream(_stream);
            await encrypted.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions { ServerCertificate = certificate }, end);
            _stream = encrypted;
        }

        public async Task SendAsync(string line) => await SendAsync(Encoding.Latin1.GetBytes(line + "\r\n"));

        public async Task SendAsync(ReadOnlyMemory<byte> bytes) => await _stream.WriteAsync(bytes, end);

        /// <summary>Runs a command, or what the test wants instead; the effect gives the answer.</summary>
        public async Task AnswerAsync(string verb, string argument, Func<string?> effect)
        {
            var fault = server.NextFault(verb, argument, number);
            var reply = fault is null || fault.AfterEffect ? effect() : fault.ReplyLine;
            if (fault is { ReplyLine: null })
            {
                if (!fault.Cuts)
                {
                    await WaitForTheClientToLeaveAsync();
                }

                throw new IOException("Cut, as the test asked for.");
            }

            if (reply is not null)
            {
                await SendAsync(reply);
            }
        }

        // A server that stalls still sees its client go, and ends the session then.
        private async Task WaitForTheClientToLeaveAsync()
        {
            while (await _stream.ReadAsync(_buffer, end) > 0)
            {
            }
        }

        /// <summary>A line without its end, as Latin-1.</summary>
        public async Task<string> ReadLineAsync()
        {
            var length = await FindAsync([(byte)'\n'], 0);
            var line = Encoding.Latin1.GetString(_buffer, _start, length).TrimEnd('\r');
            Take(length + 1);
            return line;
        }

        /// <summary>A message up to its lone dot, dots undoubled.</summary>
        public async Task<byte[]> ReadMessageAsync()
        {
            // The CRLF of the command line may be the one in front of the lone dot.
            var message = Encoding.Latin1.GetString(await ReadUntilAsync("\r\n.\r\n", "\r\n"));
            return Encoding.Latin1.GetBytes(message.Replace("\r\n.", "\r\n", StringComparison.Ordinal)[2..]);
        }

        public async Task<byte[]> ReadBytesAsync(int count)
        {
            while (_length < count)
            {
                await FillAsync();
            }

            var bytes = _buffer.AsSpan(_start, count).ToArray();
            Take(count);
            return bytes;
        }

        public ValueTask DisposeAsync() => _stream.DisposeAsync();

        private async Task<byte[]> ReadUntilAsync(string end, string before)
        {
            if (_start < before.Length)
            {
                EnsureSpace(before.Length);
                Buffer.BlockCopy(_buffer, _start, _buffer, before.Length, _length);
                _start = before.Length;
            }

            _start -= before.Length;
            _length += before.Length;
            Encoding.Latin1.GetBytes(before, _buffer.AsSpan(_start));
            var length = await FindAsync(Encoding.Latin1.GetBytes(end), 0);
            var bytes = _buffer.AsSpan(_start, length + 2).ToArray();
            Take(length + end.Length);
            return bytes;
        }

        private async Task<int> FindAsync(byte[] what, int from)
        {
            while (true)
            {
                var found = _buffer.AsSpan(_start + from, _length - from).IndexOf(what);
                if (found >= 0)
                {
                    return from + found;
                }

                from = Math.Max(from, _length - what.Length + 1);
                await FillAsync();
            }
        }

        private void Take(int count)
        {
            _start += count;
            _length -= count;
        }

        private void EnsureSpace(int count)
        {
            if (_start + _length + count <= _buffer.Length)
            {
                return;
            }

            var buffer = _length + count > _buffer.Length ? new byte[2 * (_length + count)] : _buffer;
            Buffer.BlockCopy(_buffer, _start, buffer, 0, _length);
            _buffer = buffer;
            _start = 0;
        }

        private async Task FillAsync()
        {
            EnsureSpace(4096);
            var read = await _stream.ReadAsync(_buffer.AsMemory(_start + _length), end);
            _length += read > 0 ? read : throw new IOException("The client has left.");
        }
    }
}
