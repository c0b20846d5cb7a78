using Microsoft.EntityFrameworkCore;
using NUnit.Framework;
using Shouldly;
using Tickiti.Domain.IncomingMails;
using Tickiti.Domain.Mailboxes;
using Tickiti.Infrastructure.Mail.Local;
using Tickiti.Infrastructure.Persistence;
using Tickiti.IntegrationTests.Common;

namespace Tickiti.IntegrationTests.IncomingMails;

public sealed class LocalMailboxTests
{
    private TestDatabase _database = null!;
    private TestNode _node = null!;
    private Mailbox _mailbox = null!;

    private string Pickup => Path.Combine(_database.Folder, "pickup");

    [SetUp]
    public async Task StartAsync()
    {
        _database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        _node = await _database.StartNodeAsync();
        _mailbox = await _node.ReadAsync(db => db.Mailboxes.AsNoTracking().SingleAsync(mailbox => mailbox.Id == 1));
        Directory.CreateDirectory(Pickup);
    }

    [TearDown]
    public async Task StopAsync() => await _database.DisposeAsync();

    [Test]
    public async Task Visit_WhenAFileLiesThere_TakesItAndMovesItAside()
    {
        Drop("hello.eml", Letters.From("a@customer.test", "Hello"));
        await _node.VisitAsync(_mailbox);

        var row = (await _node.LedgerAsync(_mailbox)).Single();
        (row.Disposition, row.Subject, row.IsOnServer).ShouldBe((Disposition.Ticket, "Hello", false));
        Names(Pickup).ShouldBeEmpty();
        Names(Path.Combine(Pickup, "done")).ShouldBe(["hello.eml"]);
    }

    [Test]
    public async Task Visit_WhenANameComesAgain_OverwritesNothing()
    {
        for (var i = 1; i <= 3; i++)
        {
            Drop("mail.eml", Letters.From("a@customer.test", $"Number {i}"));
            await _node.VisitAsync(_mailbox);
        }

        (await _node.LedgerAsync(_mailbox)).Count(row => row.Disposition == Disposition.Ticket).ShouldBe(3);
        Names(Path.Combine(Pickup, "done")).ShouldBe(["mail (2).eml", "mail (3).eml", "mail.eml"]);
    }

    [Test]
    public async Task Visit_WhenTheSameFileComesAgain_MakesNoSecondTicket()
    {
        var mail = Letters.From("a@customer.test", "Once");
        Drop("mail.eml", mail);
        await _node.VisitAsync(_mailbox);
        Drop("mail.eml", mail);
        await _node.VisitAsync(_mailbox);
        Drop("other name.eml", mail);
        await _node.VisitAsync(_mailbox);

        (await _node.LedgerAsync(_mailbox)).Select(row => row.Disposition).ShouldBe([Disposition.Ticket, Disposition.Duplicate]);
        Names(Pickup).ShouldBeEmpty();
    }

    [Test]
    public async Task Delete_WhenAnotherMailIsUnderTheName_LeavesItWaiting()
    {
        Drop("mail.eml", Letters.From("a@customer.test", "Read"));
        await using var source = new LocalMailSource(Pickup, Path.Combine(Pickup, "done"), 1_000_000, _node.Clock);
        var listed = await source.ListAsync(CancellationToken.None);
        Drop("mail.eml", Letters.From("a@customer.test", "Not read yet"));
        await source.DeleteAsync(listed, CancellationToken.None);

        Names(Pickup).ShouldBe(["mail.eml"]);
        (await File.ReadAllTextAsync(Path.Combine(Pickup, "mail.eml"))).ShouldContain("Not read yet");
    }

    [Test]
    public async Task Visit_WhenThereIsNoMail_LeavesAlone()
    {
        Drop("half.eml.part", "From: a");
        Drop("real.txt", Letters.From("a@customer.test", "A link leads here"));
        File.CreateSymbolicLink(Path.Combine(Pickup, "link.eml"), Path.Combine(Pickup, "real.txt"));
        Directory.CreateDirectory(Path.Combine(Pickup, "folder.eml"));
        File.WriteAllText(Path.Combine(Pickup, "being written.eml"), "From: a");
        File.SetLastWriteTimeUtc(Path.Combine(Pickup, "being written.eml"), _node.Clock.GetUtcNow().UtcDateTime);
        await _node.VisitAsync(_mailbox);

        (await _node.LedgerAsync(_mailbox)).ShouldBeEmpty();
        Names(Pickup).Count.ShouldBe(4);
    }

    [Test]
    public async Task Visit_WhenTheFileIsEmpty_MakesATicketOfUnknown()
    {
        Drop("empty.eml", "");
        await _node.VisitAsync(_mailbox);

        var ticket = await _node.ReadAsync(db => db.Tickets.AsNoTracking().SingleAsync());
        (ticket.OriginatorEmail, ticket.Subject).ShouldBe(("unknown", "(no subject)"));
    }

    private static List<string> Names(string folder) =>
        Directory.Exists(folder) ? [.. Directory.GetFiles(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)] : [];

    private void Drop(string name, string mail)
    {
        var path = Path.Combine(Pickup, name);
        File.WriteAllText(path, mail);
        File.SetLastWriteTimeUtc(path, _node.Clock.GetUtcNow().UtcDateTime.AddMinutes(-1));
    }
}
