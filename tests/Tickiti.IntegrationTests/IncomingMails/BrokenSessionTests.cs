using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Shouldly;
using Tickiti.Domain.IncomingMails;
using Tickiti.Domain.Mailboxes;
using Tickiti.Infrastructure.Persistence;
using Tickiti.IntegrationTests.Common;
using Tickiti.Mail.Pop3;
using Tickiti.Mail.Transport;
using Tickiti.Testing.Wire;

namespace Tickiti.IntegrationTests.IncomingMails;

/// <summary>Whatever breaks, and wherever: one ticket a mail, no mail lost, and the ledger says where each one is.</summary>
[TestFixture(DatabaseProvider.Sqlite)]
[TestFixture(DatabaseProvider.PostgreSql)]
public sealed class BrokenSessionTests(DatabaseProvider provider)
{
    private const int Mails = 12;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(700);

    private TestDatabase _database = null!;
    private TestNode _node = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _database = await TestDatabase.CreateAsync(provider);
        _node = await _database.StartNodeAsync(BeImpatient);
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
    public async Task Visit_WhenAStepBreaks_TakesEachMailOnceInTheEnd(
        [Values("CONNECT", "CAPA", "PASS", "LIST", "UIDL", "RETR", "RETR 5", "DELE", "DELE 5", "QUIT")] string step,
        [Values("cut", "cut after effect", "stall", "garbage", "refusal")] string fault)
    {
        await using var server = new FakePop3Server();
        Fill(server);
        var mailbox = await PopMailbox.ConnectAsync(_node, server);
        var (verb, nth) = step.Split(' ') is [var word, var number] ? (word, int.Parse(number, CultureInfo.InvariantCulture)) : (step, 1);
        server.Misbehave = command => command.Verb == verb && command.Nth == nth ? Fault(fault) : null;
        await _node.VisitAsync(mailbox);
        server.Misbehave = null;
        await _node.VisitAsync(mailbox);
        await _node.VisitAsync(mailbox);

        await ShouldBalanceAsync(mailbox);
        server.Uidls.ShouldBeEmpty();
    }

    [Test]
    public async Task Visit_WhenOneMailBreaksEachSession_FetchesTheOthers()
    {
        await using var server = new FakePop3Server();
        Fill(server);
        var mailbox = await PopMailbox.ConnectAsync(_node, server);
        server.Misbehave = command => command is { Verb: "RETR", Argument: "1" } && server.Uidls.Contains("uidl-1") ? FakeFault.Cut : null;
        for (var i = 0; i < 4; i++)
        {
            await _node.VisitAsync(mailbox);
        }

        (await _node.LedgerAsync(mailbox)).Count.ShouldBe(Mails - 1);
        server.Uidls.ShouldBe(["uidl-1"]);
        (await _node.HealthAsync(mailbox)).State.ShouldBe(MailboxState.Ok);
    }

    [Test]
    public async Task Visit_WhenTwoNodesComeAtOnce_TakesEachMailOnce()
    {
        var other = await _database.StartNodeAsync(BeImpatient);
        await using var server = new FakePop3Server();
        for (var i = 0; i < 300; i++)
        {
            server.Add(Letters.From($"customer{i}@customer.test", $"Order {i}"));
        }

        var mailbox = await PopMailbox.ConnectAsync(_node, server);
        for (var i = 0; i < 3; i++)
        {
            await Task.WhenAll(_node.VisitAsync(mailbox), other.VisitAsync(mailbox));
        }

        var rows = await _node.LedgerAsync(mailbox);
        rows.Count(row => row.Disposition == Disposition.Ticket).ShouldBe(300);
        rows.Count.ShouldBe(300);
        server.Uidls.ShouldBeEmpty();
    }

    [Test]
    public async Task Visit_WhenAnIdIsGivenAgainToAnotherMail_TakesBoth()
    {
        await using var server = new FakePop3Server();
        var mailbox = await PopMailbox.ConnectAsync(_node, server);
        server.Add(Letters.Bytes(Letters.From("a@customer.test", "First")), "reused");
        await _node.VisitAsync(mailbox);
        server.Add(Letters.Bytes(Letters.From("a@customer.test", "Second, of another size")), "reused");
        await _node.VisitAsync(mailbox);

        (await _node.LedgerAsync(mailbox)).Count.ShouldBe(2);
    }

    [Test]
    public async Task Visit_WhenAnIdIsGivenAgainToAMailOfTheSameSize_TakesBothAndDeletesNoneUnread()
    {
        await using var server = new FakePop3Server();
        var mailbox = await PopMailbox.ConnectAsync(_node, server);
        foreach (var subject in (string[])["Number 1", "Number 2", "Number 3"])
        {
            server.Add(Letters.Bytes(Letters.From("a@customer.test", subject)), "reused");
            await _node.VisitAsync(mailbox);
        }

        (await _node.LedgerAsync(mailbox)).Select(row => (row.Subject, row.Disposition)).ShouldBe(
            [("Number 1", Disposition.Ticket), ("Number 2", Disposition.Ticket), ("Number 3", Disposition.Ticket)]);
        server.RetrievalsOf("reused").ShouldBe(3);
        server.Uidls.ShouldBeEmpty();
    }

    [Test]
    public async Task Visit_WhenADeletedMailIsThereAgain_ReadsItBeforeItGoes()
    {
        await using var server = new FakePop3Server();
        var mailbox = await PopMailbox.ConnectAsync(_node, server);
        var mail = Letters.Bytes(Letters.From("a@customer.test", "Restored"));
        server.Add(mail, "restored");
        await _node.VisitAsync(mailbox);
        server.Add(mail, "restored");
        await _node.VisitAsync(mailbox);

        (await _node.LedgerAsync(mailbox)).Single().Disposition.ShouldBe(Disposition.Ticket);
        server.RetrievalsOf("restored").ShouldBe(2);
        server.Uidls.ShouldBeEmpty();
    }

    [Test]
    public async Task Visit_WhenAnIdIsNotPlainText_TakesTheMailOnce()
    {
        await using var server = new FakePop3Server();
        var mailbox = await PopMailbox.ConnectAsync(
            _node, server, settings => settings with { Pop = settings.Pop with { LeaveOnServer = true, LeaveOnServerDays = 14 } });
        server.Add(Letters.Bytes(Letters.From("a@customer.test", "Odd")), "\u007fid\u0085\u00a0x");
        server.Add(Letters.Bytes(Letters.From("a@customer.test", "Plain")), "plain");
        await _node.VisitAsync(mailbox);
        await _node.VisitAsync(mailbox);

        (await _node.LedgerAsync(mailbox)).Select(row => row.Subject).ShouldBe(["Odd", "Plain"]);
    }

    [Test]
    public async Task Visit_WhenServersUnderstateSizes_TakesEverythingInParts()
    {
        await using var server = new FakePop3Server { ListedSize = _ => 1 };
        var mailbox = await PopMailbox.ConnectAsync(_node, server);
        for (var i = 0; i < 12; i++)
        {
            server.Add(Letters.Bytes(Letters.From("a@customer.test", $"Large {i}", new string('x', 2 * 1024 * 1024) + "\r\n")));
        }

        for (var visits = 0; visits < 10 && server.Uidls.Count > 0; visits++)
        {
            await _node.VisitAsync(mailbox);
        }

        (await _node.LedgerAsync(mailbox)).Count(row => row.Disposition == Disposition.Ticket).ShouldBe(12);
        server.Uidls.ShouldBeEmpty();
    }

    [Test]
    public async Task Visit_WhenTwoMailsShareAnId_TakesBoth()
    {
        await using var server = new FakePop3Server();
        server.Add(Letters.Bytes(Letters.From("a@customer.test", "Same size 1")), "shared");
        server.Add(Letters.Bytes(Letters.From("a@customer.test", "Same size 2")), "shared");
        var mailbox = await PopMailbox.ConnectAsync(_node, server);
        await _node.VisitAsync(mailbox);

        (await _node.LedgerAsync(mailbox)).Count(row => row.Disposition == Disposition.Ticket).ShouldBe(2);
        server.Uidls.ShouldBeEmpty();
    }

    private static void BeImpatient(IServiceCollection services) =>
        services.AddSingleton(Pop3ClientOptions.Default with
        {
            Transport = MailTransportOptions.Default with
            {
                Timeouts = new MailTimeouts
                {
                    Connect = Patience,
                    Tls = Patience,
                    Greeting = Patience,
                    Command = Patience,
                    Data = Patience,
                    Quit = Patience,
                },
            },
        });

    private static FakeFault Fault(string name) => name switch
    {
        "cut" => FakeFault.Cut,
        "cut after effect" => FakeFault.CutAfterEffect,
        "stall" => FakeFault.Stall,
        "garbage" => FakeFault.Garbage,
        _ => FakeFault.Reply("-ERR not now"),
    };

    private static void Fill(FakePop3Server server)
    {
        for (var i = 0; i < Mails; i++)
        {
            server.Add(Letters.From($"customer{i}@customer.test", $"Order {i}"));
        }
    }

    private async Task ShouldBalanceAsync(Mailbox mailbox)
    {
        var rows = await _node.LedgerAsync(mailbox);
        rows.Select(row => (row.Disposition, row.IsOnServer)).Distinct().ShouldBe([(Disposition.Ticket, false)]);
        rows.Select(row => row.Subject).Order().ShouldBe(Enumerable.Range(0, Mails).Select(i => $"Order {i}").Order());
        (await _node.ReadAsync(db => db.Tickets.CountAsync(ticket => ticket.MailboxId == mailbox.Id))).ShouldBe(Mails);
        (await _node.HealthAsync(mailbox)).State.ShouldBe(MailboxState.Ok);
    }
}
