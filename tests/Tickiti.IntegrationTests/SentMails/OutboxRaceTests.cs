using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Shouldly;
using Tickiti.Application.Common;
using Tickiti.Domain.SentMails;
using Tickiti.Infrastructure.Persistence;
using Tickiti.Testing;
using Tickiti.Testing.Wire;

namespace Tickiti.IntegrationTests.SentMails;

/// <summary>Somebody else is at work on the very mail that is being sent, or on its mailbox.</summary>
[TestFixture(DatabaseProvider.Sqlite)]
[TestFixture(DatabaseProvider.PostgreSql)]
public sealed class OutboxRaceTests(DatabaseProvider provider)
{
    private FakeSmtpServer _server = null!;
    private OutboxHouse _house = null!;
    private ManualResetEventSlim _gate = null!;

    [SetUp]
    public async Task BuildAsync()
    {
        _gate = new ManualResetEventSlim();
        _server = new FakeSmtpServer();
        _house = await OutboxHouse.BuildAsync(provider, _server);
    }

    [TearDown]
    public async Task CloseAsync()
    {
        _gate.Set();
        if (_house is not null)
        {
            await _house.DisposeAsync();
        }

        await _server.DisposeAsync();
        _gate.Dispose();
    }

    [Test]
    public async Task Send_WhenTheLeaseIsLostAndFreeAgain_SendsTheRest()
    {
        await _house.SendWellAsync();
        _server.Misbehave = command => command.Verb == "DATA" ? Pass() : null;
        var ids = await _house.QueueManyAsync([.. Enumerable.Range(0, 20).Select(i => $"c{i}@customer.test")]);
        await Probe.UntilAsync(() => _server.CountOfCommand("DATA") >= 2);

        await _house.Node.InScopeAsync(scope =>
        {
            var db = scope.GetRequiredService<ITickitiDb>();
            return db.WriteAsync(
                token => db.Leases.Where(lease => lease.Name == "outbox:2").ExecuteUpdateAsync(
                    set => set.SetProperty(lease => lease.Owner, (string?)null).SetProperty(lease => lease.Fence, lease => lease.Fence + 1),
                    token),
                CancellationToken.None);
        });
        _gate.Set();
        await Probe.UntilAsync(() => _house.Node.Log.Lines.Any(line => line.Contains("was interrupted", StringComparison.Ordinal)));
        _house.Node.Clock.Advance(TimeSpan.FromSeconds(10));

        foreach (var id in ids)
        {
            await _house.UntilAsync(id, SentMailStatus.Sent);
        }

        _server.Messages.Count.ShouldBe(1 + ids.Count);
    }

    [Test]
    public async Task Resend_WhileTheRestIsTried_IsNotOverwritten([Values] bool refused)
    {
        var tries = 0;
        _server.Misbehave = command =>
        {
            if (command.Verb != "RCPT" || !command.Argument.Contains("bob@", StringComparison.Ordinal))
            {
                return null;
            }

            return Interlocked.Increment(ref tries) switch
            {
                1 => FakeFault.Reply("450 4.2.0 Later"),
                2 => Pass() ?? (refused ? FakeFault.Reply("550 5.1.1 Unknown") : null),
                _ => null,
            };
        };
        await OutboxHouse.SendAsync(_house.Node);
        var id = await _house.QueueAsync("unknown@customer.test", ["bob@customer.test"]);
        await _house.UntilAsync(id, one => one.AttemptCount == 1);
        _house.Node.Clock.Advance(TimeSpan.FromMinutes(7));
        await Probe.UntilAsync(() => Volatile.Read(ref tries) == 2);

        await _house.ChangeAsync(id, (one, now) => one.Resend(now).IsSuccess.ShouldBeTrue());
        _gate.Set();

        var mail = await _house.UntilAsync(id, SentMailStatus.Failed);
        mail.Recipients.OrderBy(one => one.Ordinal).Select(one => one.Status)
            .ShouldBe([SentMailStatus.Failed, refused ? SentMailStatus.Failed : SentMailStatus.Sent]);
        mail.AttemptCount.ShouldBe(refused ? 3 : 2);
        _server.Messages.Count.ShouldBe(refused ? 0 : 1);
    }

    [Test]
    public async Task Report_WhileTheRestIsSent_IsKept()
    {
        var tries = 0;
        _server.Misbehave = command => command switch
        {
            { Verb: "RCPT" } when command.Argument.Contains("bob@", StringComparison.Ordinal) =>
                Interlocked.Increment(ref tries) == 1 ? FakeFault.Reply("450 4.2.0 Later") : null,
            { Verb: "END", Nth: 1 } => FakeFault.CutAfterEffect,
            { Verb: "END", Nth: 2 } => Pass(),
            _ => null,
        };
        await OutboxHouse.SendAsync(_house.Node);
        var id = await _house.QueueAsync("ada@customer.test", ["bob@customer.test"]);
        (await _house.UntilAsync(id, one => one.AttemptCount == 1)).Recipients.ShouldContain(one => one.Status == SentMailStatus.Uncertain);
        await Probe.UntilAsync(async () => await _house.StateAsync() is not null);
        _house.Node.Clock.Advance(TimeSpan.FromMinutes(7));
        await Probe.UntilAsync(() => _server.CountOfCommand("END") == 2);

        await _house.ChangeAsync(id, (one, now) => one.TakeReport(
            new DeliveryNotice(DeliveryEvent.Delivered, ReportProof.Verified, "report", now) { Recipient = "ada@customer.test" }));
        _gate.Set();

        var mail = await _house.UntilAsync(id, one => one.AttemptCount == 2);
        mail.Recipients.ShouldAllBe(one => one.Status == SentMailStatus.Sent);
        mail.Status.ShouldBe(SentMailStatus.Sent);
    }

    [Test]
    public async Task Send_WhileNothingCanBeWritten_IsRecordedOnceItCan()
    {
        _server.Misbehave = command => command is { Verb: "END", Nth: 1 } ? Pass() : null;
        await OutboxHouse.SendAsync(_house.Node);
        var id = await _house.QueueAsync("ada@customer.test");
        await Probe.UntilAsync(() => _server.CountOfCommand("END") == 1);
        await OnDatabaseAsync("ALTER TABLE \"SentMailAttempts\" RENAME TO \"Away\"");

        _gate.Set();

        await Probe.UntilAsync(() => _house.Node.Log.Lines.Count(line => line.Contains("could not be written", StringComparison.Ordinal)) >= 2);
        (await _house.LoadAsync(id)).Status.ShouldBe(SentMailStatus.Sending);
        await OnDatabaseAsync("ALTER TABLE \"Away\" RENAME TO \"SentMailAttempts\"");
        (await _house.UntilAsync(id, SentMailStatus.Sent)).AttemptCount.ShouldBe(1);
        (await _house.AttemptsAsync(id)).Count.ShouldBe(1);
        _server.Messages.Count.ShouldBe(1);
    }

    private Task<int> OnDatabaseAsync(string statement) => _house.Node.InScopeAsync(scope =>
    {
        var db = scope.GetRequiredService<TickitiDbContext>();
        return db.WriteAsync(token => db.Database.ExecuteSqlRawAsync(statement, token), CancellationToken.None);
    });

    // The server goes on when the test says so.
    private FakeFault? Pass()
    {
        _gate.Wait(TimeSpan.FromSeconds(20));
        return null;
    }
}
