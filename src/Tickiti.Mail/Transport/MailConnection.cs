using System.Buffers;
using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;

namespace Tickiti.Mail.Transport;

/// <summary>
/// One conversation of lines over one stream: bounded lines in, whole commands out in one write, each step under its
/// own deadline. After a time-out, a cancellation or a lost peer it is broken and good for nothing but closing.
/// </summary>
internal sealed class MailConnection : IAsyncDisposable
{
    /// <summary>A peer that drips must bring at least this much before each data deadline.</summary>
    public const int ProgressUnit = 64 * 1024;

    private readonly MailEndpoint _endpoint;
    private readonly MailTransportOptions _options;
    private readonly PooledBuffer _output = new(4 * 1024);
    private Stream _stream;
    private byte[] _input;
    private int _start;
    private int _end;
    private int _commandStart;
    private CancellationTokenSource _deadline;
    private CancellationTokenRegistration _callerLink;
    private CancellationToken _caller;
    private string _step = "connect";
    private TimeSpan _stepTimeout;
    private long _renewAfter;
    private int _disposed;

    private MailConnection(MailEndpoint endpoint, MailTransportOptions options, int inputSize)
    {
        _endpoint = endpoint;
        _options = options;
        _stream = Stream.Null;
        _input = ArrayPool<byte>.Shared.Rent(Math.Max(inputSize, options.MaxLineLength + 2));
        _deadline = new CancellationTokenSource(Timeout.InfiniteTimeSpan, options.TimeProvider);
    }

    public bool IsBroken { get; private set; }

    public bool IsEncrypted { get; private set; }

    /// <summary>While set, what goes over the line is a secret and the log shows stars.</summary>
    public bool IsSecret { get; set; }

    public ReadOnlySpan<byte> Buffered => _input.AsSpan(_start.._end);

    public static async ValueTask<MailConnection> OpenAsync(
        MailEndpoint endpoint, MailTransportOptions options, int inputSize, CancellationToken cancellationToken)
    {
        var connection = new MailConnection(endpoint, options, inputSize);
        try
        {
            await connection.ConnectAsync(cancellationToken);
            if (endpoint.Security == MailSecurity.Ssl)
            {
                await connection.StartTlsAsync(cancellationToken);
            }

            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a step: all reads and writes until its end share one deadline.</summary>
    /// <param name="name">Told where it fails.</param>
    /// <param name="timeout">For the whole step.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <param name="renewsOnProgress">
    /// For bulk data: the time starts anew with each <see cref="ProgressUnit"/> read.
    /// </param>
    public Step BeginStep(
        string name, TimeSpan timeout, CancellationToken cancellationToken, bool renewsOnProgress = false)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (IsBroken)
        {
            throw new MailTransportException(
                MailFailure.ConnectionLost, $"The connection to {_endpoint.Host} has failed before (step: {_step}).");
        }

        if (_deadline.IsCancellationRequested)
        {
            _deadline.Dispose();
            _deadline = new CancellationTokenSource(Timeout.InfiniteTimeSpan, _options.TimeProvider);
        }

        _step = name;
        _stepTimeout = timeout;
        _renewAfter = renewsOnProgress ? ProgressUnit : long.MaxValue;
        _caller = cancellationToken;
        _deadline.CancelAfter(timeout);
        _callerLink = cancellationToken.UnsafeRegister(
            static source => ((CancellationTokenSource)source!).Cancel(), _deadline);
        return new Step(this);
    }

    /// <summary>Gives the step its time again, under another name where one is given.</summary>
    public void RenewStep(string? name = null)
    {
        _step = name ?? _step;
        _deadline.CancelAfter(_stepTimeout);
    }

    public async ValueTask StartTlsAsync(CancellationToken cancellationToken)
    {
        if (_start != _end)
        {
            // RFC 3207 §6: somebody in the middle put commands or answers before the handshake.
            throw Violation("The server sent data after the go-ahead for TLS and before the handshake.");
        }

        using var step = BeginStep("TLS handshake", _options.Timeouts.Tls, cancellationToken);
        var handshake = new TlsHandshake(_endpoint, _options.TrustedRoots);
        try
        {
            var encrypted = await handshake.RunAsync(_stream, _deadline.Token);
            _stream = encrypted;
            IsEncrypted = true;
            Note($"{encrypted.SslProtocol}, {encrypted.NegotiatedCipherSuite}");
        }
        catch (Exception e) when (e is AuthenticationException or IOException or NotSupportedException
            or System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            IsBroken = true;
            throw handshake.Explain(e);
        }
        catch (OperationCanceledException e)
        {
            throw Stopped(e);
        }
    }

    public void Append(ReadOnlySpan<byte> bytes) => _output.Append(bytes);

    public void Append(string text)
    {
        var span = _output.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length));
        _output.Advance(Encoding.UTF8.GetBytes(text, span));
    }

    public void Append(long number)
    {
        var span = _output.GetSpan(20);
        number.TryFormat(span, out var written, default, CultureInfo.InvariantCulture);
        _output.Advance(written);
    }

    /// <summary>Ends the command under way; nothing is sent before <see cref="FlushAsync"/>.</summary>
    public void EndCommand(string? logAs = null)
    {
        if (_options.Log is not null)
        {
            var text = logAs ?? (IsSecret ? "***" : ServerWords.Clean(_output.Written.Span[_commandStart..]));
            _options.Log(new MailLogLine(MailLogDirection.Sent, text));
        }

        _output.Append("\r\n"u8);
        _commandStart = _output.Length;
    }

    public void Command(string text, string? logAs = null)
    {
        Append(text);
        EndCommand(logAs);
    }

    public async ValueTask FlushAsync()
    {
        try
        {
            await WriteAsync(_output.Written);
        }
        finally
        {
            _output.Clear();
            _commandStart = 0;
        }
    }

    /// <summary>Sends the commands under way, then bytes that are none.</summary>
    public async ValueTask FlushWithAsync(ReadOnlyMemory<byte> bytes)
    {
        if (_output.Length > 0)
        {
            await FlushAsync();
        }

        await WriteAsync(bytes);
    }

    private async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await _stream.WriteAsync(bytes, _deadline.Token);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            throw Lost(e);
        }
        catch (OperationCanceledException e)
        {
            throw Stopped(e);
        }
    }

    /// <summary>The next line without its end, valid until the next read.</summary>
    public ValueTask<ReadOnlyMemory<byte>> ReadLineAsync() =>
        TryTakeLine(out var line) ? new ValueTask<ReadOnlyMemory<byte>>(line) : WaitForLineAsync();

    public bool TryTakeLine(out ReadOnlyMemory<byte> line)
    {
        var end = Buffered.IndexOf((byte)'\n');
        var length = end < 0 ? _end - _start : end;
        if (length > _options.MaxLineLength)
        {
            throw Violation($"The server sent a line longer than {_options.MaxLineLength} bytes.");
        }

        if (end < 0)
        {
            line = default;
            return false;
        }

        line = _input.AsMemory(_start, end > 0 && _input[_start + end - 1] == '\r' ? end - 1 : end);
        _start += end + 1;
        if (_options.Log is not null)
        {
            _options.Log(new MailLogLine(
                MailLogDirection.Received, IsSecret ? SecretReply(line.Span) : ServerWords.Clean(line.Span)));
        }

        return true;
    }

    public void Consume(int count) => _start += count;

    /// <summary>Waits for more bytes behind the buffered ones.</summary>
    public async ValueTask FillAsync()
    {
        if (_start == _end)
        {
            _start = _end = 0;
        }
        else if (_input.Length - _end < _input.Length / 4)
        {
            Buffer.BlockCopy(_input, _start, _input, 0, _end - _start);
            _end -= _start;
            _start = 0;
        }

        try
        {
            var read = await _stream.ReadAsync(_input.AsMemory(_end), _deadline.Token);
            if (read == 0)
            {
                throw Lost(null);
            }

            _end += read;
            _renewAfter -= read;
            if (_renewAfter <= 0)
            {
                _renewAfter = ProgressUnit;
                RenewStep();
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            throw Lost(e);
        }
        catch (OperationCanceledException e)
        {
            throw Stopped(e);
        }
    }

    public MailTransportException Violation(string message)
    {
        IsBroken = true;
        return new MailTransportException(MailFailure.ProtocolViolation, message);
    }

    /// <summary>The same, naming the line that was not understood.</summary>
    public MailTransportException Violation(string message, ReadOnlySpan<byte> line)
    {
        var words = ServerWords.Clean(line);
        var failure = Violation($"{message}: \"{(words.Length > 100 ? words[..100] : words)}\".");
        return new MailTransportException(failure.Failure, failure.Message) { ServerReply = words };
    }

    /// <summary>For an answer after which the server closes (421), or that leaves the two sides out of step.</summary>
    public void Break() => IsBroken = true;

    public void Note(string text) => _options.Log?.Invoke(new MailLogLine(MailLogDirection.Note, text));

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        IsBroken = true;
        await _stream.DisposeAsync();
        _output.Dispose();
        ArrayPool<byte>.Shared.Return(_input);
        _input = [];
        _start = _end = 0;
        _deadline.Dispose();
    }

    // "334 eyJ..." and "+ eyJ..." are challenges; the code in front is no secret.
    private static string SecretReply(ReadOnlySpan<byte> line)
    {
        var space = line.IndexOf((byte)' ');
        return space is > 0 and <= 4 ? $"{ServerWords.Clean(line[..space])} ***" : "***";
    }

    private async ValueTask ConnectAsync(CancellationToken cancellationToken)
    {
        using var step = BeginStep("connect", _options.Timeouts.Connect, cancellationToken);
        try
        {
            _stream = await _options.OpenStream(_endpoint, _deadline.Token);
            Note($"Connected to {_endpoint}");
        }
        catch (Exception e) when (e is SocketException or IOException or ArgumentException)
        {
            IsBroken = true;
            var error = (e as SocketException)?.SocketErrorCode;
            var why = error is SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain
                ? $"The name {_endpoint.Host} does not resolve"
                : $"Cannot connect to {_endpoint.Host}:{_endpoint.Port}";
            throw new MailTransportException(MailFailure.ConnectFailed, $"{why}: {e.Message}", e);
        }
        catch (OperationCanceledException e)
        {
            throw Stopped(e);
        }
    }

    private async ValueTask<ReadOnlyMemory<byte>> WaitForLineAsync()
    {
        ReadOnlyMemory<byte> line;
        do
        {
            await FillAsync();
        }
        while (!TryTakeLine(out line));

        return line;
    }

    private MailTransportException Lost(Exception? inner)
    {
        IsBroken = true;
        return new MailTransportException(MailFailure.ConnectionLost, inner is null
            ? $"The server {_endpoint.Host} closed the connection (step: {_step})."
            : $"The connection to {_endpoint.Host} was lost (step: {_step}): {inner.Message}", inner);
    }

    private Exception Stopped(OperationCanceledException inner)
    {
        IsBroken = true;
        if (_caller.IsCancellationRequested)
        {
            return new OperationCanceledException(inner.Message, inner, _caller);
        }

        var time = string.Create(CultureInfo.InvariantCulture, $"{_stepTimeout.TotalSeconds:0.###} s");
        return new MailTransportException(
            MailFailure.TimedOut, $"The server {_endpoint.Host} did not answer within {time} (step: {_step}).", inner);
    }

    private void EndStep()
    {
        _callerLink.Dispose();
        _callerLink = default;
        if (_disposed == 0)
        {
            _deadline.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }

    internal readonly struct Step(MailConnection connection) : IDisposable
    {
        public void Dispose() => connection.EndStep();
    }
}
