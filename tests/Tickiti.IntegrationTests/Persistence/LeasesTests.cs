using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Shouldly;
using Tickiti.Application.Common;
using Tickiti.Infrastructure.Persistence;
using Tickiti.IntegrationTests.Common;

namespace Tickiti.IntegrationTests.Persistence;

[TestFixture(DatabaseProvider.Sqlite)]
[TestFixture(DatabaseProvider.PostgreSql)]
public sealed class LeasesTests(DatabaseProvider provider)
{
    private const string Name = "work";
    private TestDatabase _database = null!;
    private TestNode _first = null!;
    private TestNode _second = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _database = await TestDatabase.CreateAsync(provider);
        _first = await _database.StartNodeAsync();
        _second = await _database.StartNodeAsync();
    }

    [TearDown]
    public async Task StopAsync()
    {
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }
    }

    [Test]
    public async Task Take_WhenSixteenClaimAtOnce_GivesItToOne([Values] bool existed)
    {
        if (existed)
        {
            await Leases(_first).GiveBackAsync((await TakeAsync(_first))!, CancellationToken.None);
        }

        var claims = await Task.WhenAll(Enumerable.Range(0, 16).Select(
            i => Task.Run(() => TakeAsync(i % 2 == 0 ? _first : _second))));

        claims.Count(claim => claim is not null).ShouldBe(1);
    }

    [Test]
    public async Task Take_WhenTheHolderIsSilentTooLong_GoesToTheNext()
    {
        var held = (await TakeAsync(_first))!;
        _second.Clock.Advance(Infrastructure.Persistence.Leases.Duration - TimeSpan.FromSeconds(5));
        (await TakeAsync(_second)).ShouldBeNull();
        _second.Clock.Advance(TimeSpan.FromSeconds(6));

        var taken = await TakeAsync(_second);

        taken.ShouldNotBeNull().Fence.ShouldBeGreaterThan(held.Fence);
    }

    [Test]
    public async Task Renew_WhenInTime_KeepsIt()
    {
        var held = (await TakeAsync(_first))!;
        foreach (var node in new[] { _first, _second })
        {
            node.Clock.Advance(TimeSpan.FromSeconds(20));
        }

        (await Leases(_first).RenewAsync(held, CancellationToken.None)).ShouldBeTrue();
        _second.Clock.Advance(TimeSpan.FromSeconds(20));

        (await TakeAsync(_second)).ShouldBeNull();
    }

    [Test]
    public async Task Write_WhenTheLeaseWasLost_WritesNothing()
    {
        var held = (await TakeAsync(_first))!;
        _second.Clock.Advance(TimeSpan.FromMinutes(1));
        (await TakeAsync(_second)).ShouldNotBeNull();

        (await Leases(_first).RenewAsync(held, CancellationToken.None)).ShouldBeFalse();
        await Should.ThrowAsync<LeaseLostException>(() => WriteAsync(_first, held, "late"));

        (await SettingsAsync()).ShouldNotContain("late");
    }

    [Test]
    public async Task Write_WhenTheLeaseIsHeld_Writes()
    {
        await WriteAsync(_first, (await TakeAsync(_first))!, "in-time");

        (await SettingsAsync()).ShouldContain("in-time");
    }

    [Test]
    public async Task GiveBack_WhenHeld_LetsTheNextTakeItAtOnce()
    {
        await Leases(_first).GiveBackAsync((await TakeAsync(_first))!, CancellationToken.None);

        (await TakeAsync(_second)).ShouldNotBeNull();
    }

    [Test]
    public async Task GiveBack_WhenItWasLost_LeavesItToItsHolder()
    {
        var lost = (await TakeAsync(_first))!;
        _second.Clock.Advance(TimeSpan.FromMinutes(1));
        var held = (await TakeAsync(_second))!;

        await Leases(_first).GiveBackAsync(lost, CancellationToken.None);

        (await Leases(_second).RenewAsync(held, CancellationToken.None)).ShouldBeTrue();
    }

    private static Leases Leases(TestNode node) => node.Services.GetRequiredService<Leases>();

    private static Task<HeldLease?> TakeAsync(TestNode node) => Leases(node).TryTakeAsync(Name, CancellationToken.None);

    private static Task WriteAsync(TestNode node, HeldLease held, string key) => node.InScopeAsync(async scope =>
    {
        var db = scope.GetRequiredService<ITickitiDb>();
        db.Settings.Add(new Setting { Key = key, Value = "" });
        await Leases(node).SaveAsync(db, held, CancellationToken.None);
    });

    private Task<List<string>> SettingsAsync() => _first.InScopeAsync(scope =>
        scope.GetRequiredService<ITickitiDb>().Settings.Select(one => one.Key).ToListAsync());
}
