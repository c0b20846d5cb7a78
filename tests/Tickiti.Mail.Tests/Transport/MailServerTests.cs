using System.Text;
using NUnit.Framework;
using Shouldly;
using Tickiti.Mail.Dkim;
using Tickiti.Mail.Pop3;
using Tickiti.Mail.Smtp;
using Tickiti.Mail.Tests.Dkim;
using Tickiti.Mail.Transport;

namespace Tickiti.Mail.Tests.Transport;

/// <summary>What Postfix, Exim and OpenSMTPD do in ways of their own. All of them hand their mail on to Dovecot.</summary>
public sealed class MailServerTests
{
    private static readonly string[] Servers = ["POSTFIX", "EXIM", "OPENSMTPD"];

    private static readonly string[] ServersWithAuth = ["POSTFIX", "EXIM", "LOGIN"];

    [TestCase("POSTFIX", "PIPELINING SIZE 8BITMIME SMTPUTF8 DSN CHUNKING")]
    [TestCase("EXIM", "PIPELINING SIZE 8BITMIME SMTPUTF8 DSN CHUNKING")]
    [TestCase("OPENSMTPD", "SIZE 8BITMIME DSN")]
    public async Task Connect_KnowsWhatIsOffered(string server, string offered)
    {
        await using var client = await ConnectAsync(server);

        var known = client.Capabilities;
        client.IsEncrypted.ShouldBe(server != "OPENSMTPD");
        known.MaxSize.ShouldBe(60L * 1024 * 1024);
        string.Join(' ', new[]
        {
            known.Pipelining ? "PIPELINING" : "", known.Size ? "SIZE" : "", known.EightBitMime ? "8BITMIME" : "",
            known.SmtpUtf8 ? "SMTPUTF8" : "", known.Dsn ? "DSN" : "", known.Chunking ? "CHUNKING" : "",
        }.Where(word => word.Length > 0)).ShouldBe(offered);
    }

    [Test]
    public async Task Send_AnyBytes_ArriveAsTheyAre([ValueSource(nameof(Servers))] string server, [Values] bool isLarge)
    {
        var mailbox = RealServers.NewMailbox();
        var line = $".caf\u00e9 {new string('x', 900)}\r\n";
        var body = $".\r\n..\r\n\r\n{new string('.', 998)}\r\n \t \r\nFrom here\r\n{string.Concat(Enumerable.Repeat(line, isLarge ? 1_000 : 2))}\r\n\r\n.end\r\n";
        await using (var client = await ConnectAsync(server))
        {
            var outcome = await client.SendAsync(
                new SmtpEnvelope("a@x.test", [$"{mailbox}@{RealServers.Domain}"]),
                Encoding.UTF8.GetBytes($"From: a@x.test\r\nSubject: x\r\n\r\n{body}"), null, CancellationToken.None);
            outcome.IsAccepted.ShouldBeTrue(outcome.Recipients[0].Text);
            await client.QuitAsync(CancellationToken.None);
        }

        using var fetched = await RealServers.FetchAsync(mailbox);
        var text = Encoding.UTF8.GetString(fetched.Content.Span);
        text[(text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..].ShouldBe(body);
    }

    [Test]
    public async Task Send_ASignedMail_IsStillSoundWhereItArrives(
        [ValueSource(nameof(Servers))] string server, [Values] DkimCanonicalization form)
    {
        var mailbox = RealServers.NewMailbox();
        var mail = new MessageComposer($"{mailbox}@example.com", TimeProvider.System.GetUtcNow())
        {
            Subject = "Gr\u00fc\u00dfe, so lang, dass sie in einer Zeile keinen Platz haben, ganz bestimmt nicht in einer",
            Text = ".\n..x\n\nFrom here\n  blanks  \n\n\n",
            Html = "<p>x</p>",
        };
        mail.From.Add(new MailAddress("J\u00fcrgen", "j@example.com"));
        mail.To.Add(new MailAddress($"{mailbox}@{RealServers.Domain}"));
        using var signer = new DkimSigner(
            "example.com", "s1", DkimKeys.Rsa, new DkimSignerOptions { HeaderCanonicalization = form, BodyCanonicalization = form });
        // Line ends become CRLF on the way, and are signed as that.
        var bytes = Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(mail.ToArray()).Replace("\r\n", "\n", StringComparison.Ordinal));
        await using (var client = await ConnectAsync(server))
        {
            (await client.SendAsync(
                new SmtpEnvelope("j@example.com", [$"{mailbox}@{RealServers.Domain}"]), (byte[])[.. signer.Sign(bytes), .. bytes],
                null, CancellationToken.None)).IsAccepted.ShouldBeTrue();
        }

        using var fetched = await RealServers.FetchAsync(mailbox);
        var results = await new DkimVerifier(new DkimKeys((signer.KeyName, signer.KeyRecord)))
            .VerifyAsync(MimeMessage.Parse(fetched.Content), CancellationToken.None);
        results.ShouldHaveSingleItem().Verdict.ShouldBe(DkimVerdict.Pass, results[0].Explanation);
    }

    [Test]
    public async Task Send_ManyOverAPool_ReachesTheMailboxOnceEach([ValueSource(nameof(Servers))] string server)
    {
        var mailbox = RealServers.NewMailbox();
        var endpoint = SignedIn(server);
        await using (var pool = new SmtpClientPool(new SmtpPoolOptions { Client = Options(), MaxPerEndpoint = 4 }))
        {
            await Parallel.ForAsync(0, 20, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, token) =>
            {
                var outcome = await pool.SendAsync(
                    endpoint, new SmtpEnvelope("a@x.test", [$"{mailbox}@{RealServers.Domain}"]),
                    Encoding.ASCII.GetBytes($"From: a@x.test\r\nSubject: mail {i}\r\n\r\n{i}\r\n"), null, token);
                outcome.IsAccepted.ShouldBeTrue(outcome.Recipients[0].Text);
            });
            pool.IdleCount.ShouldBeInRange(1, 4);
        }

        await using var client = await RealServers.ConnectWhenThereAsync(mailbox, 20);
    }

    [Test]
    public async Task Connect_WithTheWrongPassword_IsRefused([ValueSource(nameof(ServersWithAuth))] string server)
    {
        var endpoint = SignedIn(server) with { Password = "wrong" };

        var thrown = await Should.ThrowAsync<MailTransportException>(
            () => SmtpClient.ConnectAsync(endpoint, Options(), CancellationToken.None));

        thrown.Failure.ShouldBe(MailFailure.CredentialsRefused);
    }

    [TestCase("POSTFIX", "SCRAM-SHA-256")]
    [TestCase("EXIM", "PLAIN")]
    [TestCase("LOGIN", "LOGIN")]
    public async Task Connect_WithAPassword_UsesTheBestWayThatIsOffered(string server, string mechanism)
    {
        var log = new List<string>();

        await using var client = await SmtpClient.ConnectAsync(
            SignedIn(server), new SmtpClientOptions { Transport = RealServers.Trusting(line => log.Add(line.Text)) }, CancellationToken.None);

        log.ShouldContain($"AUTH {mechanism} ***");
    }

    [Test]
    public async Task Connect_WithAToken_UsesXOAuth2()
    {
        var endpoint = RealServers.Submission with { UserName = "user1", AccessToken = RealServers.Token };

        await using (var client = await SmtpClient.ConnectAsync(endpoint, Options(), CancellationToken.None))
        {
            (await client.CheckAsync(CancellationToken.None)).ShouldBeTrue();
        }

        (await Should.ThrowAsync<MailTransportException>(
            () => SmtpClient.ConnectAsync(endpoint with { AccessToken = "revoked" }, Options(), CancellationToken.None)))
            .Failure.ShouldBe(MailFailure.CredentialsRefused);
    }

    [Test]
    public async Task Pop3_WithAPassword_UsesScram()
    {
        var log = new List<string>();
        var endpoint = RealServers.Pop3Tls with { UserName = RealServers.NewMailbox(), Password = RealServers.Password };

        await using var client = await Pop3Client.ConnectAsync(
            endpoint, new Pop3ClientOptions { Transport = RealServers.Trusting(line => log.Add(line.Text)) }, CancellationToken.None);

        log.ShouldContain("AUTH SCRAM-SHA-256 ***");
        (await client.ListAsync(CancellationToken.None)).ShouldBeEmpty();
    }

    [TestCase("EXPIRED", MailFailure.CertificateExpired)]
    [TestCase("SELF_SIGNED", MailFailure.CertificateSelfSigned)]
    [TestCase("WRONG_HOST", MailFailure.CertificateWrongHost)]
    public async Task Connect_WhenTheCertificateIsBad_IsRefusedUnlessToldOtherwise(string what, MailFailure failure)
    {
        var endpoint = RealServers.BadCertificate(what);

        (await Should.ThrowAsync<MailTransportException>(() => SmtpClient.ConnectAsync(endpoint, Options(), CancellationToken.None)))
            .Failure.ShouldBe(failure);
        await using var client = await SmtpClient.ConnectAsync(
            endpoint with { ValidateCertificate = false }, Options(), CancellationToken.None);
        client.IsEncrypted.ShouldBeTrue();
    }

    [Test]
    public async Task Connect_OverIPv6_SpeaksTls()
    {
        var host = RealServers.IPv6;
        await using var smtp = await SmtpClient.ConnectAsync(
            RealServers.Smtp with { Host = host, Security = MailSecurity.Tls }, Options(), CancellationToken.None);
        await using var pop3 = await Pop3Client.ConnectAsync(
            RealServers.Pop3Tls with { Host = host, UserName = "user3", Password = RealServers.Password },
            new Pop3ClientOptions { Transport = RealServers.Trusting() }, CancellationToken.None);

        (smtp.IsEncrypted && pop3.IsEncrypted).ShouldBeTrue();
    }

    [TestCase("POSTFIX", RecipientOutcomeKind.Accepted)]
    [TestCase("EXIM", RecipientOutcomeKind.Accepted)]
    [TestCase("OPENSMTPD", RecipientOutcomeKind.RefusedForGood)]
    public async Task Send_ToAnInternationalAddress_NeedsSmtpUtf8(string server, RecipientOutcomeKind kind)
    {
        await using var client = await ConnectAsync(server);

        var outcome = await client.SendAsync(
            new SmtpEnvelope("a@x.test", ["j\u00fcrgen@b\u00fccher.test"]) { HasUtf8Headers = client.Capabilities.SmtpUtf8 },
            "From: a@x.test\r\nSubject: x\r\n\r\nx\r\n"u8.ToArray(), null, CancellationToken.None);

        outcome.Recipients.Single().Kind.ShouldBe(kind, outcome.Recipients[0].Text);
    }

    [Test]
    public async Task Send_AboveTheSizeThatIsOffered_IsRefusedWithoutAWord([ValueSource(nameof(Servers))] string server)
    {
        await using var client = await ConnectAsync(server);

        var outcome = await client.SendAsync(
            new SmtpEnvelope("a@x.test", [$"x@{RealServers.Domain}"]), new byte[client.Capabilities.MaxSize!.Value + 1], null, CancellationToken.None);

        outcome.Recipients.Single().Status?.ToString().ShouldBe("5.3.4");
        (await client.CheckAsync(CancellationToken.None)).ShouldBeTrue();
    }

    [Test]
    public async Task Send_WhenAReportIsAskedFor_ItComesWithOurId()
    {
        var mailbox = RealServers.NewMailbox();
        await using (var client = await ConnectAsync("POSTFIX"))
        {
            var envelope = new SmtpEnvelope($"{mailbox}@{RealServers.Domain}", ["nobody@bounce.test"])
            {
                Notify = SmtpNotify.Failure | SmtpNotify.Delay,
                Return = SmtpReturn.Headers,
                EnvelopeId = "id+1=x y",
            };
            (await client.SendAsync(envelope, "From: a@x.test\r\nSubject: x\r\n\r\nx\r\n"u8.ToArray(), null, CancellationToken.None))
                .IsAccepted.ShouldBeTrue();
        }

        using var fetched = await RealServers.FetchAsync(mailbox);
        var report = ReportReader.Read(MimeMessage.Parse(fetched.Content)).ShouldNotBeNull();
        report.Recipients.ShouldHaveSingleItem().Address.ShouldBe("nobody@bounce.test");
        Encoding.ASCII.GetString(fetched.Content.Span).ShouldContain("Original-Envelope-Id: id+1=x y");
    }

    private static SmtpClientOptions Options() => new() { Transport = RealServers.Trusting() };

    private static MailEndpoint SignedIn(string server) => server == "OPENSMTPD"
        ? RealServers.OpenSmtpd
        : RealServers.SmtpOf(server) with { UserName = "user2", Password = RealServers.Password };

    private static Task<SmtpClient> ConnectAsync(string server) => SmtpClient.ConnectAsync(SignedIn(server), Options(), CancellationToken.None);
}
