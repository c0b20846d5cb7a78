using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Shouldly;
using Tickiti.Application.Common;
using Tickiti.Domain.Blobs;
using Tickiti.Infrastructure.Persistence;
using Tickiti.IntegrationTests.Common;
using Tickiti.Testing;

namespace Tickiti.IntegrationTests.Persistence;

[TestFixture(DatabaseProvider.Sqlite)]
[TestFixture(DatabaseProvider.PostgreSql)]
public sealed class StagedInsertTests(DatabaseProvider provider)
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
    public async Task Save_OfLargeContent_IsReadBackAndNotHeldOnTo()
    {
        var (hash, content) = await SaveLargeAsync();
        await SaveAsync(db => db.Settings.Add(new Setting { Key = "the-next-write", Value = "" }));

        await Probe.UntilAsync(() =>
        {
            GC.Collect();
            return !content.IsAlive;
        });
        var size = await _node.InScopeAsync(scope => scope.GetRequiredService<ITickitiDb>().Blobs
            .Where(blob => blob.Sha256 == hash).Select(blob => blob.Content.Length).SingleAsync());
        size.ShouldBe(1_000_000);
    }

    // A method of its own: what it held is free when it has returned.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private async Task<(string Hash, WeakReference Content)> SaveLargeAsync()
    {
        var content = new byte[1_000_000];
        Random.Shared.NextBytes(content);
        var blob = Blob.Of(content, _node.Clock.GetUtcNow());
        await SaveAsync(db => db.Blobs.Add(blob));
        return (blob.Sha256, new WeakReference(content));
    }

    private Task SaveAsync(Action<ITickitiDb> stage) => _node.InScopeAsync(async scope =>
    {
        var db = scope.GetRequiredService<ITickitiDb>();
        stage(db);
        await db.SaveChangesAsync(CancellationToken.None);
    });
}
