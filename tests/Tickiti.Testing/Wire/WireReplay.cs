using System.Net;
using System.Net.Sockets;
using Tickiti.Mail.Transport;

namespace Tickiti.Testing.Wire;

/// <summary>Plays one script for each connection that a client opens, in memory or behind a real TCP port.</summary>
public sealed class WireReplay(params WireScript[] scripts) : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly TaskCompletionSource _faultReached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<Task> _plays = [];
    private TcpListener? _listener;

    public int ConnectionCount => _plays.Count;

    /// <summary>Ends when a script has come to the step at which its server goes wrong.</summary>
    public Task FaultReached => _faultReached.Task;

    /// <summary>Opens the next connection in memory.</summary>
    public MailStreamFactory OpenStream => (_, cancellationToken) =>
    {
        cancellationToken.ThrowIfCancellationRequested();
        var (client, server) = WireStream.CreatePair();
        Play(server);
        return ValueTask.FromResult<Stream>(client);
    };

    /// <summary>Listens on a free port of 127.0.0.1 and gives it.</summary>
    public int Listen()
    {
        _listener = new TcpListener(IPAddress.Loopback, 0);
        _listener.Start();
        _ = AcceptAsync(_listener);
        return ((IPEndPoint)_listener.LocalEndpoint).Port;
    }

    /// <summary>Waits for all dialogs to end and throws where a client said something else than its script.</summary>
    public Task VerifyAsync() => Task.WhenAll(_plays).WaitAsync(TimeSpan.FromSeconds(10));

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener?.Dispose();
        await Task.WhenAll(_plays).ContinueWith(_ => { }, TaskScheduler.Default);
        _end.Dispose();
    }

    private void Play(Stream server)
    {
        var number = _plays.Count;
        var script = number < scripts.Length
            ? scripts[number]
            : throw new IOException($"Connection {number + 1} is one more than there are scripts.");
        _plays.Add(Task.Run(() => script.PlayAsync(server, () => _faultReached.TrySetResult(), _end.Token)));
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                Play(new NetworkStream(await listener.AcceptSocketAsync(_end.Token), ownsSocket: true));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The listener is closed.
        }
    }
}
