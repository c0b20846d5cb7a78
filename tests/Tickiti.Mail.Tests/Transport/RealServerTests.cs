using System.Text;
using NUnit.Framework;
using Shouldly;
using Tickiti.Mail.Pop3;
using Tickiti.Mail.Smtp;
using Tickiti.Mail.Transport;

namespace Tickiti.Mail.Tests.Transport;

/// <summary>The clients against Postfix and Dovecot.</summary>
public sealed class RealServerTests
{
    [TestCase(false)]
    [TestCase(true)]
    public async Task Mail_SentAndFetched_IsTheSameByteForByte(bool isLarge)
    {
        var mailbox = RealServers.NewMailbox();
        var body = new StringBuilder(".first\r\n..\r\nbare\nfeed\n.\nend\r\n");
        for (var i = 0; isLarge && i < 30_000; i++)
        {
            body.Append(
                System.Globalization.CultureInfo.InvariantCulture, $".line {i} of a message larger than one write\r\n");
        }

        await using (var smtp = await SmtpClient.ConnectAsync(
            RealServers.Smtp, SmtpClientOptions.Default, CancellationToken.None))
        {
            (smtp.Capabilities.Pipelining && smtp.Capabilities.Chunking).ShouldBeTrue();
            var outcome = await smtp.SendAsync(
                new SmtpEnvelope("a@x.test", [$"{mailbox}@{RealServers.Domain}"]),
                Encoding.ASCII.GetBytes($"Subject: x\r\nMessage-ID: <{mailbox}@x.test>\r\n\r\n{body}"),
                null, CancellationToken.None);
            outcome.IsAccepted.ShouldBeTrue(outcome.Recipients[0].Text);
        }

        using var fetched = await RealServers.FetchAsync(mailbox);
        var text = Encoding.ASCII.GetString(fetched.Content.Span);
        text[(text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..].ShouldBe(
            body.ToString()
                .Replace("\r\n", "\n", StringComparison.Ordinal).Replace("\n", "\r\n", StringComparison.Ordinal));
    }

    [Test]
    public async Task Send_WhenSomeRecipientsAreRefused_TellsThemApart()
    {
        await using var client = await SmtpClient.ConnectAsync(
            RealServers.Smtp, SmtpClientOptions.Default, CancellationToken.None);
        var envelope = new SmtpEnvelope(
            "a@x.test", [$"unknown1@{RealServers.Domain}", $"{RealServers.NewMailbox()}@{RealServers.Domain}", $"later1@{RealServers.Domain}"]);

        for (var i = 0; i < 3; i++)
        {
            var outcome = await client.SendAsync(
                envelope, "Subject: x\r\n\r\nx\r\n"u8.ToArray(), null, CancellationToken.None);

            outcome.Recipients.Select(r => (r.Kind, r.Status?.ToString())).ShouldBe(
            [
                (RecipientOutcomeKind.RefusedForGood, "5.1.1"),
                (RecipientOutcomeKind.Accepted, "2.0.0"),
                (RecipientOutcomeKind.RefusedForNow, "4.2.0"),
            ]);
        }

        var refused = await client.SendAsync(
            new SmtpEnvelope("a@x.test", [$"unknown2@{RealServers.Domain}"]), "x"u8.ToArray(),
            null, CancellationToken.None);
        refused.Recipients.Single().Kind.ShouldBe(RecipientOutcomeKind.RefusedForGood);
        (await client.CheckAsync(CancellationToken.None)).ShouldBeTrue();
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Connect_OverTlsWithPassword_UsesScram(bool startTls)
    {
        var log = new List<string>();
        var endpoint = (startTls ? RealServers.Submission : RealServers.SmtpTls) with
        {
            UserName = "user2",
            Password = RealServers.Password,
        };

        await using var client = await SmtpClient.ConnectAsync(
            endpoint,
            new SmtpClientOptions { Transport = RealServers.Trusting(l => log.Add(l.Text)) },
            CancellationToken.None);

        client.IsEncrypted.ShouldBeTrue();
        log.ShouldContain("AUTH SCRAM-SHA-256 ***");
        string.Join('\n', log).ShouldNotContain(RealServers.Password);
    }

    [Test]
    public async Task Connect_WithTheWrongPassword_IsRefused()
    {
        var smtp = RealServers.Submission with { UserName = "user2", Password = "wrong" };
        var pop3 = RealServers.Pop3Tls with { UserName = "user2", Password = "wrong" };

        (await Should.ThrowAsync<MailTransportException>(() => SmtpClient.ConnectAsync(
            smtp, new SmtpClientOptions { Transport = RealServers.Trusting() }, CancellationToken.None)))
            .Failure.ShouldBe(MailFailure.CredentialsRefused);
        (await Should.ThrowAsync<MailTransportException>(() => Pop3Client.ConnectAsync(
            pop3, new Pop3ClientOptions { Transport = RealServers.Trusting() }, CancellationToken.None)))
            .Failure.ShouldBe(MailFailure.CredentialsRefused);
    }

    [Test]
    public async Task Connect_WithAToken_UsesXOAuth2()
    {
        var endpoint = RealServers.Pop3Tls with { UserName = "user1", AccessToken = RealServers.Token };
        var options = new Pop3ClientOptions { Transport = RealServers.Trusting() };

        await using (var client = await Pop3Client.ConnectAsync(endpoint, options, CancellationToken.None))
        {
            (await client.QuitAsync(CancellationToken.None)).ShouldBe(Pop3QuitOutcome.Committed);
        }

        (await Should.ThrowAsync<MailTransportException>(
            () => Pop3Client.ConnectAsync(endpoint with { AccessToken = "revoked" }, options, CancellationToken.None)))
            .Failure.ShouldBe(MailFailure.CredentialsRefused);
    }

    [Test]
    public async Task Connect_WhenTheAuthorityIsNotTrusted_IsRefused()
    {
        var endpoint = RealServers.SmtpTls;

        var thrown = await Should.ThrowAsync<MailTransportException>(
            () => SmtpClient.ConnectAsync(endpoint, SmtpClientOptions.Default, CancellationToken.None));

        thrown.Failure.ShouldBe(MailFailure.CertificateUntrusted);
    }

    [Test]
    public async Task Connect_UnderAnotherName_IsRefused()
    {
        var real = RealServers.SmtpTls;
        var transport = RealServers.Trusting() with { OpenStream = (_, token) => MailSocket.OpenAsync(real, token) };

        var thrown = await Should.ThrowAsync<MailTransportException>(() => SmtpClient.ConnectAsync(
            real with { Host = "mail.example.test" }, new SmtpClientOptions { Transport = transport }, CancellationToken.None));

        thrown.Failure.ShouldBe(MailFailure.CertificateWrongHost);
    }

    [Test]
    public async Task Maildrop_ListedFetchedAndEmptied_BehavesAsItSays()
    {
        var mailbox = RealServers.NewMailbox();
        await using (var smtp = await SmtpClient.ConnectAsync(
            RealServers.Smtp, SmtpClientOptions.Default, CancellationToken.None))
        {
            for (var i = 0; i < 20; i++)
            {
                (await smtp.SendAsync(
                    new SmtpEnvelope(null, [$"{mailbox}@{RealServers.Domain}"]),
                    Encoding.ASCII.GetBytes($"Subject: {i}\r\n\r\n{new string('x', 60)}\r\n"), null, CancellationToken.None)).IsAccepted.ShouldBeTrue();
            }
        }

        await using var client = await RealServers.ConnectWhenThereAsync(mailbox, 20);
        var listings = await client.ListAsync(CancellationToken.None);
        listings.Select(l => l.Uidl).ShouldBeUnique();
        var subjects = new HashSet<string>();
        await foreach (var message in client.RetrieveAsync([.. listings.Select(l => l.Number)], CancellationToken.None))
        {
            using (message)
            {
                message.Size.ShouldBe(listings[message.Number - 1].Size);
                subjects.Add(Encoding.ASCII.GetString(message.Content.Span).Split("Subject: ")[1].Split("\r\n")[0]);
            }
        }

        subjects.Count.ShouldBe(20);
        using (var top = await client.TopAsync(1, 0, CancellationToken.None))
        {
            Encoding.ASCII.GetString(top.Content.Span).ShouldEndWith("\r\n\r\n");
        }

        (await client.DeleteAsync([1, 2, 99], CancellationToken.None))
            .Select(d => d.IsMarked).ShouldBe([true, true, false]);
        (await client.QuitAsync(CancellationToken.None)).ShouldBe(Pop3QuitOutcome.Committed);
        await using var after = await RealServers.ConnectWhenThereAsync(mailbox, 18);
        (await after.ListAsync(CancellationToken.None))
            .Select(l => l.Uidl).ShouldBe(listings.Skip(2).Select(l => l.Uidl));
    }
}
