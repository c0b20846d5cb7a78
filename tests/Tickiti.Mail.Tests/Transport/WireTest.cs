using Tickiti.Mail.Pop3;
using Tickiti.Mail.Smtp;
using Tickiti.Mail.Transport;
using Tickiti.Testing.Wire;

// Tests of time-outs wait; they can do so together.
[assembly: NUnit.Framework.LevelOfParallelism(8)]

namespace Tickiti.Mail.Tests.Transport;

/// <summary>What replay tests share: an endpoint that nobody dials, and clients that talk to a script.</summary>
internal static class WireTest
{
    public static readonly MailEndpoint Endpoint = new("mail.test", 25, MailSecurity.None);

    public static readonly MailEndpoint SignedIn = Endpoint with { UserName = "kim", Password = "s3cret" };

    /// <summary>Short enough to wait for, long enough for two cores under load.</summary>
    public static readonly MailTimeouts Impatient = new()
    {
        Connect = TimeSpan.FromSeconds(5),
        Tls = TimeSpan.FromSeconds(5),
        Greeting = TimeSpan.FromMilliseconds(400),
        Command = TimeSpan.FromMilliseconds(400),
        Data = TimeSpan.FromMilliseconds(400),
        DataEnd = TimeSpan.FromMilliseconds(400),
        Quit = TimeSpan.FromMilliseconds(400),
    };

    public static MailTransportOptions Options(WireReplay replay, MailTimeouts? timeouts = null) =>
        new() { OpenStream = replay.OpenStream, Timeouts = timeouts ?? MailTimeouts.Default };

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
