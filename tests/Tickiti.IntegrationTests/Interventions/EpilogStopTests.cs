using System.Globalization;
using System.Text.Json;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NUnit.Framework;
using Shouldly;
using Tickiti.Application.Common;
using Tickiti.Application.Interventions;
using Tickiti.Application.Templates;
using Tickiti.Application.Tickets;
using Tickiti.Application.Users;
using Tickiti.Domain.Common;
using Tickiti.Domain.Interventions;
using Tickiti.Infrastructure.Interventions;
using Tickiti.Infrastructure.Persistence;
using Tickiti.IntegrationTests.Common;
using Tickiti.Testing;
using Tickiti.Testing.Wire;

namespace Tickiti.IntegrationTests.Interventions;

/// <summary>What becomes of a call under way when its node is stopped.</summary>
[TestFixture(DatabaseProvider.Sqlite)]
[TestFixture(DatabaseProvider.PostgreSql)]
public sealed class EpilogStopTests(DatabaseProvider provider)
{
    private FakeHttpServer _shop = null!;
    private TestDatabase _database = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _shop = new FakeHttpServer();
        _database = await TestDatabase.CreateAsync(provider);
    }

    [TearDown]
    public async Task StopAsync()
    {
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }

        await _shop.DisposeAsync();
    }

    [Test]
    public async Task Stop_WhileACallIsUnderWay_GivesItBackSoThatTheNextStartMakesIt()
    {
        _shop.Conduct = FakeHttpConduct.Stall;
        var first = await StartNodeAsync(stopWithin: TimeSpan.FromMilliseconds(200));
        await AnswerAsync(first);
        await Probe.UntilAsync(() => _shop.Requests.Count == 1);

        await SenderOf(first).StopAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(5));

        var given = await CallAsync(first);
        (given.Status, given.LastError).ShouldBe((EpilogStatus.Queued, "The server stopped before an answer came; it may have arrived."));
        _shop.Conduct = FakeHttpConduct.Answer;
        var next = await StartNodeAsync(stopWithin: TimeSpan.Zero);
        await Probe.UntilAsync(async () => (await CallAsync(next)).Status == EpilogStatus.Delivered, TimeSpan.FromSeconds(5));
        _shop.Requests.Select(one => one.Headers["Tickiti-Delivery"]).Distinct().ShouldHaveSingleItem();
        (await OutcomesAsync(next)).ShouldBe([EpilogOutcome.Unknown, EpilogOutcome.Accepted]);
    }

    [Test]
    public async Task Stop_WhileAnAnswerIsOnItsWay_WaitsForIt()
    {
        _shop.Delay = TimeSpan.FromSeconds(1);
        var node = await StartNodeAsync(stopWithin: TimeSpan.FromSeconds(20));
        await AnswerAsync(node);
        await Probe.UntilAsync(() => _shop.Requests.Count == 1);

        await SenderOf(node).StopAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(10));

        (await CallAsync(node)).Status.ShouldBe(EpilogStatus.Delivered);
        (await OutcomesAsync(node)).ShouldBe([EpilogOutcome.Accepted]);
    }

    [Test]
    public async Task Stop_WhileTheDatabaseIsBroken_DoesNotWaitForTheNextLook()
    {
        var node = await StartNodeAsync(stopWithin: TimeSpan.Zero, pollSeconds: 3600);
        await node.InScopeAsync(scope =>
        {
            var db = scope.GetRequiredService<TickitiDbContext>();
            return db.WriteAsync(token => db.Database.ExecuteSqlRawAsync("ALTER TABLE \"EpilogCalls\" RENAME TO \"Away\"", token), CancellationToken.None);
        });
        node.Services.GetRequiredService<WakeUps>().CallIsDue();
        await Probe.UntilAsync(() => node.Log.Lines.Any(line => line.Contains("The epilog calls cannot be read")));

        await SenderOf(node).StopAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(10));
    }

    private async Task<TestNode> StartNodeAsync(TimeSpan stopWithin, int pollSeconds = 1)
    {
        WireNames.UseInValidators();
        var node = await _database.StartNodeAsync(settings: new Dictionary<string, string?>
        {
            ["Tickiti:Interventions:AllowedAddresses:0"] = "127.0.0.1/32",
            ["Tickiti:Interventions:PollSeconds"] = pollSeconds.ToString(CultureInfo.InvariantCulture),
            ["Tickiti:Interventions:StopWithin"] = stopWithin.ToString("c", CultureInfo.InvariantCulture),
        });
        await SenderOf(node).StartAsync(CancellationToken.None);
        return node;
    }

    private static EpilogSender SenderOf(TestNode node) => node.Services.GetServices<IHostedService>().OfType<EpilogSender>().Single();

    /// <summary>A staff answer to a ticket of an intervention.</summary>
    private async Task AnswerAsync(TestNode node)
    {
        await SendAsync(node, new AddUser("Sue", "sue@desk.test", IsStaff: true, IsAdmin: false));
        await SendAsync(node, new AddTemplate { Type = "intervention", Identifier = "refund.private", Subject = "Refund", Content = "<p>Approve?</p>" });
        await SendAsync(node, new AddIntervention
        {
            Name = "refund",
            Title = "A refund",
            QueueName = "Inbox",
            RemoteEnabled = true,
            RemoteEpilogUrl = _shop.Url,
            RemoteTimeoutSeconds = 60,
        });
        var opened = await SendAsync(node, new OpenTicket("marcus@customer.test", null, null)
        {
            Intervention = "refund",
            Uid = "order-1",
            Bag = new Dictionary<string, JsonElement>(),
        });
        await SendAsync(node, new RespondToTicket("sue@desk.test", "<p>Approved.</p>") { TicketNumber = opened.TicketNumber });
    }

    private static async Task<T> SendAsync<T>(TestNode node, IRequest<Result<T>> request)
    {
        var result = await node.InScopeAsync(scope => scope.GetRequiredService<IMediator>().Send(request, CancellationToken.None));
        result.Error.ShouldBeNull();
        return result.Value;
    }

    private static Task<EpilogCall> CallAsync(TestNode node) => node.InScopeAsync(scope =>
        scope.GetRequiredService<ITickitiDb>().EpilogCalls.AsNoTracking().SingleAsync());

    private static Task<List<EpilogOutcome>> OutcomesAsync(TestNode node) => node.InScopeAsync(scope =>
        scope.GetRequiredService<ITickitiDb>().EpilogAttempts.OrderBy(one => one.Number).Select(one => one.Outcome).ToListAsync());
}
