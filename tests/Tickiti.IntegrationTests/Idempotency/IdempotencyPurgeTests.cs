using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Shouldly;
using Tickiti.Domain.Idempotency;
using Tickiti.Infrastructure.Idempotency;
using Tickiti.Infrastructure.Persistence;
using Tickiti.IntegrationTests.Common;

namespace Tickiti.IntegrationTests.Idempotency;

[TestFixture(DatabaseProvider.Sqlite)]
[TestFixture(DatabaseProvider.PostgreSql)]
public sealed class IdempotencyPurgeTests(DatabaseProvider provider)
{
    [Test]
    public async Task Purge_WhenAnswersAreOlderThanTheRetention_ForgetsThoseAndNoOther()
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var node = await database.StartNodeAsync(
            settings: new Dictionary<string, string?> { ["Tickiti:Idempotency:RetentionHours"] = "48" });
        await node.InScopeAsync(async scope =>
        {
            var db = scope.GetRequiredService<TickitiDbContext>();
            var now = scope.GetRequiredService<TimeProvider>().GetUtcNow();
            for (var i = 0; i < 1200; i++)
            {
                var age = i < 1100 ? TimeSpan.FromHours(49) : TimeSpan.FromHours(47);
                db.IdempotencyRecords.Add(IdempotencyRecord.Of(1, $"key {i}", "create_ticket", "", 200, [], now - age));
            }

            await db.SaveChangesAsync();
        });

        var forgotten = await node.InScopeAsync(scope =>
            scope.GetRequiredService<IdempotencyPurge>().PurgeAsync(CancellationToken.None));

        forgotten.ShouldBe(1100);
        (await node.InScopeAsync(scope => scope.GetRequiredService<TickitiDbContext>().IdempotencyRecords.CountAsync())).ShouldBe(100);
    }
}
