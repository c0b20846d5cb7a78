using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Shouldly;
using Tickiti.Application.Common;
using Tickiti.Infrastructure.Persistence;
using Tickiti.IntegrationTests.Common;

namespace Tickiti.IntegrationTests.Persistence;

/// <summary>Writers that share a commit are answered each for himself.</summary>
public sealed class PostgreSqlInsertGateTests
{
    private TestDatabase _database = null!;
    private TestNode _node = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _database = await TestDatabase.CreateAsync(DatabaseProvider.PostgreSql);
        _node = await _database.StartNodeAsync();
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
    public async Task Save_WhenManyComeAtOnceAndEveryThirdKeyIsTaken_RefusesThoseAlone()
    {
        await SaveAsync("taken", "before");

        var refused = await Task.WhenAll(Enumerable.Range(0, 300).Select(i => Task.Run(() => IsRefusedAsync(i))));

        refused.Index().ShouldAllBe(one => one.Item == (one.Index % 3 == 0));
        var keys = await _node.InScopeAsync(scope =>
            scope.GetRequiredService<ITickitiDb>().Settings.Where(one => one.Key.StartsWith("gate:")).Select(one => one.Key).ToListAsync());
        keys.Order().ShouldBe(Enumerable.Range(0, 300).Where(i => i % 3 != 0).Select(i => $"gate:{i}").Order());
    }

    [Test]
    public async Task Save_WhenTheSameNewKeyComesManyTimesAtOnce_LetsOneIn()
    {
        var refused = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(() => IsRefusedAsync("same", $"{i}"))));

        refused.Count(one => !one).ShouldBe(1);
    }

    [Test]
    public async Task Save_WhenCancelledBeforeItsTurn_WritesNothing()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => SaveAsync("cancelled", "", cancelled.Token));

        (await _node.InScopeAsync(scope => scope.GetRequiredService<ITickitiDb>().Settings.AnyAsync(one => one.Key == "cancelled")))
            .ShouldBeFalse();
    }

    private Task<bool> IsRefusedAsync(int i) => i % 3 == 0 ? IsRefusedAsync("taken", "again") : IsRefusedAsync($"gate:{i}", "");

    private async Task<bool> IsRefusedAsync(string key, string value)
    {
        try
        {
            await SaveAsync(key, value);
            return false;
        }
        catch (WriteConflictException)
        {
            return true;
        }
    }

    private Task SaveAsync(string key, string value, CancellationToken cancellationToken = default) => _node.InScopeAsync(async scope =>
    {
        var db = scope.GetRequiredService<ITickitiDb>();
        db.Settings.Add(new Setting { Key = key, Value = value });
        await db.SaveChangesAsync(cancellationToken);
    });
}
