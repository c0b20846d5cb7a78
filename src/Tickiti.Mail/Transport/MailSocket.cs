using System.Net;
using System.Net.Sockets;

namespace Tickiti.Mail.Transport;

/// <summary>The usual stream: TCP over IPv6 or IPv4, whichever answers first.</summary>
public static class MailSocket
{
    // RFC 8305 §5, "connection attempt delay".
    private static readonly TimeSpan HeadStart = TimeSpan.FromMilliseconds(250);

    public static async ValueTask<Stream> OpenAsync(MailEndpoint endpoint, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        var addresses = IPAddress.TryParse(endpoint.Host, out var address)
            ? [address]
            : InTurn(await Dns.GetHostAddressesAsync(endpoint.Host, cancellationToken));
        var socket = addresses.Count == 1
            ? await ConnectAsync(addresses[0], endpoint.Port, cancellationToken)
            : await RaceAsync(addresses, endpoint.Port, cancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    }

    // A host whose IPv6 leads nowhere is common; tried one after the other it would use up the whole time-out.
    private static async Task<Socket> RaceAsync(
        List<IPAddress> addresses, int port, CancellationToken cancellationToken)
    {
        using var race = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var attempts = new List<Task<Socket>>();
        Exception? failure = null;
        try
        {
            for (var next = 0; next < addresses.Count || attempts.Count > 0;)
            {
                if (next < addresses.Count)
                {
                    attempts.Add(ConnectAsync(addresses[next++], port, race.Token));
                }

                var headStart = Task.Delay(next < addresses.Count ? HeadStart : Timeout.InfiniteTimeSpan, race.Token);
                if (await Task.WhenAny([headStart, .. attempts]) is not Task<Socket> first)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    continue;
                }

                attempts.Remove(first);
                try
                {
                    return await first;
                }
                catch (SocketException e)
                {
                    failure = e;
                }
            }

            throw failure ?? new SocketException((int)SocketError.HostNotFound);
        }
        finally
        {
            await race.CancelAsync();
            foreach (var late in attempts)
            {
                _ = late.ContinueWith(async t => (await t).Dispose(), CancellationToken.None,
                    TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
            }
        }
    }

    private static async Task<Socket> ConnectAsync(IPAddress address, int port, CancellationToken cancellationToken)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new IPEndPoint(address, port), cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // The families take turns, in the order of the resolver (RFC 8305 §4).
    private static List<IPAddress> InTurn(IPAddress[] addresses)
    {
        var first = addresses.Where(a => a.AddressFamily == addresses[0].AddressFamily).ToList();
        var second = addresses.Except(first).ToList();
        var mixed = new List<IPAddress>();
        for (var i = 0; i < Math.Max(first.Count, second.Count); i++)
        {
            mixed.AddRange(first.Skip(i).Take(1).Concat(second.Skip(i).Take(1)));
        }

        return mixed;
    }
}
