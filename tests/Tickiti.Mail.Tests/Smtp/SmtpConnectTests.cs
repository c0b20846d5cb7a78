using System.Text;
using NUnit.Framework;
using Shouldly;
using Tickiti.Mail.Tests.Transport;
using Tickiti.Mail.Transport;
using Tickiti.Testing.Wire;

namespace Tickiti.Mail.Tests.Smtp;

public sealed class SmtpConnectTests
{
    private static readonly string Plain = Convert.ToBase64String("\0kim\0s3cret"u8);

    [Test]
    public async Task Connect_WhenTheServerOffersExtensions_KnowsThem()
    {
        await using var replay = new WireReplay(new WireScript()
            .SendLine("220-mail.test ESMTP\r\n220 welcome").ExpectLine("EHLO client.test")
            .SendLine("250-mail.test greets you\r\n250-PIPELINING\r\n250-size 1000\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-DSN\r\n250-CHUNKING\r\n250-AUTH=LOGIN\r\n250-AUTH PLAIN LOGIN\r\n250-X-OWN thing\r\n250 ENHANCEDSTATUSCODES"));

        await using var client = await WireTest.ConnectSmtpAsync(replay);

        var it = client.Capabilities;
        (it.Pipelining && it.EightBitMime && it.SmtpUtf8 && it.Dsn && it.Chunking && it.EnhancedStatusCodes).ShouldBeTrue();
        it.MaxSize.ShouldBe(1000);
        it.StartTls.ShouldBeFalse();
        it.AuthMechanisms.ShouldBe(["LOGIN", "PLAIN"]);
        client.IsUsable.ShouldBeTrue();
        await replay.VerifyAsync();
    }

    [Test]
    public async Task Connect_WhenEhloIsUnknown_FallsBackToHelo()
    {
        await using var replay = new WireReplay(new WireScript()
            .SendLine("220 mail.test").ExpectLine("EHLO client.test").SendLine("502 5.5.1 what?")
            .ExpectLine("HELO client.test").SendLine("250 mail.test"));

        await using var client = await WireTest.ConnectSmtpAsync(replay);

        client.Capabilities.ShouldBe(Tickiti.Mail.Smtp.SmtpCapabilities.None);
        await replay.VerifyAsync();
    }

    [TestCase("220 mail.test", "250 hi", null)]
    [TestCase("421 4.3.2 too busy", null, MailFailure.TemporarilyUnavailable)]
    [TestCase("450 later", null, MailFailure.TemporarilyUnavailable)]
    [TestCase("554 5.7.1 we do not talk to you", null, MailFailure.ServiceRefused)]
    [TestCase("250 odd", null, MailFailure.ProtocolViolation)]
    [TestCase("220 mail.test", "421 4.3.2 going down", MailFailure.TemporarilyUnavailable)]
    public async Task Connect_SortsWhatTheServerSays(string greeting, string? hello, MailFailure? failure)
    {
        var script = new WireScript().SendLine(greeting);
        await using var replay = new WireReplay(
            hello is null ? script : script.ExpectLine("EHLO client.test").SendLine(hello));

        if (failure is null)
        {
            await using var client = await WireTest.ConnectSmtpAsync(replay);
            client.IsUsable.ShouldBeTrue();
        }
        else
        {
            var thrown = await Should.ThrowAsync<MailTransportException>(() => WireTest.ConnectSmtpAsync(replay));
            thrown.Failure.ShouldBe(failure.Value);
            thrown.ServerReply.ShouldNotBeNull().ShouldContain((hello ?? greeting)[..3]);
        }
    }

    [Test]
    public async Task Connect_WhenNobodyListens_SaysSo()
    {
        var thrown = await Should.ThrowAsync<MailTransportException>(() => Tickiti.Mail.Smtp.SmtpClient.ConnectAsync(
            new MailEndpoint("127.0.0.1", 1, MailSecurity.None), Tickiti.Mail.Smtp.SmtpClientOptions.Default, CancellationToken.None));

        thrown.Failure.ShouldBe(MailFailure.ConnectFailed);
        thrown.IsTransient.ShouldBeTrue();
    }

    [Test]
    public async Task Connect_WhenTheNameDoesNotResolve_SaysSo()
    {
        var thrown = await Should.ThrowAsync<MailTransportException>(() => Tickiti.Mail.Smtp.SmtpClient.ConnectAsync(
            new MailEndpoint("no-such-host.invalid", 25, MailSecurity.None), Tickiti.Mail.Smtp.SmtpClientOptions.Default, CancellationToken.None));

        thrown.Failure.ShouldBe(MailFailure.ConnectFailed);
        thrown.Message.ShouldContain("does not resolve");
    }

    [Test]
    public async Task Connect_WithPlain_SendsItWithTheCommand()
    {
        await using var replay = new WireReplay(
            Offering("LOGIN PLAIN").ExpectLine($"AUTH PLAIN {Plain}").SendLine("235 2.7.0 welcome"));

        await using var client = await WireTest.ConnectSmtpAsync(replay, WireTest.SignedIn);

        await replay.VerifyAsync();
    }

    [Test]
    public async Task Connect_WithLogin_AnswersBothPrompts()
    {
        await using var replay = new WireReplay(Offering("LOGIN").ExpectLine("AUTH LOGIN")
            .SendLine("334 VXNlcm5hbWU6").ExpectLine(Base64("kim"))
            .SendLine("334 UGFzc3dvcmQ6").ExpectLine(Base64("s3cret"))
            .SendLine("235 welcome"));

        await using var client = await WireTest.ConnectSmtpAsync(replay, WireTest.SignedIn);

        await replay.VerifyAsync();
    }

    [Test]
    public async Task Connect_WithAccessToken_UsesXOAuth2()
    {
        await using var replay = new WireReplay(Offering("XOAUTH2 PLAIN")
            .ExpectLine("AUTH XOAUTH2 " + Base64("user=kim\u0001auth=Bearer tok\u0001\u0001")).SendLine("235 welcome"));

        await using var client = await WireTest.ConnectSmtpAsync(
            replay, WireTest.SignedIn with { AccessToken = "tok" });

        await replay.VerifyAsync();
    }

    [Test]
    public async Task Connect_WhenTheTokenIsRevoked_TakesTheErrorAndThenTheRefusal()
    {
        await using var replay = new WireReplay(Offering("XOAUTH2")
            .ExpectLine("AUTH XOAUTH2 " + Base64("user=kim\u0001auth=Bearer tok\u0001\u0001"))
            .SendLine("334 " + Base64("{\"status\":\"401\"}")).ExpectLine("").SendLine("535 5.7.8 bad token"));

        var thrown = await Should.ThrowAsync<MailTransportException>(
            () => WireTest.ConnectSmtpAsync(replay, WireTest.SignedIn with { AccessToken = "tok" }));

        thrown.Failure.ShouldBe(MailFailure.CredentialsRefused);
        await replay.VerifyAsync();
    }

    [Test]
    public async Task Connect_WhenTheInitialResponseIsTooLong_WaitsForTheChallenge()
    {
        var token = new string('t', 600);
        await using var replay = new WireReplay(Offering("XOAUTH2").ExpectLine("AUTH XOAUTH2").SendLine("334 ")
            .ExpectLine(Base64($"user=kim\u0001auth=Bearer {token}\u0001\u0001")).SendLine("235 welcome"));

        await using var client = await WireTest.ConnectSmtpAsync(
            replay, WireTest.SignedIn with { AccessToken = token });

        await replay.VerifyAsync();
    }

    [TestCase("535 5.7.8 no", MailFailure.CredentialsRefused)]
    [TestCase("534 5.7.9 stronger please", MailFailure.CredentialsRefused)]
    [TestCase("454 4.7.0 later", MailFailure.TemporarilyUnavailable)]
    [TestCase("421 4.7.0 too many tries", MailFailure.TemporarilyUnavailable)]
    [TestCase("250 what", MailFailure.ProtocolViolation)]
    public async Task Connect_WhenCredentialsAreRefused_SaysHow(string reply, MailFailure failure)
    {
        await using var replay = new WireReplay(Offering("PLAIN").ExpectLine($"AUTH PLAIN {Plain}").SendLine(reply));

        var thrown = await Should.ThrowAsync<MailTransportException>(
            () => WireTest.ConnectSmtpAsync(replay, WireTest.SignedIn));

        thrown.Failure.ShouldBe(failure);
    }

    [Test]
    public async Task Connect_WhenNothingOfferedIsSpoken_SaysWhatWasOffered()
    {
        await using var replay = new WireReplay(Offering("GSSAPI NTLM"));

        var thrown = await Should.ThrowAsync<MailTransportException>(
            () => WireTest.ConnectSmtpAsync(replay, WireTest.SignedIn));

        thrown.Failure.ShouldBe(MailFailure.AuthenticationNotOffered);
        thrown.Message.ShouldContain("GSSAPI, NTLM");
    }

    [Test]
    public async Task Connect_WhenScramIsRefusedInClearText_DoesNotOfferThePasswordInstead()
    {
        await using var replay = new WireReplay(OfferingScram().SendLine("535 5.7.8 no"));

        var thrown = await Should.ThrowAsync<MailTransportException>(
            () => WireTest.ConnectSmtpAsync(replay, WireTest.SignedIn));

        thrown.Failure.ShouldBe(MailFailure.CredentialsRefused);
        await replay.VerifyAsync();
    }

    [Test]
    public async Task Connect_WhenScramIsRefusedOverTls_TriesPlain()
    {
        await using var replay = new WireReplay(new WireScript().StartTls(TestCertificates.Issue("mail.test"))
            .Then(OfferingScram()).SendLine("535 5.7.8 no").SkipLine()
            .ExpectLine($"AUTH PLAIN {Plain}").SendLine("235 ok"));

        await using var client = await WireTest.ConnectSmtpAsync(
            replay, WireTest.SignedIn with { Security = MailSecurity.Ssl, ValidateCertificate = false });

        await replay.VerifyAsync();
    }

    [Test]
    public async Task Connect_WhenTheServerClosesBehindItsRefusal_TheRefusalIsTheNews()
    {
        await using var replay = new WireReplay(new WireScript().StartTls(TestCertificates.Issue("mail.test"))
            .Then(OfferingScram()).SendLine("535 5.7.8 no").Fail(WireFault.Cut));

        var thrown = await Should.ThrowAsync<MailTransportException>(() => WireTest.ConnectSmtpAsync(
            replay, WireTest.SignedIn with { Security = MailSecurity.Ssl, ValidateCertificate = false }));

        thrown.Failure.ShouldBe(MailFailure.CredentialsRefused);
    }

    [Test]
    public async Task Connect_WhenTheServerSkipsItsScramProof_DoesNotTrustIt()
    {
        await using var replay = new WireReplay(OfferingScram().SendLine("235 2.7.0 welcome, whoever you are"));

        var thrown = await Should.ThrowAsync<MailTransportException>(
            () => WireTest.ConnectSmtpAsync(replay, WireTest.SignedIn));

        thrown.Failure.ShouldBe(MailFailure.ProtocolViolation);
    }

    [Test]
    public async Task Connect_LogsTheDialogWithoutSecrets()
    {
        var log = new List<string>();
        await using var replay = new WireReplay(Offering("LOGIN").ExpectLine("AUTH LOGIN")
            .SendLine("334 VXNlcm5hbWU6").ExpectLine(Base64("kim"))
            .SendLine("334 UGFzc3dvcmQ6").ExpectLine(Base64("s3cret"))
            .SendLine("235 welcome"));

        await using var client = await WireTest.ConnectSmtpAsync(
            replay, WireTest.SignedIn, WireTest.Options(replay) with { Log = line => log.Add(line.Text) });

        var all = string.Join('\n', log);
        all.ShouldContain("EHLO client.test");
        all.ShouldContain("AUTH LOGIN ***");
        foreach (var secret in new[] { "s3cret", Base64("s3cret"), Base64("kim") })
        {
            all.ShouldNotContain(secret);
        }
    }

    [Test]
    public void ToString_OfAnEndpoint_HasNoSecrets() =>
        (WireTest.SignedIn with { AccessToken = "tok" }).ToString().ShouldBe("mail.test:25 (None)");

    private static WireScript Offering(string mechanisms) => new WireScript().SendLine("220 mail.test")
        .ExpectLine("EHLO client.test").SendLine($"250-mail.test\r\n250 AUTH {mechanisms}");

    // The nonce is random: the script takes the fixed beginning of the first message and leaves the rest unread.
    private static WireScript OfferingScram() => Offering("SCRAM-SHA-256 PLAIN LOGIN")
        .Expect("AUTH SCRAM-SHA-256 " + Base64("n,,n=kim,r=")[..12]);

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
