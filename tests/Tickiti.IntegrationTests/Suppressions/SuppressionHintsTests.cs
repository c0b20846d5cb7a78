using MediatR;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Shouldly;
using Tickiti.Application.Suppressions;
using Tickiti.Domain.Common;
using Tickiti.Infrastructure.Persistence;
using Tickiti.IntegrationTests.Common;
using Tickiti.Testing;

namespace Tickiti.IntegrationTests.Suppressions;

/// <summary>What spares a queued mail its question must never say "no" of somebody who is suppressed.</summary>
[TestFixture(DatabaseProvider.Sqlite)]
[TestFixture(DatabaseProvider.PostgreSql)]
public sealed class SuppressionHintsTests(DatabaseProvider provider)
{
    private TestDatabase _database = null!;
    private TestNode _node = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _database = await TestDatabase.CreateAsync(provider);
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
    public async Task MayHold_OfStrangers_IsNo() => (await MayHoldAsync("a@customer.test", "b@customer.test")).ShouldBeFalse();

    [Test]
    public async Task MayHold_FromTheMomentOneIsAdded_IsPerhaps()
    {
        (await MayHoldAsync("dead@customer.test")).ShouldBeFalse();

        await AddAsync(_node, "Dead@customer.test");

        (await MayHoldAsync("a@customer.test", "dead@customer.test")).ShouldBeTrue();
        (await MayHoldAsync("a@customer.test")).ShouldBeFalse();
    }

    [Test]
    public async Task MayHold_OfWhatWasThereAtTheStart_IsPerhaps()
    {
        await AddAsync(_node, "dead@customer.test");
        var later = await _database.StartNodeAsync();

        (await MayHoldAsync(later, "dead@customer.test")).ShouldBeTrue();
    }

    [Test]
    public async Task MayHold_WhenAnotherNodeAddsOne_IsPerhapsWithinASecond()
    {
        if (provider == DatabaseProvider.Sqlite)
        {
            Assert.Ignore("A SQLite file has one node.");
        }

        var other = await _database.StartNodeAsync();
        (await MayHoldAsync("dead@customer.test")).ShouldBeFalse();

        await AddAsync(other, "dead@customer.test");

        await Probe.UntilAsync(() => MayHoldAsync("dead@customer.test"), TimeSpan.FromSeconds(5));
    }

    private Task<bool> MayHoldAsync(params string[] addressKeys) => MayHoldAsync(_node, addressKeys);

    private static async Task<bool> MayHoldAsync(TestNode node, params string[] addressKeys) =>
        await node.Services.GetRequiredService<ISuppressionHints>().MayHoldAsync(addressKeys, CancellationToken.None);

    private static Task<Result<SuppressionRead>> AddAsync(TestNode node, string email) => node.InScopeAsync(scope =>
        scope.GetRequiredService<IMediator>().Send(new AddSuppression(email), CancellationToken.None));
}
