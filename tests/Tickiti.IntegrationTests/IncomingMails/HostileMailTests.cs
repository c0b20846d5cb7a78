using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Shouldly;
using Tickiti.Domain.Blobs;
using Tickiti.Domain.IncomingMails;
using Tickiti.Infrastructure.IncomingMails;
using Tickiti.Infrastructure.Persistence;
using Tickiti.IntegrationTests.Common;
using Tickiti.Testing.Wire;

namespace Tickiti.IntegrationTests.IncomingMails;

/// <summary>Mails that no customer writes. Each gets its row, its bytes are kept, and the mail behind it becomes a ticket.</summary>
[TestFixture(DatabaseProvider.Sqlite)]
[TestFixture(DatabaseProvider.PostgreSql)]
public sealed class HostileMailTests(DatabaseProvider provider)
{
    private TestDatabase _database = null!;
    private TestNode _node = null!;

    public static IEnumerable<TestCaseData> Mails()
    {
        yield return Case("0 bytes", "");
        yield return Case("no header", "just text\r\n");
        yield return Case("no body", "From: a@customer.test\r\nSubject: nothing else\r\n");
        yield return Case("NUL bytes", "From: a@customer.test\r\nSubject: a\0b =?utf-8?q?c=00d?=\r\nMessage-ID: <x\0y@z>\r\n\r\ntext\0text\r\n");
        yield return Case("unusable From", "From: <not an address>\r\nSubject: who?\r\n\r\ntext\r\n");
        yield return Case("lone surrogates", "From: a@customer.test\r\nContent-Type: text/plain; charset=utf-16le\r\nContent-Transfer-Encoding: base64\r\n\r\nANhB\r\n");
        yield return Case("1 MB header", $"From: a@customer.test\r\nSubject: long\r\nX-Long: {new string('x', 1024 * 1024)}\r\n\r\ntext\r\n");
        yield return Case("1 MB subject", $"From: a@customer.test\r\nSubject: {new string('s', 1024 * 1024)}\r\n\r\ntext\r\n");
        yield return Case("10,000 parts", Parts(10_000));
        yield return Case("nested 500 deep", Nested(500));
        yield return Case("broken dates and ids", "From: a@customer.test\r\nDate: 99 Foo 99999 99:99\r\nMessage-ID: <<<>>\r\nReferences: <a <b> c\r\n\r\ntext\r\n");
        yield return Case("every byte", "From: a@customer.test\r\n\r\n" + string.Concat(Enumerable.Range(0, 256).Where(b => b is not ('\r' or '\n')).Select(b => (char)b)));
    }

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _database = await TestDatabase.CreateAsync(provider);
        _node = await _database.StartNodeAsync(services =>
            services.PostConfigure<MailboxPollingOptions>(options => options.MaxMailMegabytes = 4));
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }
    }

    [TestCaseSource(nameof(Mails))]
    public async Task Visit_WhenAMailIsHostile_KeepsItAndTakesTheNext(byte[] mail)
    {
        await using var server = new FakePop3Server();
        server.Add(mail);
        server.Add(Letters.From("a@customer.test", "Behind it"));
        var mailbox = await PopMailbox.ConnectAsync(_node, server);
        await _node.VisitAsync(mailbox);

        var rows = await _node.LedgerAsync(mailbox);
        rows.Select(row => row.Disposition).ShouldBe([Disposition.Ticket, Disposition.Ticket], rows.FirstOrDefault()?.Trace);
        var kept = await _node.ReadAsync(db => db.Blobs.AsNoTracking().SingleAsync(blob => blob.Sha256 == rows[0].RawSha256));
        Blob.HashOf(kept.Content).ShouldBe(kept.Sha256);
        server.Uidls.ShouldBeEmpty();
    }

    [Test]
    public async Task Visit_WhenAMailIsTooLarge_RecordsItsHeaderAndLeavesItThere()
    {
        await using var server = new FakePop3Server();
        server.Add(Letters.From("a@customer.test", "Big", new string('x', 70) + "\r\n" + new string('y', 5 * 1024 * 1024)));
        server.Add(Letters.From("a@customer.test", "Small"));
        var mailbox = await PopMailbox.ConnectAsync(_node, server);
        await _node.VisitAsync(mailbox);
        await _node.VisitAsync(mailbox);

        var rows = (await _node.LedgerAsync(mailbox)).ToDictionary(row => row.Subject);
        rows.Count.ShouldBe(2);
        rows["Big"].Disposition.ShouldBe(Disposition.Quarantined);
        rows["Big"].Reason.ShouldBe("too_large");
        rows["Big"].RawSha256.ShouldBeNull();
        rows["Big"].DeleteDueAt.ShouldBeNull();
        rows["Big"].Sender.ShouldBe("a@customer.test");
        rows["Small"].Disposition.ShouldBe(Disposition.Ticket);
        server.Uidls.ShouldBe(["uidl-1"]);
        server.RetrievalsOf("uidl-1").ShouldBe(0);
    }

    [Test]
    public async Task Visit_WhenOneMailCannotBeStored_PutsItInQuarantineAndTakesTheOthers()
    {
        await _node.InScopeAsync(scope => RefuseTicketsNamedAsync(scope.GetRequiredService<TickitiDbContext>(), "Poison"));
        await using var server = new FakePop3Server();
        foreach (var subject in (string[])["Before", "Poison", "After"])
        {
            server.Add(Letters.From("a@customer.test", subject));
        }

        var mailbox = await PopMailbox.ConnectAsync(_node, server);
        await _node.VisitAsync(mailbox);

        var rows = await _node.LedgerAsync(mailbox);
        rows.Select(row => row.Disposition).ShouldBe([Disposition.Ticket, Disposition.Quarantined, Disposition.Ticket]);
        rows[1].Reason.ShouldBe("not_stored");
        rows[1].RawSha256.ShouldNotBeNull();
        server.Uidls.ShouldBeEmpty();
    }

    [Test]
    public async Task Visit_WhenAMailHasFiles_KeepsThem()
    {
        await using var server = new FakePop3Server();
        server.Add("From: a@customer.test\r\nSubject: Files\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
            + "--b\r\nContent-Type: multipart/related; boundary=r\r\n\r\n--r\r\nContent-Type: text/html\r\n\r\n<p>Look: <img src=\"cid:logo@x\"></p>\r\n"
            + "--r\r\nContent-Type: image/png\r\nContent-ID: <logo@x>\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--r--\r\n"
            + "--b\r\nContent-Type: application/pdf; name=\"../../bill.pdf\"\r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0=\r\n--b--\r\n");
        var mailbox = await PopMailbox.ConnectAsync(_node, server);
        await _node.VisitAsync(mailbox);

        var responseId = (await _node.LedgerAsync(mailbox)).Single().ResponseId;
        var response = await _node.ReadAsync(db => db.Responses.AsNoTracking().Include(one => one.Attachments).SingleAsync(one => one.Id == responseId));
        response.Html.ShouldContain("cid:logo@x");
        response.Text.ShouldContain("Look:");
        response.Attachments.Select(file => (file.Name, file.MimeType, file.IsInline)).Order()
            .ShouldBe([("attachment", "image/png", true), ("bill.pdf", "application/pdf", false)]);
        var bill = response.Attachments.Single(file => !file.IsInline).Sha256;
        var bytes = await _node.ReadAsync(db => db.Blobs.AsNoTracking().SingleAsync(blob => blob.Sha256 == bill));
        Encoding.ASCII.GetString(bytes.Content).ShouldBe("%PDF-");
    }

    private static TestCaseData Case(string name, string mail) =>
        new TestCaseData(Encoding.Latin1.GetBytes(mail)).SetArgDisplayNames(name);

    private static string Parts(int count) =>
        "From: a@customer.test\r\nSubject: parts\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        + string.Concat(Enumerable.Range(0, count).Select(i => $"--b\r\nContent-Type: text/plain\r\n\r\npart {i}\r\n")) + "--b--\r\n";

    private static string Nested(int depth)
    {
        var mail = new StringBuilder("From: a@customer.test\r\nSubject: nested\r\n");
        for (var i = 0; i < depth; i++)
        {
            mail.Append(CultureInfo.InvariantCulture, $"Content-Type: multipart/mixed; boundary=b{i}\r\n\r\n--b{i}\r\n");
        }

        return mail.Append("Content-Type: text/plain\r\n\r\ninnermost\r\n").ToString();
    }

    private async Task<int> RefuseTicketsNamedAsync(TickitiDbContext db, string subject) => await db.WriteAsync(
        token => db.Database.ExecuteSqlRawAsync(
            provider == DatabaseProvider.Sqlite
                ? $"CREATE TRIGGER refuse BEFORE INSERT ON Tickets WHEN NEW.Subject = '{subject}' BEGIN SELECT RAISE(ABORT, 'refused'); END"
                : $"ALTER TABLE \"Tickets\" ADD CONSTRAINT refuse CHECK (\"Subject\" <> '{subject}')",
            token),
        CancellationToken.None);
}
