using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Shouldly;
using Tickiti.Application.Retention;
using Tickiti.Application.Tickets;
using Tickiti.Domain.Blobs;
using Tickiti.Domain.IncomingMails;
using Tickiti.Domain.Interventions;
using Tickiti.Domain.SentMails;
using Tickiti.Infrastructure.Persistence;
using Tickiti.Infrastructure.Retention;
using Tickiti.IntegrationTests.Common;

namespace Tickiti.IntegrationTests.Retention;

[TestFixture(DatabaseProvider.Sqlite)]
[TestFixture(DatabaseProvider.PostgreSql)]
public sealed class RetentionPurgeTests(DatabaseProvider provider)
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
    public async Task SentMails_WhenOldAndSettled_GoWithAllThatIsTheirs()
    {
        var (shared, own) = (NewBlob("shared"), NewBlob("own"));
        await AddAsync(shared, own);
        await AddAsync(
            Sent(1, ageInDays: 400, SentMailStatus.Sent, shared, own), Sent(2, 400, SentMailStatus.Queued, shared), Sent(3, 364, SentMailStatus.Sent));
        await AddAsync(SentMailAttempt.Of(1, 1, _node.Clock.GetUtcNow(), "host", "accepted", 250, null, "ok"));
        await AddAsync(SentMailEvent.Of(1, 1, new DeliveryNotice(DeliveryEvent.Delivered, ReportProof.Verified, "k", _node.Clock.GetUtcNow())));

        var purged = await PurgeAsync();

        (purged.SentMails, purged.Blobs).ShouldBe((1, 1));
        (await _node.InScopeAsync(scope => scope.GetRequiredService<TickitiDbContext>().SentMails.Select(mail => mail.Id).Order().ToListAsync())).ShouldBe([2, 3]);
        (await _node.InScopeAsync(scope => scope.GetRequiredService<TickitiDbContext>().SentMailAttempts.CountAsync())).ShouldBe(0);
        (await _node.InScopeAsync(scope => scope.GetRequiredService<TickitiDbContext>().SentMailEvents.CountAsync())).ShouldBe(0);
        (await BlobsAsync()).ShouldBe([shared.Sha256]);
        (await PurgeAsync()).IsNothing.ShouldBeTrue();
    }

    [Test]
    public async Task RawMails_WhenOld_LoseTheirBytesAndKeepTheirRows()
    {
        var blobs = Enumerable.Range(1, 4).Select(i => NewBlob($"raw {i}")).ToArray();
        await AddAsync(blobs);
        await AddAsync(
            Incoming(1, 400, Disposition.Ticket, blobs[0]), Incoming(2, 400, Disposition.Held, blobs[1]),
            Incoming(3, 400, Disposition.Quarantined, blobs[2]), Incoming(4, 10, Disposition.Ticket, blobs[3]));

        var purged = await PurgeAsync();

        (purged.RawMails, purged.Blobs).ShouldBe((1, 1));
        var rows = await _node.InScopeAsync(scope => scope.GetRequiredService<TickitiDbContext>().IncomingMails.AsNoTracking().OrderBy(row => row.Id).ToListAsync());
        rows.Select(row => row.RawSha256 is null).ShouldBe([true, false, false, false]);
        (await BlobsAsync()).ShouldBe(blobs[1..].Select(blob => blob.Sha256), ignoreOrder: true);
    }

    [Test]
    public async Task Times_WhenChanged_HoldAtTheNextPass()
    {
        await AddAsync(Enumerable.Range(1, 450).Select(id => Sent(id, ageInDays: 20, SentMailStatus.Failed)).ToArray<object>());
        (await PurgeAsync()).IsNothing.ShouldBeTrue();
        await SendAsync(new ChangeRetention { SentMailRetentionDays = 0 });
        (await PurgeAsync()).IsNothing.ShouldBeTrue();

        var times = await SendAsync(new ChangeRetention { SentMailRetentionDays = 10 });

        times.ShouldBe(new RetentionTimes(10, 365, 365));
        (await PurgeAsync()).SentMails.ShouldBe(450);
    }

    [Test]
    public async Task EpilogCalls_WhenLongOver_GoWithTheirTries()
    {
        await SendAsync(new OpenTicket("a@customer.test", "Hello", "Hello"));
        await AddAsync([
            .. Enumerable.Range(1, 450).SelectMany(id => Delivered(id, ageInDays: 366)), Cancelled(451, ageInDays: 366),
            Call(452, ageInDays: 366), .. Delivered(453, ageInDays: 364),
        ]);

        var purged = await PurgeAsync();

        purged.EpilogCalls.ShouldBe(451);
        (await _node.InScopeAsync(scope => scope.GetRequiredService<TickitiDbContext>().EpilogCalls.Select(call => call.Id).Order().ToListAsync()))
            .ShouldBe([452, 453]);
        (await _node.InScopeAsync(scope => scope.GetRequiredService<TickitiDbContext>().EpilogAttempts.Select(one => one.CallId).ToListAsync()))
            .ShouldBe([453]);
        (await PurgeAsync()).IsNothing.ShouldBeTrue();
    }

    [Test]
    public async Task Blobs_ThatNothingRefersTo_GoAfterTwoDays()
    {
        var (old, young) = (NewBlob("old upload", ageInDays: 3), NewBlob("young upload", ageInDays: 1));
        await AddAsync(old, young);

        (await PurgeAsync()).Blobs.ShouldBe(1);
        (await BlobsAsync()).ShouldBe([young.Sha256]);
    }

    [Test]
    public async Task Purge_WhileAnotherNodeIsAtIt_LeavesItAlone()
    {
        var other = await _database.StartNodeAsync();
        (await other.Services.GetRequiredService<Leases>().TryTakeAsync("retention", CancellationToken.None)).ShouldNotBeNull();

        (await _node.Services.GetRequiredService<RetentionPurge>().PurgeAsync(CancellationToken.None)).ShouldBeNull();
    }

    private async Task<Purged> PurgeAsync() =>
        (await _node.Services.GetRequiredService<RetentionPurge>().PurgeAsync(CancellationToken.None))!;

    private Task<T> SendAsync<T>(IRequest<Domain.Common.Result<T>> request) =>
        _node.InScopeAsync(async scope => (await scope.GetRequiredService<IMediator>().Send(request, CancellationToken.None)).Value);

    private Task AddAsync(params object[] rows) => _node.InScopeAsync(async scope =>
    {
        var db = scope.GetRequiredService<TickitiDbContext>();
        db.AddRange(rows);
        await db.SaveChangesAsync();
    });

    private Task<List<string>> BlobsAsync() =>
        _node.InScopeAsync(scope => scope.GetRequiredService<TickitiDbContext>().Blobs.Select(blob => blob.Sha256).ToListAsync());

    private Blob NewBlob(string content, int ageInDays = 400) => Blob.Of(System.Text.Encoding.UTF8.GetBytes(content), Ago(ageInDays));

    private SentMail Sent(long id, int ageInDays, SentMailStatus status, params Blob[] files)
    {
        var mail = SentMail.Write(
            id,
            new OutgoingMail
            {
                MailboxId = 1,
                MailboxName = "local",
                FromAddress = "support@desk.test",
                To = ["a@customer.test"],
                Subject = "Hello",
                MessageId = $"{id}@desk.test",
                Source = SentMailSource.Api,
                Attachments = [.. files.Select((file, i) => new SentMailAttachment(id, i, "file", "text/plain", file.Sha256, 1, null))],
            },
            Ago(ageInDays));
        if (status != SentMailStatus.Queued)
        {
            mail.RecordAttempt(new AttemptReport([(0, status, null)], null, null), Ago(ageInDays));
        }

        return mail;
    }

    private IncomingMail Incoming(long id, int ageInDays, Disposition disposition, Blob raw)
    {
        var row = IncomingMail.Record(
            id, 1, new ReceivedMail(new MailSource("pop3:x", $"{id}", 10), $"{id}@x", "") { RawSha256 = raw.Sha256 }, Ago(ageInDays));
        row.Dispose(disposition, "test", "");
        return row;
    }

    private EpilogCall Call(long id, int ageInDays) =>
        EpilogCall.Queue(id, interventionId: 1, ticketId: 1, responseId: 1, Ago(ageInDays));

    private object[] Delivered(long id, int ageInDays)
    {
        var call = Call(id, ageInDays);
        return [call, call.Record(new EpilogTry(EpilogOutcome.Accepted, 200, ""), jitter: 0.5, Ago(ageInDays))];
    }

    private EpilogCall Cancelled(long id, int ageInDays)
    {
        var call = Call(id, ageInDays);
        call.Cancel("The intervention is gone.", Ago(ageInDays));
        return call;
    }

    private DateTimeOffset Ago(int days) => _node.Clock.GetUtcNow().AddDays(-days);
}
