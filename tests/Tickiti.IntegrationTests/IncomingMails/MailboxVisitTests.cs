using Microsoft.EntityFrameworkCore;
using NUnit.Framework;
using Shouldly;
using Tickiti.Domain.IncomingMails;
using Tickiti.Domain.Mailboxes;
using Tickiti.Infrastructure.Persistence;
using Tickiti.IntegrationTests.Common;
using Tickiti.Testing.Wire;

namespace Tickiti.IntegrationTests.IncomingMails;

[TestFixture(DatabaseProvider.Sqlite)]
[TestFixture(DatabaseProvider.PostgreSql)]
public sealed class MailboxVisitTests(DatabaseProvider provider)
{
    private TestDatabase _database = null!;
    private TestNode _node = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _database = await TestDatabase.CreateAsync(provider);
        _node = await _database.StartNodeAsync();
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }
    }

    [Test]
    public async Task Visit_WhenMailWaits_MakesTicketsAndDeletesTheCopies()
    {
        await using var server = new FakePop3Server();
        for (var i = 0; i < 300; i++)
        {
            server.Add(Letters.From($"customer{i}@customer.test", $"Order {i}"));
        }

        var mailbox = await PopMailbox.ConnectAsync(_node, server);
        await _node.VisitAsync(mailbox);

        var rows = await _node.LedgerAsync(mailbox);
        rows.Count.ShouldBe(300);
        rows.Select(row => row.Disposition).Distinct().ShouldBe([Disposition.Ticket]);
        rows.ShouldNotContain(row => row.TicketId == null || row.ResponseId == null || row.IsOnServer);
        rows.Select(row => row.TicketId).Distinct().Count().ShouldBe(300);
        rows.Select(row => row.Subject).ShouldBe(Enumerable.Range(0, 300).Select(i => $"Order {i}"));
        server.Uidls.ShouldBeEmpty();
        var tickets = await _node.ReadAsync(db => db.Tickets.AsNoTracking().Where(ticket => ticket.MailboxId == mailbox.Id).ToListAsync());
        tickets.ShouldContain(ticket => ticket.Subject == "Order 7" && ticket.OriginatorEmail == "customer7@customer.test");
        (await _node.HealthAsync(mailbox)).State.ShouldBe(MailboxState.Ok);
    }

    [Test]
    public async Task Visit_WhenCopiesAreLeft_TakesEachMailOnceAndDeletesWhenTheDaysAreOver()
    {
        await using var server = new FakePop3Server();
        server.Add(Letters.From("a@customer.test", "Left"));
        var mailbox = await PopMailbox.ConnectAsync(
            _node, server, settings => settings with { Pop = settings.Pop with { LeaveOnServer = true, LeaveOnServerDays = 14 } });
        await _node.VisitAsync(mailbox);
        await _node.VisitAsync(mailbox);

        server.Uidls.Count.ShouldBe(1);
        (await _node.LedgerAsync(mailbox)).Single().IsOnServer.ShouldBeTrue();
        server.RetrievalsOf("uidl-1").ShouldBe(1);

        _node.Clock.Advance(TimeSpan.FromDays(14) + TimeSpan.FromMinutes(1));
        await _node.VisitAsync(mailbox);

        server.Uidls.ShouldBeEmpty();
        (await _node.LedgerAsync(mailbox)).Single().IsOnServer.ShouldBeFalse();
    }
}
