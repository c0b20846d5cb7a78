using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tickiti.Application.Suppressions;
using Tickiti.Domain.Common;
using Tickiti.Domain.SentMails;
using Tickiti.Infrastructure.Persistence;

namespace Tickiti.Infrastructure.SentMails;

/// <summary>
/// Writes what becomes of a mailbox's mails, for all its connections together: whatever they have to say while one commit runs
/// goes into the next. The order in which a connection says things is kept, so at most one mail of each is begun at a time.
/// Every transaction asks for the lease first; without it nothing is written, and nothing is begun.
/// </summary>
internal sealed partial class OutboxLedger : IAsyncDisposable
{
    /// <summary>How long a process that has to end goes on trying to write what it knows.</summary>
    public static readonly TimeSpan LastWords = TimeSpan.FromSeconds(3);

    private const int MaxBatch = 512;
    private static readonly TimeSpan TryAgainAfter = TimeSpan.FromSeconds(1);

    private readonly Channel<Entry> _entries = Channel.CreateUnbounded<Entry>(new() { SingleReader = true });
    private readonly CancellationTokenSource _giveUp = new();
    private readonly OutboxTools _tools;
    private readonly HeldLease _lease;
    private readonly Task _writer;

    public OutboxLedger(OutboxTools tools, HeldLease lease)
    {
        _tools = tools;
        _lease = lease;
        _writer = Task.Run(WriteAsync);
    }

    /// <summary>Marks a mail as begun, durably, when it returns.</summary>
    /// <exception cref="MailWithdrawnException">It was cancelled or suppressed meanwhile: it must not go.</exception>
    /// <exception cref="LeaseLostException">Another node sends for the mailbox.</exception>
    public Task BeginAsync(OutboxItem item, CancellationToken cancellationToken) =>
        Add(new Entry(item, IsBegin: true, static (mail, now) =>
        {
            mail.Begin(now);
            return null;
        })).WaitAsync(cancellationToken);

    /// <summary>
    /// Records what became of a mail. Written as long as it takes, unless the lease is lost; from then on it does nothing.
    /// </summary>
    /// <param name="item">The mail.</param>
    /// <param name="settle">
    /// Changes it, when its turn comes, and gives the attempt to keep, if it was one. Called again for the mail as it is now
    /// where somebody else has changed it meanwhile.
    /// </param>
    public void Record(OutboxItem item, Func<SentMail, DateTimeOffset, SentMailAttempt?> settle) =>
        _ = Add(new Entry(item, IsBegin: false, settle));

    /// <summary>Its end never went, so it waits as if it had not been begun.</summary>
    public void Withdraw(OutboxItem item) => Record(item, static (mail, now) =>
    {
        mail.Withdraw(now);
        return null;
    });

    /// <summary>Ends when everything is written.</summary>
    public async ValueTask DisposeAsync()
    {
        _entries.Writer.TryComplete();
        await _writer;
    }

    /// <summary>What cannot be written soon never will be: the process ends.</summary>
    public void GiveUpAfter(TimeSpan time) => _giveUp.CancelAfter(time);

    private Task Add(Entry entry) =>
        _entries.Writer.TryWrite(entry) ? entry.Written.Task : Task.FromException(new LeaseLostException(_lease.Name));

    private async Task WriteAsync()
    {
        var batch = new List<Entry>();
        while (await _entries.Reader.WaitToReadAsync())
        {
            // One time for all, so that those that went well are alike.
            var now = _tools.Clock.GetUtcNow();
            batch.Clear();
            while (batch.Count < MaxBatch && _entries.Reader.TryRead(out var entry))
            {
                if (TrySettle(entry, now))
                {
                    batch.Add(entry);
                }
            }

            await WriteBatchAsync(batch);
        }
    }

    // What cannot be told of one mail must not silence the others; it stays begun, and the next round finds it so.
    private bool TrySettle(Entry entry, DateTimeOffset now)
    {
        try
        {
            entry.Settle(now);
            return true;
        }
        catch (Exception e)
        {
            NotSettled(_tools.Log, e, entry.Item.Mail.Id);
            entry.Fail(e);
            return false;
        }
    }

    private async Task WriteBatchAsync(List<Entry> batch)
    {
        for (var tries = 0; batch.Count > 0; tries++)
        {
            try
            {
                if (tries > 0)
                {
                    await Task.Delay(TryAgainAfter, _tools.Clock, _giveUp.Token);
                    await ForgetWrittenAsync(batch);
                }

                await CommitAsync(batch);
                return;
            }
            catch (Exception e) when (e is LeaseLostException || _giveUp.IsCancellationRequested)
            {
                // Nothing more is to be written, now or later.
                _entries.Writer.TryComplete();
                batch.ForEach(entry => entry.Fail(e));
                return;
            }
            catch (Exception e)
            {
                // A mail is not sent on a mark that may not be there; what is known of others is worth waiting for.
                NotWritten(_tools.Log, e, batch.Count);
                batch.RemoveAll(entry => entry.IsBegin && entry.Fail(e));
            }
        }
    }

    // The commit itself may have gone well and only its answer been lost.
    private async Task ForgetWrittenAsync(List<Entry> batch)
    {
        await using var scope = _tools.Scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TickitiDbContext>();
        var ids = batch.Where(entry => entry.Attempt is not null).Select(entry => entry.Item.Mail.Id).ToList();
        var known = (await db.SentMailAttempts.AsNoTracking().Where(attempt => ids.Contains(attempt.SentMailId))
            .Select(attempt => new { attempt.SentMailId, attempt.Number })
            .ToListAsync(_giveUp.Token)).Select(attempt => (attempt.SentMailId, attempt.Number)).ToHashSet();
        batch.RemoveAll(entry =>
            entry.Attempt is { } attempt && known.Contains((attempt.SentMailId, attempt.Number)) && entry.Succeed());
    }

    private async Task CommitAsync(List<Entry> batch)
    {
        await using var scope = _tools.Scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TickitiDbContext>();
        db.SentMailAttempts.AddRange(batch.Select(entry => entry.Attempt).OfType<SentMailAttempt>());
        var withdrawn = await _tools.Leases.WriteAsync(
            db,
            _lease,
            async token =>
            {
                var notBegun = await WriteBeginsAsync(db, [.. batch.Where(entry => entry.IsBegin)], token);
                await WriteOutcomesAsync(db, [.. batch.Where(entry => !entry.IsBegin)], token);
                return notBegun;
            },
            _giveUp.Token);
        foreach (var entry in batch)
        {
            if (withdrawn.Contains(entry.Item.Mail.Id))
            {
                entry.Fail(new MailWithdrawnException());
            }
            else
            {
                // A mark or an outcome, each is one change of the row.
                entry.Item.Version++;
                entry.Succeed();
            }

            if (entry.Attempt is not null)
            {
                _tools.Metrics.Attempted(entry.State.Status);
            }
        }
    }

    private static async Task WriteOutcomesAsync(TickitiDbContext db, List<Entry> outcomes, CancellationToken cancellationToken)
    {
        foreach (var alike in outcomes.GroupBy(entry => (entry.State, entry.Item.Version)))
        {
            var (state, version) = alike.Key;
            var ids = alike.Select(entry => entry.Item.Mail.Id).ToList();
            var written = await SetStateAsync(Open(db, ids).Where(mail => mail.Version == version), state, cancellationToken);
            if (written < ids.Count)
            {
                var done = await db.SentMails
                    .Where(mail => ids.Contains(mail.Id) && mail.Version == version + 1 && mail.UpdatedAt == state.UpdatedAt)
                    .Select(mail => mail.Id).ToListAsync(cancellationToken);
                await WriteAnewAsync(db, alike.Where(entry => !done.Contains(entry.Item.Mail.Id)), cancellationToken);
            }
        }

        await WriteRecipientsAsync(db, outcomes, cancellationToken);
        await FlagResponsesAsync(db, outcomes, cancellationToken);
    }

    // Somebody else changed these mails meanwhile: what became of the attempt is added to that. Who settled one has the last word.
    private static async Task WriteAnewAsync(TickitiDbContext db, IEnumerable<Entry> changed, CancellationToken cancellationToken)
    {
        foreach (var entry in changed)
        {
            var open = Open(db, [entry.Item.Mail.Id]);
            if (await open.AsNoTracking().Include(mail => mail.Recipients).FirstOrDefaultAsync(cancellationToken) is not { } mail)
            {
                continue;
            }

            var version = mail.Version;
            entry.SettleAnew(mail);
            if (await SetStateAsync(open.Where(one => one.Version == version), entry.State, cancellationToken) == 0)
            {
                throw new DbUpdateConcurrencyException("The mail changes while it is written.");
            }
        }
    }

    private static IQueryable<SentMail> Open(TickitiDbContext db, IReadOnlyCollection<long> ids) =>
        db.SentMails.Where(mail => ids.Contains(mail.Id)
            && (mail.Status == SentMailStatus.Sending || mail.Status == SentMailStatus.Queued));

    // Nearly always all recipients of all mails of a batch share one status, and the batch is one statement.
    private static async Task WriteRecipientsAsync(TickitiDbContext db, List<Entry> outcomes, CancellationToken cancellationToken)
    {
        var changed = outcomes.SelectMany(entry => entry.Item.Pending)
            .Where(one => one.Status != SentMailStatus.Queued || one.LastError is not null);
        foreach (var alike in changed.GroupBy(one => (one.Ordinal, one.Status, one.LastError)))
        {
            var ids = alike.Select(one => one.SentMailId).ToList();
            var (ordinal, status, error) = alike.Key;
            await db.Set<SentMailRecipient>()
                .Where(one => ids.Contains(one.SentMailId) && one.Ordinal == ordinal && one.Status == SentMailStatus.Queued)
                .ExecuteUpdateAsync(
                    set => set.SetProperty(one => one.Status, status).SetProperty(one => one.LastError, error),
                    cancellationToken);
        }
    }

    private static async Task FlagResponsesAsync(TickitiDbContext db, List<Entry> outcomes, CancellationToken cancellationToken)
    {
        foreach (var alike in outcomes.Where(entry => entry.ChangesFlag).GroupBy(entry => entry.IsNotSent))
        {
            var ids = alike.Select(entry => entry.Item.Mail.ResponseId!.Value).ToList();
            await db.Responses.Where(response => ids.Contains(response.Id)).ExecuteUpdateAsync(
                set => set.SetProperty(response => response.IsNotSent, alike.Key), cancellationToken);
        }
    }

    /// <returns>The mails that were not to be begun after all.</returns>
    private async Task<HashSet<long>> WriteBeginsAsync(TickitiDbContext db, List<Entry> begins, CancellationToken cancellationToken)
    {
        if (begins.Count == 0)
        {
            return [];
        }

        var suppressed = await SuppressedAddresses.OfAsync(
            db, begins.SelectMany(entry => entry.Item.Mail.Waiting).Select(one => one.Address), _tools.Clock.GetUtcNow(), cancellationToken);
        var withdrawn = begins.Where(entry => entry.Item.Mail.Waiting.Any(one => suppressed.Contains(EmailAddress.KeyOf(one.Address))))
            .Select(entry => entry.Item.Mail.Id)
            .ToHashSet();
        foreach (var alike in begins.Where(entry => !withdrawn.Contains(entry.Item.Mail.Id)).GroupBy(entry => entry.Item.Version))
        {
            var (version, state) = (alike.Key, alike.First().State);
            var ids = alike.Select(entry => entry.Item.Mail.Id).ToList();
            var begun = await db.SentMails
                .Where(mail => ids.Contains(mail.Id) && mail.Status == SentMailStatus.Queued && mail.Version == version)
                .ExecuteUpdateAsync(
                    set => set.SetProperty(mail => mail.Status, state.Status)
                        .SetProperty(mail => mail.UpdatedAt, state.UpdatedAt)
                        .SetProperty(mail => mail.Version, mail => mail.Version + 1),
                    cancellationToken);
            if (begun < ids.Count)
            {
                // Somebody was faster: a person cancelled it, or wants it sent to others too; or it is gone. What still waits
                // comes again as it is now.
                var marked = await db.SentMails.AsNoTracking().Where(mail => ids.Contains(mail.Id) && mail.Status == SentMailStatus.Sending)
                    .Select(mail => mail.Id).ToListAsync(cancellationToken);
                withdrawn.UnionWith(ids.Except(marked));
            }
        }

        return withdrawn;
    }

    private static Task<int> SetStateAsync(IQueryable<SentMail> mails, MailState state, CancellationToken cancellationToken) =>
        mails.ExecuteUpdateAsync(
            set => set.SetProperty(mail => mail.Status, state.Status)
                .SetProperty(mail => mail.NextTryAt, state.NextTryAt)
                .SetProperty(mail => mail.AttemptCount, state.AttemptCount)
                .SetProperty(mail => mail.FirstTriedAt, state.FirstTriedAt)
                .SetProperty(mail => mail.LastError, state.LastError)
                .SetProperty(mail => mail.SentAt, state.SentAt)
                .SetProperty(mail => mail.UpdatedAt, state.UpdatedAt)
                .SetProperty(mail => mail.Version, mail => mail.Version + 1),
            cancellationToken);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Count} changes of the outbox could not be written; what is known of mails already sent is tried again.")]
    private static partial void NotWritten(ILogger logger, Exception exception, int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "What became of sent mail {SentMailId} cannot be recorded.")]
    private static partial void NotSettled(ILogger logger, Exception exception, long sentMailId);

    private sealed record Entry(OutboxItem Item, bool IsBegin, Func<SentMail, DateTimeOffset, SentMailAttempt?> Change)
    {
        private DateTimeOffset _settledAt;

        public TaskCompletionSource Written { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public SentMailAttempt? Attempt { get; private set; }

        public MailState State { get; private set; }

        /// <summary>The ticket's answer has not gone out, and nobody tries any more.</summary>
        public bool IsNotSent => State.Status is SentMailStatus.Failed or SentMailStatus.Suppressed;

        public bool ChangesFlag => Item.Mail is { ResponseId: not null, Source: SentMailSource.Ticket }
            && (IsNotSent || (State.Status == SentMailStatus.Sent && State.AttemptCount > 1));

        public void Settle(DateTimeOffset now)
        {
            _settledAt = now;
            Attempt = Change(Item.Mail, now);
            State = MailState.Of(Item.Mail);
        }

        /// <summary>The same for the mail as somebody else left it; the attempt stays what it was.</summary>
        public void SettleAnew(SentMail mail)
        {
            Change(mail, _settledAt);
            State = MailState.Of(mail);
        }

        public bool Succeed() => Written.TrySetResult();

        public bool Fail(Exception exception) => Written.TrySetException(exception);
    }
}

/// <summary>A mail was not to go after all: cancelled or suppressed at the last moment.</summary>
internal sealed class MailWithdrawnException() : Exception("The mail was cancelled or suppressed meanwhile.");
