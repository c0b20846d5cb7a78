using Tickiti.Mail.Pop3;
using Tickiti.Mail.Smtp;
using Tickiti.Mail.Transport;
using Tickiti.Testing.Wire;

namespace Tickiti.Mail.Tests.Transport;

/// <summary>What replay tests share: an endpoint that nobody dials, and clients that talk to a script.</summary>
internal static class WireTest
{
    public static readonly MailEndpoint Endpoint = new("mail.test", 25, MailSecurity.None);

    public static readonly MailEndpoint SignedIn = Endpoint with { UserName = "kim", Password = "s3cret" };

    public static MailTransportOptions Options(WireReplay replay, TimeProvider? clock = null) =>
        new() { OpenStream = replay.OpenStream, TimeProvider = clock ?? TimeProvider.System };

    /// <summary>Runs a talk whose server goes silent; from then on every time-out has come.</summary>
    public static async Task<T> RunOutOfTimeAsync<T>(WireReplay replay, Func<MailTransportOptions, Task<T>> talk)
    {
        var clock = new WireClock();
        var talking = talk(Options(replay, clock));
        await Task.WhenAny(replay.FaultReached, talking);
        await clock.RingUntilEndAsync(talking);
        return await talking;
    }

    public static Task<SmtpClient> ConnectSmtpAsync(
        WireReplay replay, MailEndpoint? endpoint = null, MailTransportOptions? options = null) =>
        SmtpClient.ConnectAsync(
            endpoint ?? Endpoint,
            new SmtpClientOptions { Transport = options ?? Options(replay), LocalName = "client.test" },
            CancellationToken.None);

    public static Task<Pop3Client> ConnectPop3Async(
        WireReplay replay, MailEndpoint? endpoint = null, Pop3ClientOptions? options = null) =>
        Pop3Client.ConnectAsync(
            endpoint ?? SignedIn,
            options ?? new Pop3ClientOptions { Transport = Options(replay) },
            CancellationToken.None);
}
