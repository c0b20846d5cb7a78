using System.Buffers;
using System.Collections.Concurrent;
using Tickiti.Mail.Transport;

namespace Tickiti.Mail.Smtp;

public sealed record SmtpPoolOptions
{
    public static SmtpPoolOptions Default { get; } = new();

    public SmtpClientOptions Client { get; init; } = SmtpClientOptions.Default;

    /// <summary>Most connections to one endpoint at a time, in use and idle.</summary>
    public int MaxPerEndpoint { get; init; } = 4;

    /// <summary>Most connections in use to one host, over all its endpoints (accounts).</summary>
    public int MaxPerHost { get; init; } = 16;

    /// <summary>A connection idle for longer is closed.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A connection idle for longer is asked whether it still lives before it is used.</summary>
    public TimeSpan CheckAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// After so many messages a connection is replaced; servers have limits of their own and end them rudely.
    /// </summary>
    public int MaxMessagesPerConnection { get; init; } = 1_000;
}

/// <summary>Keeps connections to submission servers between messages. For any number of callers at once.</summary>
public sealed class SmtpClientPool : IAsyncDisposable
{
    private readonly SmtpPoolOptions _options;
    private readonly ConcurrentDictionary<MailEndpoint, Connections> _endpoints = new();
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _hosts = new(StringComparer.OrdinalIgnoreCase);
    private readonly ITimer _idleTimer;
    private int _disposed;

    public SmtpClientPool(SmtpPoolOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        var period = options.IdleTimeout / 2;
        _idleTimer = options.Client.Transport.TimeProvider.CreateTimer(_ => _ = CloseIdleAsync(), null, period, period);
    }

    /// <summary>How many connections wait for work.</summary>
    public int IdleCount => _endpoints.Values.Sum(e => e.Idle.Count);

    /// <summary>How many endpoints it remembers.</summary>
    public int EndpointCount => _endpoints.Count;

    public ValueTask<SmtpOutcome> SendAsync(
        MailEndpoint endpoint,
        SmtpEnvelope envelope,
        ReadOnlyMemory<byte> message,
        Func<CancellationToken, ValueTask>? beforeEnd,
        CancellationToken cancellationToken) =>
        SendAsync(endpoint, envelope, new ReadOnlySequence<byte>(message), beforeEnd, cancellationToken);

    /// <summary>
    /// Sends one message over a kept connection, or a new one. A connection that cannot be had is an outcome, too: see
    /// <see cref="SmtpOutcome.Failure"/>.
    /// </summary>
    public async ValueTask<SmtpOutcome> SendAsync(
        MailEndpoint endpoint,
        SmtpEnvelope envelope,
        ReadOnlySequence<byte> message,
        Func<CancellationToken, ValueTask>? beforeEnd,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentNullException.ThrowIfNull(envelope);
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        var connections = Use(endpoint);
        var host = _hosts.GetOrAdd(endpoint.Host, static (_, max) => new SemaphoreSlim(max), _options.MaxPerHost);
        try
        {
            await connections.Turns.WaitAsync(cancellationToken);
            try
            {
                await host.WaitAsync(cancellationToken);
                try
                {
                    return await SendInTurnAsync(
                        endpoint, connections, envelope, message, beforeEnd, cancellationToken);
                }
                finally
                {
                    host.Release();
                }
            }
            finally
            {
                connections.Turns.Release();
            }
        }
        finally
        {
            connections.Leave();
        }
    }

    /// <summary>Takes leave of all idle connections; those in use are closed when they come back.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _idleTimer.DisposeAsync();
        await CloseIdleAsync();
    }

    private Connections Use(MailEndpoint endpoint)
    {
        while (true)
        {
            var connections = _endpoints.GetOrAdd(
                endpoint, static (_, max) => new Connections(max), _options.MaxPerEndpoint);
            if (connections.TryUse())
            {
                return connections;
            }
        }
    }

    private async ValueTask<SmtpOutcome> SendInTurnAsync(
        MailEndpoint endpoint,
        Connections connections,
        SmtpEnvelope envelope,
        ReadOnlySequence<byte> message,
        Func<CancellationToken, ValueTask>? beforeEnd,
        CancellationToken cancellationToken)
    {
        var client = await TakeIdleAsync(connections, cancellationToken);
        if (client is not null)
        {
            var outcome = await SendAndKeepAsync(client, connections, envelope, message, beforeEnd, cancellationToken);
            if (!WasClosedBehindOurBack(outcome))
            {
                return outcome;
            }
        }

        try
        {
            client = await SmtpClient.ConnectAsync(endpoint, _options.Client, cancellationToken);
        }
        catch (MailTransportException e)
        {
            return SmtpOutcome.NotConnected(envelope, e);
        }

        return await SendAndKeepAsync(client, connections, envelope, message, beforeEnd, cancellationToken);
    }

    private async ValueTask<SmtpOutcome> SendAndKeepAsync(
        SmtpClient client,
        Connections connections,
        SmtpEnvelope envelope,
        ReadOnlySequence<byte> message,
        Func<CancellationToken, ValueTask>? beforeEnd,
        CancellationToken cancellationToken)
    {
        try
        {
            return await client.SendAsync(envelope, message, beforeEnd, cancellationToken);
        }
        finally
        {
            if (!client.IsUsable)
            {
                await client.DisposeAsync();
            }
            else if (client.MessagesTried >= _options.MaxMessagesPerConnection)
            {
                // Nobody waits for a farewell with an outcome in hand.
                _ = client.QuitAsync(CancellationToken.None);
            }
            else
            {
                await KeepAsync(connections, client);
            }
        }
    }

    private async ValueTask KeepAsync(Connections connections, SmtpClient client)
    {
        connections.Idle.Push(client);
        if (_disposed != 0)
        {
            // Disposal may have looked before it was there.
            await CloseIdleAsync();
        }
    }

    // A kept connection that the server had given up shows it at the first command; a new one has no such excuse.
    private static bool WasClosedBehindOurBack(SmtpOutcome outcome) =>
        outcome.Failure is MailFailure.ConnectionLost or MailFailure.TemporarilyUnavailable
        && outcome.Recipients.Any(r => r.Stage == SmtpStage.MailFrom);

    private async ValueTask<SmtpClient?> TakeIdleAsync(Connections connections, CancellationToken cancellationToken)
    {
        while (connections.Idle.TryPop(out var client))
        {
            var isAlive = false;
            try
            {
                isAlive = client.IsUsable && client.IdleFor < _options.IdleTimeout
                    && (client.IdleFor < _options.CheckAfter || await client.CheckAsync(cancellationToken));
                if (isAlive)
                {
                    return client;
                }
            }
            finally
            {
                if (!isAlive)
                {
                    await client.DisposeAsync();
                }
            }
        }

        return null;
    }

    private async Task CloseIdleAsync()
    {
        var farewells = new List<Task>();
        foreach (var (endpoint, connections) in _endpoints)
        {
            foreach (var client in connections.TakeAll())
            {
                if (client.IdleFor < _options.IdleTimeout && _disposed == 0)
                {
                    connections.Idle.Push(client);
                }
                else
                {
                    farewells.Add(client.QuitAsync(CancellationToken.None));
                }
            }

            // Access tokens change by the hour, and each makes another endpoint.
            if (connections.TryRetire())
            {
                _endpoints.TryRemove(KeyValuePair.Create(endpoint, connections));
            }
        }

        await Task.WhenAll(farewells);
    }

    private sealed class Connections(int max)
    {
        private readonly Lock _lock = new();
        private int _users;
        private bool _isRetired;

        public SemaphoreSlim Turns { get; } = new(max);

        public ConcurrentStack<SmtpClient> Idle { get; } = new();

        public bool TryUse()
        {
            lock (_lock)
            {
                _users += _isRetired ? 0 : 1;
                return !_isRetired;
            }
        }

        public void Leave()
        {
            lock (_lock)
            {
                _users--;
            }
        }

        /// <summary>True, for ever, when nobody uses it and nothing is kept in it.</summary>
        public bool TryRetire()
        {
            lock (_lock)
            {
                return _isRetired |= _users == 0 && Idle.IsEmpty;
            }
        }

        public SmtpClient[] TakeAll()
        {
            var taken = new SmtpClient[Idle.Count];
            var count = taken.Length == 0 ? 0 : Idle.TryPopRange(taken);
            return taken[..count];
        }
    }
}
