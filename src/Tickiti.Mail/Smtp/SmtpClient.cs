using System.Buffers;
using Tickiti.Mail.Transport;

namespace Tickiti.Mail.Smtp;

/// <summary>A connection to a submission server or relay, ready to send. For one message at a time.</summary>
public sealed class SmtpClient : IAsyncDisposable
{
    private const int InputSize = 4 * 1024;

    // RFC 4954 §4: a longer AUTH command has to leave its initial response for the first challenge.
    private const int MaxAuthCommand = 510;

    private readonly MailConnection _connection;
    private readonly SmtpClientOptions _options;
    private long _lastUsed;
    private int _busy;
    private bool _needsReset;

    private SmtpClient(MailEndpoint endpoint, MailConnection connection, SmtpClientOptions options)
    {
        Endpoint = endpoint;
        _connection = connection;
        _options = options;
        Touch();
    }

    public MailEndpoint Endpoint { get; }

    public SmtpCapabilities Capabilities { get; private set; } = SmtpCapabilities.None;

    /// <summary>False after a time-out, a cancellation, 421 or a lost peer: only good for disposing.</summary>
    public bool IsUsable => !_connection.IsBroken;

    public bool IsEncrypted => _connection.IsEncrypted;

    public int MessagesTried { get; private set; }

    public TimeSpan IdleFor => _options.Transport.TimeProvider.GetElapsedTime(_lastUsed);

    private MailTimeouts Timeouts => _options.Transport.Timeouts;

    /// <summary>Connects, encrypts and signs in, as the endpoint says.</summary>
    /// <exception cref="MailTransportException">With its reason as a <see cref="MailFailure"/>.</exception>
    public static async Task<SmtpClient> ConnectAsync(
        MailEndpoint endpoint, SmtpClientOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentNullException.ThrowIfNull(options);
        if (options.LocalName.Length == 0 || options.LocalName.Any(c => c is <= ' ' or > '~'))
        {
            throw new ArgumentException("The name for EHLO is not one.", nameof(options));
        }

        var connection = await MailConnection.OpenAsync(endpoint, options.Transport, InputSize, cancellationToken);
        var client = new SmtpClient(endpoint, connection, options);
        try
        {
            await client.GreetAsync(cancellationToken);
            await client.HelloAsync(cancellationToken);
            if (endpoint.Security == MailSecurity.Tls)
            {
                await client.StartTlsAsync(cancellationToken);
                await client.HelloAsync(cancellationToken);
            }

            if (endpoint.HasCredentials)
            {
                await client.AuthenticateAsync(cancellationToken);
            }

            client.Touch();
            return client;
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    public ValueTask<SmtpOutcome> SendAsync(
        SmtpEnvelope envelope,
        ReadOnlyMemory<byte> message,
        Func<CancellationToken, ValueTask>? beforeEnd,
        CancellationToken cancellationToken) =>
        SendAsync(envelope, new ReadOnlySequence<byte>(message), beforeEnd, cancellationToken);

    /// <summary>
    /// Sends one message. Whatever the server or the line does becomes an outcome. A cancellation throws as long as the
    /// message's end cannot have reached the server; from then on it is an outcome, too.
    /// </summary>
    /// <param name="envelope">Who it comes from and goes to.</param>
    /// <param name="message">The message; line ends are made CRLF on the way, leading dots doubled.</param>
    /// <param name="beforeEnd">
    /// Awaited before the message's end can reach the server; if it throws, the end does not go.
    /// </param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async ValueTask<SmtpOutcome> SendAsync(
        SmtpEnvelope envelope,
        ReadOnlySequence<byte> message,
        Func<CancellationToken, ValueTask>? beforeEnd,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        if (envelope.Recipients.Count == 0)
        {
            throw new ArgumentException("An envelope without recipients goes nowhere.", nameof(envelope));
        }

        Enter();
        try
        {
            MessagesTried++;
            var transaction = new SmtpTransaction(
                _connection, Capabilities, _options.Transport, envelope, message, beforeEnd);
            var outcome = await transaction.RunAsync(_needsReset, cancellationToken);
            _needsReset = transaction.NeedsReset;
            return outcome;
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Asks whether the server would take a mail for somebody, and sends none (MAIL, RCPT, RSET).</summary>
    /// <returns>Its answer to RCPT, or to MAIL where it refused that.</returns>
    /// <exception cref="ArgumentException">An address that cannot stand in a command.</exception>
    public async Task<SmtpReply> AskRecipientAsync(string from, string to, CancellationToken cancellationToken)
    {
        var sender = SmtpAddress.ToWire(from) ?? throw new ArgumentException("The sender's address is not one.", nameof(from));
        var recipient = SmtpAddress.ToWire(to) ?? throw new ArgumentException("The recipient's address is not one.", nameof(to));
        Enter();
        try
        {
            var utf8 = SmtpAddress.IsAscii(sender) && SmtpAddress.IsAscii(recipient) ? "" : " SMTPUTF8";
            var reply = await CommandAsync($"MAIL FROM:<{sender}>{utf8}", cancellationToken);
            if (reply.IsPositive)
            {
                reply = await CommandAsync($"RCPT TO:<{recipient}>", cancellationToken);
                await CommandAsync("RSET", cancellationToken);
            }

            return reply;
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Asks the server whether it is still there (NOOP). Never throws for the server's sake.</summary>
    public async Task<bool> CheckAsync(CancellationToken cancellationToken)
    {
        Enter();
        try
        {
            return IsUsable && (await CommandAsync("NOOP", cancellationToken)).IsPositive && IsUsable;
        }
        catch (MailTransportException)
        {
            return false;
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Takes leave; every answer to it is good enough.</summary>
    public async Task QuitAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (IsUsable)
            {
                using var step = _connection.BeginStep("QUIT", Timeouts.Quit, cancellationToken);
                _connection.Command("QUIT");
                await _connection.FlushAsync();
                await ReadReplyAsync();
            }
        }
        catch (MailTransportException)
        {
            // It is gone either way.
        }
        finally
        {
            await DisposeAsync();
        }
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private void Enter()
    {
        if (Interlocked.Exchange(ref _busy, 1) != 0)
        {
            throw new InvalidOperationException("An SmtpClient does one thing at a time.");
        }
    }

    private void Leave()
    {
        Touch();
        Volatile.Write(ref _busy, 0);
    }

    private void Touch() => _lastUsed = _options.Transport.TimeProvider.GetTimestamp();

    private async ValueTask GreetAsync(CancellationToken cancellationToken)
    {
        using var step = _connection.BeginStep("greeting", Timeouts.Greeting, cancellationToken);
        var greeting = await ReadReplyAsync();
        if (greeting.Code != 220)
        {
            throw Refused(greeting, "The server does not want to talk");
        }
    }

    private async ValueTask HelloAsync(CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        var reply = await CommandAsync($"EHLO {_options.LocalName}", cancellationToken, lines);
        if (reply.IsPositive)
        {
            Capabilities = SmtpCapabilities.Parse(lines.Skip(1));
            return;
        }

        if (reply.IsPermanent)
        {
            // RFC 5321 §3.2: an old server, or one that has switched its extensions off.
            reply = await CommandAsync($"HELO {_options.LocalName}", cancellationToken);
        }

        Capabilities = reply.IsPositive
            ? SmtpCapabilities.None
            : throw Refused(reply, "The server refused EHLO and HELO");
    }

    private async ValueTask StartTlsAsync(CancellationToken cancellationToken)
    {
        if (!Capabilities.StartTls)
        {
            throw new MailTransportException(
                MailFailure.TlsFailed,
                $"The server {Endpoint.Host} does not offer STARTTLS, and clear text is not allowed.");
        }

        var reply = await CommandAsync("STARTTLS", cancellationToken);
        if (reply.Code != 220)
        {
            throw Refused(reply, "The server refused STARTTLS", MailFailure.TlsFailed);
        }

        // What was said in clear text is forgotten (RFC 3207 §4.2).
        Capabilities = SmtpCapabilities.None;
        await _connection.StartTlsAsync(cancellationToken);
    }

    private async ValueTask AuthenticateAsync(CancellationToken cancellationToken)
    {
        SmtpReply? refusal = null;
        foreach (var mechanism in SaslMechanism.Choose(Endpoint, Capabilities.AuthMechanisms, IsEncrypted))
        {
            try
            {
                using var step = _connection.BeginStep($"AUTH {mechanism.Name}", Timeouts.Command, cancellationToken);
                var end = await SaslExchange.RunAsync(_connection, mechanism, MaxAuthCommand, ReadSaslReplyAsync);
                if (end.Kind == SaslReplyKind.Success)
                {
                    return;
                }

                refusal = end.Reply;
            }
            catch (MailTransportException e) when (refusal is not null && e.Failure == MailFailure.ConnectionLost)
            {
                // Closed behind a refusal: the refusal is the news.
            }

            if (!refusal.IsPermanent || !IsUsable)
            {
                break;
            }
        }

        throw refusal is null
            ? new MailTransportException(
                MailFailure.AuthenticationNotOffered,
                $"The server {Endpoint.Host} offers no way to sign in that fits; it offers "
                + $"\"{string.Join(", ", Capabilities.AuthMechanisms)}\".")
            : Refused(refusal, "The server refused the credentials", MailFailure.CredentialsRefused);
    }

    private async ValueTask<SaslReply<SmtpReply>> ReadSaslReplyAsync()
    {
        var reply = await ReadReplyAsync();
        var kind = reply.Code switch
        {
            334 => SaslReplyKind.Challenge,
            235 => SaslReplyKind.Success,
            >= 400 => SaslReplyKind.Refused,
            _ => throw _connection.Violation($"The server answered AUTH with {reply.Code}."),
        };
        return new SaslReply<SmtpReply>(kind, reply.Text, reply);
    }

    private async ValueTask<SmtpReply> CommandAsync(
        string command, CancellationToken cancellationToken, List<string>? lines = null)
    {
        using var step = _connection.BeginStep(command, Timeouts.Command, cancellationToken);
        _connection.Command(command);
        await _connection.FlushAsync();
        return await ReadReplyAsync(lines);
    }

    private ValueTask<SmtpReply> ReadReplyAsync(List<string>? lines = null) =>
        SmtpReplyReader.ReadAsync(_connection, _options.Transport.MaxReplyLines, lines);

    private static MailTransportException Refused(
        SmtpReply reply, string what, MailFailure permanent = MailFailure.ServiceRefused)
    {
        var failure = reply switch
        {
            { IsTransient: true } => MailFailure.TemporarilyUnavailable,
            { IsPermanent: true } => permanent,
            _ => MailFailure.ProtocolViolation,
        };
        return new MailTransportException(failure, $"{what}: {reply}") { ServerReply = reply.ToString() };
    }
}
