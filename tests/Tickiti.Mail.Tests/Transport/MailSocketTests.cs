using System.Net;
using System.Net.Sockets;
using NUnit.Framework;
using Shouldly;
using Tickiti.Mail.Transport;

namespace Tickiti.Mail.Tests.Transport;

public sealed class MailSocketTests
{
    [TestCase("127.0.0.1", "127.0.0.1")]
    [TestCase("localhost", "127.0.0.1")]
    [TestCase("::1", "::1")]
    [TestCase("localhost", "::1")]
    public async Task Open_ByAddressOrName_ReachesWhoListens(string host, string listensOn)
    {
        var address = IPAddress.Parse(listensOn);
        Assume.That(
            address.AddressFamily == AddressFamily.InterNetwork || Socket.OSSupportsIPv6, "This machine has no IPv6.");
        if (host == "localhost")
        {
            Assume.That(
                await Dns.GetHostAddressesAsync(host), Does.Contain(address), $"localhost is not {listensOn} here.");
        }

        using var listener = new TcpListener(address, 0);
        listener.Start();
        var accepted = listener.AcceptTcpClientAsync();

        await using var stream = await MailSocket.OpenAsync(
            new MailEndpoint(host, ((IPEndPoint)listener.LocalEndpoint).Port, MailSecurity.None),
            CancellationToken.None);

        using var server = await accepted;
        await server.GetStream().WriteAsync("x"u8.ToArray());
        (await stream.ReadAsync(new byte[1])).ShouldBe(1);
    }

    [Test]
    public async Task Open_WhenNobodyListens_ThrowsWhatTheSocketSays()
    {
        var thrown = await Should.ThrowAsync<SocketException>(
            () => MailSocket.OpenAsync(
                new MailEndpoint("127.0.0.1", 1, MailSecurity.None), CancellationToken.None).AsTask());

        thrown.SocketErrorCode.ShouldBe(SocketError.ConnectionRefused);
    }

    [Test]
    public async Task Open_WhenCancelled_SaysCancelled()
    {
        await Should.ThrowAsync<OperationCanceledException>(() => MailSocket.OpenAsync(
            new MailEndpoint("127.0.0.1", 1, MailSecurity.None), new CancellationToken(canceled: true)).AsTask());
    }
}
