using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using NUnit.Framework;
using Shouldly;
using Tickiti.Application.Tickets;
using Tickiti.Infrastructure.Blobs;
using Tickiti.Infrastructure.Idempotency;
using Tickiti.Infrastructure.Persistence;

namespace Tickiti.IntegrationTests.Tickets;

[TestFixture(DatabaseProvider.Sqlite)]
[TestFixture(DatabaseProvider.PostgreSql)]
public sealed class UploadPurgeTests(DatabaseProvider provider) : TicketTestsBase(provider)
{
    [TestCase(1, 25)]
    [TestCase(72, 74)]
    public async Task Purge_OfUploads_ForgetsThoseOlderThanADayAndThanKeys(int hoursOfKeys, int forgottenAfterHours)
    {
        await SendAsAsync(1, new UploadAttachment("old.txt", "old"u8.ToArray()));
        Clock.Advance(TimeSpan.FromHours(10));
        await SendAsAsync(1, new UploadAttachment("new.txt", "new"u8.ToArray()));
        Clock.Advance(TimeSpan.FromHours(forgottenAfterHours - 12));
        var purge = new UploadPurge(
            await Node.InScopeAsync(scope => Task.FromResult(scope.GetRequiredService<IServiceScopeFactory>())),
            Options.Create(new IdempotencyOptions { RetentionHours = hoursOfKeys }),
            Clock,
            NullLogger<UploadPurge>.Instance);

        (await purge.PurgeAsync(CancellationToken.None)).ShouldBe(0);
        Clock.Advance(TimeSpan.FromHours(3));
        (await purge.PurgeAsync(CancellationToken.None)).ShouldBe(1);

        (await WithDbAsync(db => db.Uploads.Select(one => one.Name).ToListAsync())).ShouldBe(["new.txt"]);
    }
}
