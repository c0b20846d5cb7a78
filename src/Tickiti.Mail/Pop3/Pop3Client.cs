using System.Runtime.CompilerServices;
using System.Text;
using Tickiti.Mail.Transport;

namespace Tickiti.Mail.Pop3;

/// <summary>A session with a maildrop, signed in. One command, or one enumeration, at a time.</summary>
public sealed class Pop3Client : IAsyncDisposable
{
    private const int InputSize = 64 * 1024;

    // RFC 2449 §4: a command has 255 bytes.
    private const int MaxAuthCommand = 253;

    private readonly MailConnection _connection;
    private readonly Pop3ClientOptions _options;
    private Pop3Listing[] _listings = [];
    private int _unreadRetrievals;
    private int _busy;

    private Pop3Client(MailEndpoint endpoint, MailConnection connection, Pop3ClientOptions options)
    {
        Endpoint = endpoint;
        _connection = connection;
        _options = options;
    }

    public MailEndpoint Endpoint { get; }

    public Pop3Capabilities Capabilities { get; private set; } = Pop3Capabilities.None;

    public bool IsUsable => !_connection.IsBroken;

    public bool IsEncrypted => _connection.IsEncrypted;

    private MailTimeouts Timeouts => _options.Transport.Timeouts;

    /// <summary>Connects, encrypts and signs in, as the endpoint says.</summary>
    /// <exception cref="MailTransportException">With its reason as a <see cref="MailFailure"/>.</exception>
    public static async Task<Pop3Client> ConnectAsync(
        MailEndpoint endpoint, Pop3ClientOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentNullException.ThrowIfNull(options);
        var connection = await MailConnection.OpenAsync(endpoint, options.Transport, InputSize, cancellationToken);
        var client = new Pop3Client(endpoint, connection, options);
        try
        {
            await client.GreetAsync(cancellationToken);
            await client.ReadCapabilitiesAsync(cancellationToken);
            if (endpoint.Security == MailSecurity.Tls)
            {
                await client.StartTlsAsync(cancellationToken);
                await client.ReadCapabilitiesAsync(cancellationToken);
            }

            if (endpoint.HasCredentials)
            {
                await client.AuthenticateAsync(cancellationToken);
            }

            return client;
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    /// <summary>All messages of the maildrop by number, each with its lasting id and its size.</summary>
    /// <exception cref="MailTransportException">
    /// <see cref="MailFailure.NotSupported"/> where the server lacks UIDL.
    /// </exception>
    public async Task<IReadOnlyList<Pop3Listing>> ListAsync(CancellationToken cancellationToken)
    {
        using var turn = await EnterAsync(cancellationToken);
        using var step = _connection.BeginStep("LIST", Timeouts.Data, cancellationToken, renewsOnProgress: true);
        _connection.Command("LIST");
        if (Capabilities.Pipelining)
        {
            _connection.Command("UIDL");
        }

        await _connection.FlushAsync();
        var list = await Pop3Reply.ReadAsync(_connection);
        var sizes = list.IsOk ? await Pop3ListingReader.ReadSizesAsync(_connection, _options.MaxListedMessages) : [];
        if (!Capabilities.Pipelining)
        {
            _connection.RenewStep("UIDL");
            _connection.Command("UIDL");
            await _connection.FlushAsync();
        }

        var uidl = await Pop3Reply.ReadAsync(_connection);
        var uidls = uidl.IsOk ? await Pop3ListingReader.ReadUidlsAsync(_connection, _options.MaxListedMessages) : [];
        if (!list.IsOk)
        {
            throw Refused(MailFailure.TemporarilyUnavailable, "The server does not list its messages", list);
        }

        if (!uidl.IsOk)
        {
            throw Refused(
                MailFailure.NotSupported, "The server lacks UIDL, without which no mail is told from another", uidl);
        }

        return _listings = Pop3ListingReader.Merge(_connection, sizes, uidls);
    }

    /// <summary>The headers of a message and so many lines of its body.</summary>
    public async Task<Pop3Message> TopAsync(int number, int lines, CancellationToken cancellationToken)
    {
        using var turn = await EnterAsync(cancellationToken);
        using var step = _connection.BeginStep("TOP", Timeouts.Data, cancellationToken, renewsOnProgress: true);
        _connection.Command(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"TOP {number} {lines}"));
        await _connection.FlushAsync();
        return await ReadMessageAsync(number, -1, null, cancellationToken);
    }

    /// <summary>
    /// The messages with these numbers, in that order; pipelined where the server says so, with a bounded number of
    /// bytes under way. Dispose each. Leaving early is allowed; the next command clears away what is still to come.
    /// </summary>
    public async IAsyncEnumerable<Pop3Message> RetrieveAsync(
        IReadOnlyList<int> numbers, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        using var turn = await EnterAsync(cancellationToken);
        var window = new Pop3Window(Capabilities.Pipelining ? _options.WindowCommands : 1, _options.WindowBytes);
        var next = 0;
        for (var i = 0; i < numbers.Count; i++)
        {
            var size = SizeOf(numbers[i]);
            if (size > _options.MaxMessageSize)
            {
                next = Math.Max(next, i + 1);
                yield return new Pop3Message(numbers[i], Pop3MessageStatus.TooLarge, size, "");
                continue;
            }

            Pop3Message message;
            using (_connection.BeginStep("RETR", Timeouts.Data, cancellationToken, renewsOnProgress: true))
            {
                if (window.WantsMore)
                {
                    next = await AskAsync(numbers, next, window);
                }

                message = await ReadMessageAsync(numbers[i], size, null, cancellationToken);
            }

            _unreadRetrievals--;
            window.Close(size);
            yield return message;
        }
    }

    /// <summary>One message written to a stream as it arrives, however large within the limit.</summary>
    public async Task<Pop3Message> RetrieveToAsync(int number, Stream destination, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(destination);
        using var turn = await EnterAsync(cancellationToken);
        using var step = _connection.BeginStep("RETR", Timeouts.Data, cancellationToken, renewsOnProgress: true);
        WriteRetrieve(number);
        await _connection.FlushAsync();
        return await ReadMessageAsync(number, SizeOf(number), destination, cancellationToken);
    }

    /// <summary>Marks messages; they are deleted when <see cref="QuitAsync"/> says so.</summary>
    public async Task<IReadOnlyList<Pop3Deletion>> DeleteAsync(
        IReadOnlyList<int> numbers, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        using var turn = await EnterAsync(cancellationToken);
        using var step = _connection.BeginStep("DELE", Timeouts.Command, cancellationToken);
        var deletions = new Pop3Deletion[numbers.Count];
        var batch = Capabilities.Pipelining ? _options.WindowCommands : 1;
        for (var start = 0; start < deletions.Length; start += batch)
        {
            var end = Math.Min(start + batch, deletions.Length);
            for (var i = start; i < end; i++)
            {
                _connection.Append("DELE "u8);
                _connection.Append(numbers[i]);
                _connection.EndCommand();
            }

            await _connection.FlushAsync();
            for (var i = start; i < end; i++)
            {
                _connection.RenewStep();
                var reply = await Pop3Reply.ReadAsync(_connection);
                deletions[i] = new Pop3Deletion(numbers[i], reply.IsOk, reply.Text);
            }
        }

        return deletions;
    }

    /// <summary>Whether the session is still there (NOOP). Never throws for the server's sake.</summary>
    public async Task<bool> CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var turn = await EnterAsync(cancellationToken);
            return IsUsable && (await CommandAsync("NOOP", cancellationToken)).IsOk;
        }
        catch (MailTransportException)
        {
            return false;
        }
    }

    /// <summary>Ends the session; only now the server deletes what was marked.</summary>
    public async Task<Pop3QuitOutcome> QuitAsync(CancellationToken cancellationToken)
    {
        var isSent = false;
        try
        {
            using var turn = await EnterAsync(cancellationToken);
            if (!IsUsable)
            {
                return Pop3QuitOutcome.NotCommitted;
            }

            using var step = _connection.BeginStep("QUIT", Timeouts.Quit, cancellationToken);
            _connection.Command("QUIT");
            isSent = true;
            await _connection.FlushAsync();
            var reply = await Pop3Reply.ReadAsync(_connection);
            return reply.IsOk ? Pop3QuitOutcome.Committed : Pop3QuitOutcome.NotCommitted;
        }
        catch (Exception e) when (e is MailTransportException or OperationCanceledException)
        {
            return isSent ? Pop3QuitOutcome.Unknown : Pop3QuitOutcome.NotCommitted;
        }
        finally
        {
            await DisposeAsync();
        }
    }

    /// <summary>Ends the connection without QUIT: nothing is deleted.</summary>
    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private async ValueTask<Turn> EnterAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _busy, 1) != 0)
        {
            throw new InvalidOperationException("A Pop3Client does one thing at a time.");
        }

        try
        {
            while (_unreadRetrievals > 0 && IsUsable)
            {
                using var step = _connection.BeginStep(
                    "RETR", Timeouts.Data, cancellationToken, renewsOnProgress: true);
                (await ReadMessageAsync(0, -1, Stream.Null, cancellationToken)).Dispose();
                _unreadRetrievals--;
            }

            return new Turn(this);
        }
        catch
        {
            Volatile.Write(ref _busy, 0);
            throw;
        }
    }

    private async ValueTask GreetAsync(CancellationToken cancellationToken)
    {
        using var step = _connection.BeginStep("greeting", Timeouts.Greeting, cancellationToken);
        var greeting = await Pop3Reply.ReadAsync(_connection);
        if (!greeting.IsOk)
        {
            throw Refused(
                greeting.Code == "SYS/PERM" ? MailFailure.ServiceRefused : MailFailure.TemporarilyUnavailable,
                "The server does not want to talk", greeting);
        }
    }

    private async ValueTask ReadCapabilitiesAsync(CancellationToken cancellationToken)
    {
        using var step = _connection.BeginStep("CAPA", Timeouts.Command, cancellationToken);
        _connection.Command("CAPA");
        await _connection.FlushAsync();
        if (!(await Pop3Reply.ReadAsync(_connection)).IsOk)
        {
            Capabilities = Pop3Capabilities.None;
            return;
        }

        var lines = new List<string>();
        while ((await _connection.ReadLineAsync()) is var line && line.Span is not [(byte)'.'])
        {
            lines.Add(ServerWords.Clean(line.Span));
            if (lines.Count > _options.Transport.MaxReplyLines)
            {
                throw _connection.Violation(
                    $"The server sent a reply of more than {_options.Transport.MaxReplyLines} lines.");
            }
        }

        Capabilities = Pop3Capabilities.Parse(lines);
    }

    private async ValueTask StartTlsAsync(CancellationToken cancellationToken)
    {
        if (Capabilities is { IsKnown: true, Stls: false })
        {
            throw new MailTransportException(
                MailFailure.TlsFailed,
                $"The server {Endpoint.Host} does not offer STLS, and clear text is not allowed.");
        }

        var reply = await CommandAsync("STLS", cancellationToken);
        if (!reply.IsOk)
        {
            throw Refused(MailFailure.TlsFailed, "The server refused STLS", reply);
        }

        await _connection.StartTlsAsync(cancellationToken);
    }

    private async ValueTask AuthenticateAsync(CancellationToken cancellationToken)
    {
        Pop3Reply? refusal = null;
        foreach (var mechanism in SaslMechanism.Choose(Endpoint, Capabilities.SaslMechanisms, IsEncrypted))
        {
            try
            {
                using var step = _connection.BeginStep($"AUTH {mechanism.Name}", Timeouts.Command, cancellationToken);
                var end = await SaslExchange.RunAsync(_connection, mechanism, MaxAuthCommand, ReadSaslReplyAsync);
                refusal = end.Reply;
            }
            catch (MailTransportException e) when (refusal is not null && e.Failure == MailFailure.ConnectionLost)
            {
                // Closed behind a refusal: the refusal is the news.
            }

            if (refusal!.Value.IsOk)
            {
                return;
            }

            if (!IsUsable || refusal.Value.ToFailure(Capabilities) != MailFailure.CredentialsRefused)
            {
                break;
            }
        }

        if (refusal is null && Endpoint is { Password: not null, AccessToken: null })
        {
            refusal = await AuthenticateByUserAndPassAsync(cancellationToken);
            if (refusal.Value.IsOk)
            {
                return;
            }
        }

        throw refusal is { } reply
            ? Refused(reply.ToFailure(Capabilities), "The server refused the sign-in", reply)
            : new MailTransportException(
                MailFailure.AuthenticationNotOffered,
                $"The server {Endpoint.Host} offers no way to sign in that fits; it offers "
                + $"\"{string.Join(", ", Capabilities.SaslMechanisms)}\".");
    }

    private async ValueTask<Pop3Reply> AuthenticateByUserAndPassAsync(CancellationToken cancellationToken)
    {
        if (Endpoint.UserName!.Any(char.IsControl) || Endpoint.Password!.Any(char.IsControl))
        {
            throw new MailTransportException(
                MailFailure.CredentialsRefused,
                "A user name or password with control characters cannot go into a command.");
        }

        var reply = await CommandAsync($"USER {Endpoint.UserName}", cancellationToken, "USER ***");
        return reply.IsOk ? await CommandAsync($"PASS {Endpoint.Password}", cancellationToken, "PASS ***") : reply;
    }

    private async ValueTask<SaslReply<Pop3Reply>> ReadSaslReplyAsync()
    {
        var line = await _connection.ReadLineAsync();
        if (line.Span is [(byte)'+', (byte)' ', ..] or [(byte)'+'])
        {
            var challenge = line.Length > 2 ? Encoding.ASCII.GetString(line.Span[2..]) : "";
            return new SaslReply<Pop3Reply>(SaslReplyKind.Challenge, challenge, default);
        }

        var reply = Pop3Reply.Parse(_connection, line.Span);
        return new SaslReply<Pop3Reply>(reply.IsOk ? SaslReplyKind.Success : SaslReplyKind.Refused, "", reply);
    }

    private async ValueTask<Pop3Reply> CommandAsync(
        string command, CancellationToken cancellationToken, string? logAs = null)
    {
        using var step = _connection.BeginStep(logAs ?? command, Timeouts.Command, cancellationToken);
        _connection.Command(command, logAs);
        await _connection.FlushAsync();
        return await Pop3Reply.ReadAsync(_connection);
    }

    /// <summary>
    /// Asks for as many further messages as the window has room for; gives the index of the first one not asked for.
    /// </summary>
    private async ValueTask<int> AskAsync(IReadOnlyList<int> numbers, int next, Pop3Window window)
    {
        var asked = 0;
        for (; next < numbers.Count; next++)
        {
            var size = SizeOf(numbers[next]);
            if (size > _options.MaxMessageSize)
            {
                continue;
            }

            if (!window.TryOpen(size))
            {
                break;
            }

            WriteRetrieve(numbers[next]);
            asked++;
        }

        if (asked > 0)
        {
            _unreadRetrievals += asked;
            await _connection.FlushAsync();
        }

        return next;
    }

    private void WriteRetrieve(int number)
    {
        _connection.Append("RETR "u8);
        _connection.Append(number);
        _connection.EndCommand();
    }

    private async ValueTask<Pop3Message> ReadMessageAsync(
        int number, long listedSize, Stream? destination, CancellationToken cancellationToken)
    {
        var reply = await Pop3Reply.ReadAsync(_connection);
        if (!reply.IsOk)
        {
            return new Pop3Message(number, Pop3MessageStatus.Refused, 0, reply.Text);
        }

        var body = new Pop3BodyReader(_connection, _options.MaxMessageSize, listedSize);
        return destination is null
            ? await body.ReadAsync(number, reply.Text)
            : await body.CopyAsync(number, reply.Text, destination, cancellationToken);
    }

    // -1 where no listing says.
    private long SizeOf(int number)
    {
        var index = number - 1;
        if (index >= 0 && index < _listings.Length && _listings[index].Number == number)
        {
            return _listings[index].Size;
        }

        index = Array.BinarySearch(_listings, new Pop3Listing(number, "", 0), ByNumber.Instance);
        return index >= 0 ? _listings[index].Size : -1;
    }

    private static MailTransportException Refused(MailFailure failure, string what, Pop3Reply reply) =>
        new(failure, $"{what}: {reply.Text}") { ServerReply = reply.Text };

    private readonly struct Turn(Pop3Client client) : IDisposable
    {
        public void Dispose() => Volatile.Write(ref client._busy, 0);
    }

    private sealed class ByNumber : IComparer<Pop3Listing>
    {
        public static readonly ByNumber Instance = new();

        public int Compare(Pop3Listing x, Pop3Listing y) => x.Number.CompareTo(y.Number);
    }
}
