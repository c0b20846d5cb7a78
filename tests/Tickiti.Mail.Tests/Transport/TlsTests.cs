using System.Security.Cryptography.X509Certificates;
using NUnit.Framework;
using Shouldly;
using Tickiti.Mail.Transport;
using Tickiti.Testing.Wire;

namespace Tickiti.Mail.Tests.Transport;

public sealed class TlsTests
{
    private static readonly MailEndpoint Ssl = WireTest.Endpoint with { Security = MailSecurity.Ssl };

    private static IEnumerable<TestCaseData> BadCertificates()
    {
        yield return new TestCaseData(
            TestCertificates.Issue("other.test"), MailFailure.CertificateWrongHost, "other.test, not for mail.test")
        {
            TestName = "another host",
        };
        yield return new TestCaseData(
            TestCertificates.Issue("mail.test", -30, -2), MailFailure.CertificateExpired, "outside its dates")
        {
            TestName = "expired",
        };
        yield return new TestCaseData(
            TestCertificates.Issue("mail.test", 2, 30), MailFailure.CertificateExpired, "outside its dates")
        {
            TestName = "not valid yet",
        };
        yield return new TestCaseData(
            TestCertificates.SelfSigned("mail.test"), MailFailure.CertificateSelfSigned, "self-signed")
        {
            TestName = "self-signed",
        };
    }

    [Test]
    public async Task Connect_WhenTheCertificateIsTrusted_TalksEncrypted()
    {
        await using var replay = new WireReplay(Hello(TestCertificates.Issue("mail.test")));

        await using var client = await WireTest.ConnectSmtpAsync(replay, Ssl, Trusting(replay));

        client.IsEncrypted.ShouldBeTrue();
        await replay.VerifyAsync();
    }

    [TestCaseSource(nameof(BadCertificates))]
    public async Task Connect_WhenTheCertificateIsBad_NamesWhatIsWrong(
        X509Certificate2 certificate, MailFailure failure, string words)
    {
        await using var replay = new WireReplay(Hello(certificate));

        var thrown = await Should.ThrowAsync<MailTransportException>(
            () => WireTest.ConnectSmtpAsync(replay, Ssl, Trusting(replay)));

        thrown.Failure.ShouldBe(failure);
        thrown.Message.ShouldContain(words);
    }

    [Test]
    public async Task Connect_WhenTheAuthorityIsUnknown_SaysUntrusted()
    {
        await using var replay = new WireReplay(Hello(TestCertificates.Issue("mail.test")));

        var thrown = await Should.ThrowAsync<MailTransportException>(() => WireTest.ConnectSmtpAsync(replay, Ssl));

        thrown.Failure.ShouldBe(MailFailure.CertificateUntrusted);
    }

    [TestCaseSource(nameof(BadCertificates))]
    public async Task Connect_WhenToldNotToValidate_TakesAnyCertificate(
        X509Certificate2 certificate, MailFailure failure, string words)
    {
        await using var replay = new WireReplay(Hello(certificate));

        await using var client = await WireTest.ConnectSmtpAsync(replay, Ssl with { ValidateCertificate = false });

        client.IsEncrypted.ShouldBeTrue($"{failure} {words}");
    }

    [Test]
    public async Task Connect_WhenTheServerSpeaksClearText_SaysThatTlsFailed()
    {
        await using var replay = new WireReplay(new WireScript().SendLine("220 mail.test").Fail(WireFault.Stall));

        var thrown = await Should.ThrowAsync<MailTransportException>(() => WireTest.ConnectSmtpAsync(replay, Ssl));

        thrown.Failure.ShouldBe(MailFailure.TlsFailed);
    }

    [Test]
    public async Task Connect_WhenTheHandshakeStalls_TimesOut()
    {
        await using var replay = new WireReplay(new WireScript().Fail(WireFault.Stall));

        var thrown = await Should.ThrowAsync<MailTransportException>(() => WireTest.RunOutOfTimeAsync(
            replay, options => WireTest.ConnectSmtpAsync(replay, Ssl, options)));

        thrown.Failure.ShouldBe(MailFailure.TimedOut);
        thrown.Message.ShouldContain("TLS handshake");
    }

    [Test]
    public async Task Connect_WhenBytesComeBetweenGoAheadAndHandshake_RefusesThem()
    {
        await using var replay = new WireReplay(new WireScript()
            .SendLine("220 mail.test").ExpectLine("EHLO client.test").SendLine("250-mail.test\r\n250 STARTTLS")
            .ExpectLine("STARTTLS").Send("220 go ahead\r\n250 injected\r\n").Fail(WireFault.Stall));

        var thrown = await Should.ThrowAsync<MailTransportException>(
            () => WireTest.ConnectSmtpAsync(replay, WireTest.Endpoint with { Security = MailSecurity.Tls }));

        thrown.Failure.ShouldBe(MailFailure.ProtocolViolation);
        thrown.Message.ShouldContain("before the handshake");
    }

    [Test]
    public async Task Connect_WhenStartTlsIsNotOffered_NeverGoesOnInClearText()
    {
        await using var replay = new WireReplay(new WireScript()
            .SendLine("220 mail.test").ExpectLine("EHLO client.test").SendLine("250-mail.test\r\n250 AUTH PLAIN"));

        var thrown = await Should.ThrowAsync<MailTransportException>(
            () => WireTest.ConnectSmtpAsync(replay, WireTest.SignedIn with { Security = MailSecurity.Tls }));

        thrown.Failure.ShouldBe(MailFailure.TlsFailed);
        await replay.VerifyAsync();
    }

    [Test]
    public async Task Connect_AfterStartTls_ForgetsWhatWasSaidBefore()
    {
        await using var replay = new WireReplay(new WireScript()
            .SendLine("220 mail.test").ExpectLine("EHLO client.test")
            .SendLine("250-mail.test\r\n250-SIZE 1\r\n250 STARTTLS")
            .ExpectLine("STARTTLS").SendLine("220 go ahead").StartTls(TestCertificates.Issue("mail.test"))
            .ExpectLine("EHLO client.test").SendLine("250-mail.test\r\n250 PIPELINING"));

        await using var client = await WireTest.ConnectSmtpAsync(
            replay, WireTest.Endpoint with { Security = MailSecurity.Tls }, Trusting(replay));

        client.IsEncrypted.ShouldBeTrue();
        client.Capabilities.Pipelining.ShouldBeTrue();
        client.Capabilities.Size.ShouldBeFalse();
    }

    private static MailTransportOptions Trusting(WireReplay replay) =>
        WireTest.Options(replay) with { TrustedRoots = TestCertificates.Roots };

    private static WireScript Hello(X509Certificate2 certificate) => new WireScript().StartTls(certificate)
        .SendLine("220 mail.test").ExpectLine("EHLO client.test").SendLine("250 mail.test");
}
