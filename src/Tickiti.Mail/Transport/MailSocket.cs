using System.Net;
using System.Net.Sockets;

namespace Tickiti.Mail.Transport;

/// <summary>The usual stream: TCP over IPv6 or IPv4, whichever the name resolves to.</summary>
public static class MailSocket
{
    public static async ValueTask<Stream> OpenAsync(MailEndpoint endpoint, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            EndPoint remote = IPAddress.TryParse(endpoint.Host, out var address)
                ? new IPEndPoint(address, endpoint.Port)
                : new DnsEndPoint(endpoint.Host, endpoint.Port);
            await socket.ConnectAsync(remote, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
