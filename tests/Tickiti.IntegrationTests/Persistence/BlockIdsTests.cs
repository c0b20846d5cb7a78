using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Shouldly;
using Tickiti.Application.Common;
using Tickiti.Infrastructure.Persistence;
using Tickiti.IntegrationTests.Common;

namespace Tickiti.IntegrationTests.Persistence;

[TestFixture(DatabaseProvider.Sqlite)]
[TestFixture(DatabaseProvider.PostgreSql)]
public sealed class BlockIdsTests(DatabaseProvider provider)
{
    private TestDatabase _database = null!;

    [SetUp]
    public async Task CreateAsync() => _database = await TestDatabase.CreateAsync(provider);

    [TearDown]
    public async Task DropAsync()
    {
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }
    }

    [Test]
    public async Task Next_WhenManyAskAtOnce_GivesEachIdOnceAndNoneAway()
    {
        var node = await _database.StartNodeAsync();

        var ids = await Task.WhenAll(Enumerable.Range(0, 300).Select(_ => Task.Run(() => NextAsync<Thing>(node))));

        ids.Order().ShouldBe(Enumerable.Range(1, 300).Select(id => (long)id));
    }

    [Test]
    public async Task Next_WhenTwoNodesAskAtOnce_NeverGivesAnIdTwice()
    {
        var first = await _database.StartNodeAsync();
        var second = await _database.StartNodeAsync();

        var ids = await Task.WhenAll(Enumerable.Range(0, 600).Select(
            i => Task.Run(() => NextAsync<Thing>(i % 2 == 0 ? first : second))));

        ids.ShouldBeUnique();
        ids.ShouldAllBe(id => id > 0);
    }

    [Test]
    public async Task Next_AfterAGracefulStop_GoesOnWithoutAGap()
    {
        var first = await _database.StartNodeAsync();
        (await NextAsync<Thing>(first)).ShouldBe(1);
        await first.StopAsync();

        (await NextAsync<Thing>(await _database.StartNodeAsync())).ShouldBe(2);
    }

    [Test]
    public async Task Next_AfterACrash_SkipsTheRestOfTheBlockAndRepeatsNothing()
    {
        var first = await _database.StartNodeAsync();
        (await NextAsync<Thing>(first)).ShouldBe(1);

        (await NextAsync<Thing>(await _database.StartNodeAsync())).ShouldBe(51);
    }

    [Test]
    public async Task Stop_WhenTheDatabaseIsAway_LeavesAHoleAndEnds()
    {
        var node = await _database.StartNodeAsync();
        await NextAsync<Thing>(node);
        var ids = node.Services.GetRequiredService<BlockIds>();
        await node.DisposeAsync();

        await Should.NotThrowAsync(() => ids.StopAsync(CancellationToken.None));
    }

    [Test]
    public async Task Stop_WhenAnotherNodeTookTheNextBlock_GivesNothingBackThatIsInUse()
    {
        var first = await _database.StartNodeAsync();
        var second = await _database.StartNodeAsync();
        await NextAsync<Thing>(first);
        var taken = await NextAsync<Thing>(second);

        await first.StopAsync();

        var later = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(() => NextAsync<Thing>(second))));
        later.Append(taken).ShouldBeUnique();
        later.ShouldAllBe(id => id > taken);
    }

    [Test]
    public async Task Next_OfAnotherKind_CountsByItself()
    {
        var node = await _database.StartNodeAsync();
        await NextAsync<Thing>(node);

        (await NextAsync<OtherThing>(node)).ShouldBe(1);
    }

    [Test]
    public async Task Reserve_WhenSomeAreTaken_GoesOnBehindThem()
    {
        var node = await _database.StartNodeAsync();

        await node.Services.GetRequiredService<IIds>().ReserveAsync<Thing>(7, CancellationToken.None);

        (await NextAsync<Thing>(node)).ShouldBe(8);
    }

    private static Task<long> NextAsync<T>(TestNode node) =>
        node.Services.GetRequiredService<IIds>().NextAsync<T>(CancellationToken.None).AsTask();

    private sealed class Thing;

    private sealed class OtherThing;
}
