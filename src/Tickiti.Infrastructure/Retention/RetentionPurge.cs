using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tickiti.Application.Common;
using Tickiti.Application.Retention;
using Tickiti.Domain.IncomingMails;
using Tickiti.Domain.Interventions;
using Tickiti.Domain.SentMails;
using Tickiti.Infrastructure.Persistence;

namespace Tickiti.Infrastructure.Retention;

/// <summary>
/// Deletes what was kept long enough and is not needed any more: one node at a time, in short transactions that others get in
/// between. Mail that waits to be sent, mail that waits for a person, and bytes that anything refers to are needed.
/// </summary>
internal sealed partial class RetentionPurge(
    IServiceScopeFactory scopes, Leases leases, TimeProvider clock, ILogger<RetentionPurge> log) : BackgroundService
{
    private const string LeaseName = "retention";

    // Writers queue behind a delete, so each is short.
    private const int Batch = 200;
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);
    private static readonly TimeSpan BeginAnewAfter = TimeSpan.FromDays(7);

    // An upload waits for the request that names it.
    private static readonly TimeSpan UnusedBlobsStay = TimeSpan.FromDays(2);

    private static readonly EpilogStatus[] EndedCalls = [EpilogStatus.Delivered, EpilogStatus.Failed, EpilogStatus.Cancelled];

    // Rows up to there were looked at; a mail that a person released since then is found when it begins anew.
    private long _lookedAtRawMails;
    private DateTimeOffset? _begunAt;

    /// <returns>What was deleted; null where another node is at it.</returns>
    public async Task<Purged?> PurgeAsync(CancellationToken cancellationToken)
    {
        if (await leases.TryTakeAsync(LeaseName, cancellationToken) is not { } lease)
        {
            return null;
        }

        try
        {
            var now = clock.GetUtcNow();
            var isNewPass = _begunAt is null || now - _begunAt >= BeginAnewAfter;
            if (isNewPass)
            {
                (_lookedAtRawMails, _begunAt) = (0, now);
            }

            var times = await ReadAsync(db => RetentionTimes.ReadAsync(db, cancellationToken));
            var mails = await SentMailsAsync(lease, CutOff(now, times.SentMailRetentionDays), cancellationToken);
            var raws = await RawMailsAsync(lease, CutOff(now, times.RawMailRetentionDays), cancellationToken);
            var calls = await EpilogCallsAsync(lease, CutOff(now, times.EpilogCallRetentionDays), cancellationToken);
            var suppressions = await SuppressionsAsync(lease, now, cancellationToken);
            var blobs = isNewPass || mails + raws > 0 ? await BlobsAsync(lease, now - UnusedBlobsStay, cancellationToken) : 0;
            return new Purged(mails, raws, calls, suppressions, blobs);
        }
        finally
        {
            await leases.GiveBackAsync(lease, CancellationToken.None);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                if (await PurgeAsync(stoppingToken) is { IsNothing: false } purged)
                {
                    Done(log, purged.SentMails, purged.RawMails, purged.EpilogCalls, purged.Blobs);
                }
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                Failed(log, exception);
            }
        }
    }

    private static DateTimeOffset CutOff(DateTimeOffset now, int days) => days == 0 ? DateTimeOffset.UnixEpoch : now.AddDays(-days);

    private async Task<int> SentMailsAsync(HeldLease lease, DateTimeOffset before, CancellationToken cancellationToken)
    {
        for (var all = 0; ;)
        {
            var ids = await ReadAsync(db => Settled(db).Where(mail => mail.CreatedAt < before)
                .OrderBy(mail => mail.CreatedAt).Take(Batch).Select(mail => mail.Id).ToListAsync(cancellationToken));
            if (ids.Count == 0)
            {
                return all;
            }

            // Recipients, attempts, events and attachments go with their mail.
            all += await WriteAsync(
                lease, (db, token) => Settled(db).Where(mail => ids.Contains(mail.Id)).ExecuteDeleteAsync(token), cancellationToken);
        }
    }

    private static IQueryable<SentMail> Settled(ITickitiDb db) =>
        db.SentMails.Where(mail => mail.Status != SentMailStatus.Queued && mail.Status != SentMailStatus.Sending);

    private async Task<int> RawMailsAsync(HeldLease lease, DateTimeOffset before, CancellationToken cancellationToken)
    {
        for (var all = 0; ;)
        {
            // By id and not by time: rows that were looked at are not read again each hour.
            var last = _lookedAtRawMails;
            var page = await ReadAsync(db => db.IncomingMails.Where(mail => mail.Id > last).OrderBy(mail => mail.Id).Take(Batch)
                .Select(mail => new { mail.Id, mail.CreatedAt }).ToListAsync(cancellationToken));
            var ids = page.TakeWhile(mail => mail.CreatedAt < before).Select(mail => mail.Id).ToList();
            if (ids.Count == 0)
            {
                return all;
            }

            all += await WriteAsync(
                lease,
                (db, token) => db.IncomingMails
                    .Where(mail => ids.Contains(mail.Id) && mail.RawSha256 != null
                        && mail.Disposition != Disposition.Held && mail.Disposition != Disposition.Quarantined)
                    .ExecuteUpdateAsync(
                        set => set.SetProperty(mail => mail.RawSha256, (string?)null)
                            .SetProperty(mail => mail.Version, mail => mail.Version + 1),
                        token),
                cancellationToken);
            _lookedAtRawMails = ids[^1];
        }
    }

    private async Task<int> EpilogCallsAsync(HeldLease lease, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var all = 0;
        foreach (var status in EndedCalls)
        {
            for (var deleted = -1; deleted != 0; all += deleted)
            {
                // When its last try was due, because that is indexed; it ended within hours of it. Tries go with their call.
                deleted = await WriteAsync(
                    lease,
                    (db, token) => db.EpilogCalls.Where(call => call.Status == status && call.NextTryAt < before)
                        .OrderBy(call => call.NextTryAt).Take(Batch).ExecuteDeleteAsync(token),
                    cancellationToken);
            }
        }

        return all;
    }

    private Task<int> SuppressionsAsync(HeldLease lease, DateTimeOffset now, CancellationToken cancellationToken) =>
        WriteAsync(lease, (db, token) => db.Suppressions.Where(one => one.ExpiresAt < now).ExecuteDeleteAsync(token), cancellationToken);

    // Whoever refers to one meanwhile is refused by the database, and stages its bytes again.
    private async Task<int> BlobsAsync(HeldLease lease, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var (all, last) = (0, "");
        while (true)
        {
            var after = last;
            var hashes = await ReadAsync(db => db.Blobs.Where(blob => blob.Sha256.CompareTo(after) > 0).OrderBy(blob => blob.Sha256)
                .Take(Batch).Select(blob => blob.Sha256).ToListAsync(cancellationToken));
            if (hashes.Count == 0)
            {
                return all;
            }

            last = hashes[^1];
            var unused = await ReadAsync(db => db.Blobs
                .Where(blob => hashes.Contains(blob.Sha256)
                    && !db.IncomingMails.Any(mail => mail.RawSha256 == blob.Sha256)
                    && !db.Attachments.Any(file => file.Sha256 == blob.Sha256)
                    && !db.Uploads.Any(upload => upload.Sha256 == blob.Sha256)
                    && !db.SentMails.Any(mail => mail.Attachments.Any(file => file.Sha256 == blob.Sha256)))
                .Where(blob => blob.CreatedAt < before)
                .Select(blob => blob.Sha256).ToListAsync(cancellationToken));
            foreach (var hash in unused)
            {
                all += await DeleteBlobAsync(lease, hash, cancellationToken);
            }
        }
    }

    private async Task<int> DeleteBlobAsync(HeldLease lease, string hash, CancellationToken cancellationToken)
    {
        try
        {
            return await WriteAsync(
                lease, (db, token) => db.Blobs.Where(blob => blob.Sha256 == hash).ExecuteDeleteAsync(token), cancellationToken);
        }
        catch (WriteConflictException)
        {
            // Something refers to it since it was looked at.
            return 0;
        }
    }

    private async Task<T> ReadAsync<T>(Func<ITickitiDb, Task<T>> read)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await read(scope.ServiceProvider.GetRequiredService<ITickitiDb>());
    }

    private async Task<int> WriteAsync(
        HeldLease lease, Func<ITickitiDb, CancellationToken, Task<int>> write, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ITickitiDb>();
        return await leases.WriteAsync(db, lease, token => write(db, token), cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Information, Message =
        "Kept long enough and deleted: {SentMails} sent mails, the bytes of {RawMails} incoming mails, {EpilogCalls} epilog calls, {Blobs} blobs")]
    private static partial void Done(ILogger logger, int sentMails, int rawMails, int epilogCalls, int blobs);

    [LoggerMessage(Level = LogLevel.Warning, Message = "What was kept long enough could not be deleted; tried again later")]
    private static partial void Failed(ILogger logger, Exception exception);
}

/// <summary>What a pass deleted.</summary>
internal sealed record Purged(int SentMails, int RawMails, int EpilogCalls, int Suppressions, int Blobs)
{
    public bool IsNothing => SentMails + RawMails + EpilogCalls + Suppressions + Blobs == 0;
}
