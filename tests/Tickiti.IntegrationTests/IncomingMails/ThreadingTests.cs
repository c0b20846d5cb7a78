using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Shouldly;
using Tickiti.Application.Common;
using Tickiti.Application.SentMails;
using Tickiti.Domain.IncomingMails;
using Tickiti.Domain.Mailboxes;
using Tickiti.Domain.Tickets;
using Tickiti.Infrastructure.Persistence;
using Tickiti.IntegrationTests.Common;
using Tickiti.Testing.Wire;

namespace Tickiti.IntegrationTests.IncomingMails;

[TestFixture(DatabaseProvider.Sqlite)]
[TestFixture(DatabaseProvider.PostgreSql)]
public sealed class ThreadingTests(DatabaseProvider provider)
{
    private TestDatabase _database = null!;
    private TestNode _node = null!;
    private FakePop3Server _server = null!;
    private Mailbox _mailbox = null!;

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

    [SetUp]
    public async Task ConnectAsync()
    {
        _server = new FakePop3Server();
        _mailbox = await PopMailbox.ConnectAsync(_node, _server);
    }

    [TearDown]
    public async Task DisconnectAsync() => await _server.DisposeAsync();

    [Test]
    public async Task Reply_WhenItCarriesOurId_JoinsTheTicketAndOpensItAgain()
    {
        var first = await TakeAsync(Letters.From("a@customer.test", "Broken"));
        await CloseAsync(first.TicketId!.Value);
        var id = _node.Services.GetRequiredService<MessageIds>().Create(first.TicketId, 4711, "desk.test");
        var reply = await TakeAsync(Letters.From("a@customer.test", "Re: Broken", "Still broken.\r\n", $"In-Reply-To: <{id}>\r\n"));

        (reply.Disposition, reply.TicketId).ShouldBe((Disposition.Reply, first.TicketId));
        var ticket = await TicketAsync(first.TicketId.Value);
        (ticket.Status, ticket.ResponseCount).ShouldBe((TicketStatus.Open, 2));
        (await ResponsesAsync(ticket.Id)).Last().ThreadConfidence.ShouldBe(ThreadConfidence.High);
    }

    [Test]
    public async Task Reply_WhenAStrangerProvesIt_MakesHimAParticipantWithANote()
    {
        var first = await TakeAsync(Letters.From("a@customer.test", "Broken"));
        var id = _node.Services.GetRequiredService<MessageIds>().Create(first.TicketId, 4712, "desk.test");
        await TakeAsync(Letters.From("Colleague@customer.test", "Re: Broken", headers: $"References: <x@y> <{id}>\r\n"));

        (await TicketAsync(first.TicketId!.Value)).Participants.Select(one => one.Email).ShouldContain("colleague@customer.test");
        (await ResponsesAsync(first.TicketId.Value)).Select(one => one.IsInternal).ShouldBe([false, true, false]);
    }

    [Test]
    public async Task OwnMail_WhenItComesBack_IsALoop()
    {
        var first = await TakeAsync(Letters.From("a@customer.test", "Broken"));
        var ids = _node.Services.GetRequiredService<MessageIds>();
        var own = await TakeAsync(Letters.From("support@desk.test", "Re: Broken").Replace(
            "Message-ID: <", $"Message-ID: <{ids.Create(first.TicketId, 4713, "desk.test")}>\r\nX-Was: <", StringComparison.Ordinal));
        var marked = await TakeAsync(Letters.From(
            "support@desk.test", "We got your mail", headers: $"{LoopHeader.Name}: <{ids.Create(null, 4714, "desk.test")}>\r\n"));

        (own.Disposition, own.Reason).ShouldBe((Disposition.Loop, "own_message_id"));
        (marked.Disposition, marked.Reason).ShouldBe((Disposition.Loop, "loop_header"));
    }

    [Test]
    public async Task Reply_WhenASignatureIsForged_ProvesNothing()
    {
        var first = await TakeAsync(Letters.From("a@customer.test", "Broken"));
        var forged = string.Create(CultureInfo.InvariantCulture, $"tk.{first.TicketId}.1.{new string('0', 24)}@desk.test");
        var mail = await TakeAsync(Letters.From("stranger@other.test", "Hello", headers: $"In-Reply-To: <{forged}>\r\n"));

        mail.Disposition.ShouldBe(Disposition.Ticket);
        mail.TicketId.ShouldNotBe(first.TicketId);
    }

    [Test]
    public async Task Reply_WhenAParticipantAnswersHisOwnMail_Joins()
    {
        var first = await TakeAsync(Letters.From("a@customer.test", "Broken"));
        var second = await TakeAsync(Letters.From("a@customer.test", "One more thing", headers: $"In-Reply-To: <{first.MessageId}>\r\n"));

        (second.Disposition, second.TicketId).ShouldBe((Disposition.Reply, first.TicketId));
        (await ResponsesAsync(first.TicketId!.Value)).Last().ThreadConfidence.ShouldBe(ThreadConfidence.Medium);
    }

    [Test]
    public async Task Reply_WhenBothAreInOneBatch_Joins()
    {
        var first = Letters.From("a@customer.test", "Broken", headers: "X-Test: batch\r\n");
        var id = first.Split("Message-ID: <")[1].Split('>')[0];
        _server.Add(first);
        _server.Add(Letters.From("a@customer.test", "Re: Broken", headers: $"In-Reply-To: <{id}>\r\n"));
        _server.Add(first);
        await _node.VisitAsync(_mailbox);

        var rows = await _node.LedgerAsync(_mailbox);
        rows.Select(row => row.Disposition).ShouldBe([Disposition.Ticket, Disposition.Reply, Disposition.Duplicate]);
        rows[1].TicketId.ShouldBe(rows[0].TicketId);
    }

    [Test]
    public async Task Reply_WhenOnlyTheSubjectTells_JoinsParticipantsAlone()
    {
        var first = await TakeAsync(Letters.From("a@customer.test", "Broken"));
        var tag = string.Create(CultureInfo.InvariantCulture, $"Re: Broken [#{Ticket.NumberOf(first.TicketId!.Value)}]");
        var known = await TakeAsync(Letters.From("A@Customer.test", tag));
        var stranger = await TakeAsync(Letters.From("stranger@other.test", tag));

        (known.Disposition, known.TicketId).ShouldBe((Disposition.Reply, first.TicketId));
        stranger.Disposition.ShouldBe(Disposition.Ticket);
        (await ResponsesAsync(first.TicketId.Value)).Last().Text.ShouldContain("became ticket");
        (await ResponsesAsync(stranger.TicketId!.Value)).Last().Text.ShouldContain("takes no part");
    }

    [Test]
    public async Task AutoReply_WhenItThreads_IsANoteAndOpensNothing()
    {
        var first = await TakeAsync(Letters.From("a@customer.test", "Broken"));
        await CloseAsync(first.TicketId!.Value);
        var reply = await TakeAsync(Letters.From(
            "a@customer.test", "Out of office", headers: $"In-Reply-To: <{first.MessageId}>\r\nAuto-Submitted: auto-replied\r\n"));

        (reply.Disposition, reply.TicketId).ShouldBe((Disposition.AutoReply, first.TicketId));
        (await TicketAsync(first.TicketId.Value)).Status.ShouldBe(TicketStatus.Closed);
        (await ResponsesAsync(first.TicketId.Value)).Last().IsInternal.ShouldBeTrue();
    }

    [Test]
    public async Task Copy_WhenItComesToAnotherMailbox_IsADuplicateForSevenDays()
    {
        var mail = Letters.From("a@customer.test", "To both of you");
        var first = await TakeAsync(mail);
        await using var otherServer = new FakePop3Server();
        var other = await PopMailbox.ConnectAsync(_node, otherServer);
        otherServer.Add("Received: by another way\r\n" + mail);
        await _node.VisitAsync(other);

        (await _node.LedgerAsync(other)).Single().Disposition.ShouldBe(Disposition.Duplicate);
        (await ResponsesAsync(first.TicketId!.Value)).Last().Text.ShouldContain(other.Address);

        _node.Clock.Advance(TimeSpan.FromDays(8));
        await using var thirdServer = new FakePop3Server();
        var third = await PopMailbox.ConnectAsync(_node, thirdServer);
        thirdServer.Add(mail);
        await _node.VisitAsync(third);
        (await _node.LedgerAsync(third)).Single().Disposition.ShouldBe(Disposition.Ticket);
    }

    [Test]
    public async Task Mail_WhenTheIntakeIsManual_IsHeld()
    {
        await using var server = new FakePop3Server();
        var mailbox = await PopMailbox.ConnectAsync(_node, server, settings => settings with { Intake = Intake.Manual });
        server.Add(Letters.From("a@customer.test", "Wait"));
        await _node.VisitAsync(mailbox);

        var row = (await _node.LedgerAsync(mailbox)).Single();
        (row.Disposition, row.TicketId).ShouldBe((Disposition.Held, null));
    }

    [Test]
    public async Task Mail_WhenOnlyNewIsWanted_LeavesAloneWhatLayThere()
    {
        await using var server = new FakePop3Server();
        server.Add(Letters.From("a@customer.test", "Old"));
        var mailbox = await PopMailbox.ConnectAsync(_node, server, settings => settings with { Import = Import.New });
        await _node.VisitAsync(mailbox);
        server.Add(Letters.From("a@customer.test", "New"));
        await _node.VisitAsync(mailbox);

        (await _node.LedgerAsync(mailbox)).Select(row => row.Disposition).ShouldBe([Disposition.SkippedExisting, Disposition.Ticket]);
        server.Uidls.ShouldBe(["uidl-1"]);
        server.RetrievalsOf("uidl-1").ShouldBe(0);
    }

    [Test]
    public async Task Health_WhenCredentialsAreRefused_SaysSoAndIsClearedByAChange()
    {
        await using var server = new FakePop3Server { UserName = "support", Password = "another" };
        var mailbox = await PopMailbox.ConnectAsync(_node, server);
        await _node.VisitAsync(mailbox);

        var health = await _node.HealthAsync(mailbox);
        health.State.ShouldBe(MailboxState.CredentialsRefused);
        (health.NextTryAt - _node.Clock.GetUtcNow()).ShouldBeGreaterThan(TimeSpan.FromMinutes(14));
    }

    [Test]
    public async Task Health_WhenTheServerIsGone_BacksOffAndFails()
    {
        await using var server = new FakePop3Server { Misbehave = _ => FakeFault.Cut };
        var mailbox = await PopMailbox.ConnectAsync(_node, server);
        var delays = new List<TimeSpan>();
        for (var i = 0; i < 7; i++)
        {
            await _node.VisitAsync(mailbox);
            delays.Add((await _node.HealthAsync(mailbox)).NextTryAt - _node.Clock.GetUtcNow());
        }

        (await _node.HealthAsync(mailbox)).State.ShouldBe(MailboxState.Failing);
        delays[0].ShouldBeLessThan(TimeSpan.FromSeconds(31));
        delays[6].ShouldBeInRange(TimeSpan.FromMinutes(11), TimeSpan.FromMinutes(15));
        _node.Log.Lines.Count(line => line.Contains("Alarm inbox_errors") && line.Contains($"mailbox {mailbox.Id} ")).ShouldBe(1);

        server.Misbehave = null;
        await _node.VisitAsync(mailbox);
        (await _node.HealthAsync(mailbox)).State.ShouldBe(MailboxState.Ok);
    }

    private async Task<IncomingMail> TakeAsync(string mail)
    {
        _server.Add(mail);
        await _node.VisitAsync(_mailbox);
        return (await _node.LedgerAsync(_mailbox))[^1];
    }

    private Task CloseAsync(long ticketId) => _node.InScopeAsync(async scope =>
    {
        var db = scope.GetRequiredService<ITickitiDb>();
        var ticket = await db.Tickets.SingleAsync(one => one.Id == ticketId);
        ticket.SetStatus(TicketStatus.Closed, null, _node.Clock.GetUtcNow());
        await db.SaveChangesAsync(CancellationToken.None);
    });

    private Task<Ticket> TicketAsync(long id) =>
        _node.ReadAsync(db => db.Tickets.AsNoTracking().Include(ticket => ticket.Participants).SingleAsync(ticket => ticket.Id == id));

    private Task<List<Response>> ResponsesAsync(long ticketId) =>
        _node.ReadAsync(db => db.Responses.AsNoTracking().Where(one => one.TicketId == ticketId).OrderBy(one => one.Id).ToListAsync());
}
