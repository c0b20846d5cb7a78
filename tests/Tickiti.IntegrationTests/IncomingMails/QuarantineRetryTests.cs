using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Shouldly;
using Tickiti.Application.Common;
using Tickiti.Domain.Blobs;
using Tickiti.Domain.IncomingMails;
using Tickiti.Infrastructure.IncomingMails;
using Tickiti.Infrastructure.Persistence;
using Tickiti.IntegrationTests.Common;

namespace Tickiti.IntegrationTests.IncomingMails;

[TestFixture(DatabaseProvider.Sqlite)]
[TestFixture(DatabaseProvider.PostgreSql)]
public sealed class QuarantineRetryTests(DatabaseProvider provider)
{
    [Test]
    public async Task Retry_AfterAnUpdateOfTheReader_HandlesEachMailOnce()
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var node = await database.StartNodeAsync();
        await QuarantineAsync(node, 1, Letters.From("a@customer.test", "Readable now"));
        await QuarantineAsync(node, 2, raw: null);
        var retry = node.Services.GetRequiredService<QuarantineRetry>();

        (await retry.RetryAsync(CancellationToken.None)).ShouldBe(1);
        (await retry.RetryAsync(CancellationToken.None)).ShouldBeNull();

        (await node.ReadAsync(db => db.IncomingMails.AsNoTracking().OrderBy(row => row.Id).Select(row => row.Disposition).ToListAsync()))
            .ShouldBe([Disposition.Ticket, Disposition.Quarantined]);
        (await node.ReadAsync(db => db.Tickets.AsNoTracking().Select(ticket => ticket.Subject).SingleAsync())).ShouldBe("Readable now");
    }

    private static Task QuarantineAsync(TestNode node, long id, string? raw) => node.InScopeAsync(async scope =>
    {
        var db = scope.GetRequiredService<ITickitiDb>();
        var now = node.Clock.GetUtcNow();
        var blob = raw is null ? null : Blob.Of(Letters.Bytes(raw), now);
        if (blob is not null)
        {
            db.Blobs.Add(blob);
        }

        var row = IncomingMail.Record(
            id, 1, new ReceivedMail(new MailSource("local:pickup", $"{id}", 100), "", "") { RawSha256 = blob?.Sha256 }, now);
        row.Dispose(Disposition.Quarantined, "unreadable", "");
        db.IncomingMails.Add(row);
        await db.SaveChangesAsync(CancellationToken.None);
    });
}
