using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;
using Shouldly;
using Tickiti.Application.Tickets;
using Tickiti.Infrastructure.Blobs;
using Tickiti.Infrastructure.Persistence;

namespace Tickiti.IntegrationTests.Tickets;

[TestFixture(DatabaseProvider.Sqlite)]
[TestFixture(DatabaseProvider.PostgreSql)]
public sealed class UploadPurgeTests(DatabaseProvider provider) : TicketTestsBase(provider)
{
    [Test]
    public async Task Purge_OfOldUploads_ForgetsThemAlone()
    {
        await SendAsAsync(1, new UploadAttachment("old.txt", "old"u8.ToArray()));
        Clock.Advance(TimeSpan.FromHours(20));
        await SendAsAsync(1, new UploadAttachment("new.txt", "new"u8.ToArray()));
        Clock.Advance(TimeSpan.FromHours(5));
        var purge = new UploadPurge(
            await Node.InScopeAsync(scope => Task.FromResult(scope.GetRequiredService<IServiceScopeFactory>())),
            Clock,
            NullLogger<UploadPurge>.Instance);

        (await purge.PurgeAsync(CancellationToken.None)).ShouldBe(1);

        (await WithDbAsync(db => db.Uploads.Select(one => one.Name).ToListAsync())).ShouldBe(["new.txt"]);
    }
}
