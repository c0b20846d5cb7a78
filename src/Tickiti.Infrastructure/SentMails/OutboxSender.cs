using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tickiti.Application.Common;
using Tickiti.Domain.Mailboxes;
using Tickiti.Domain.SentMails;
using Tickiti.Infrastructure.Persistence;

namespace Tickiti.Infrastructure.SentMails;

/// <summary>Looks for mailboxes with mail to send, at once when a commit says so and else now and then, and has each sent from.</summary>
internal sealed partial class OutboxSender(OutboxTools tools, IDirectory directory) : BackgroundService
{
    private static readonly TimeSpan CountEvery = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LookForOrphansEvery = TimeSpan.FromMinutes(10);

    // A look costs as much as several mails: those that are queued one upon the other are found by one.
    private static readonly TimeSpan LookAtMostEvery = TimeSpan.FromMilliseconds(20);

    private readonly ConcurrentDictionary<long, Task> _rounds = new();
    private readonly ConcurrentDictionary<long, Rest> _resting = new();
    private DateTimeOffset _countAt;
    private DateTimeOffset _lookForOrphansAt;

    private DateTimeOffset Now => tools.Clock.GetUtcNow();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var hard = new CancellationTokenSource();
        await using var last = stoppingToken.Register(() => hard.CancelAfter(tools.Options.StopWithin));
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var began = tools.Clock.GetTimestamp();
                await StartRoundsAsync(stoppingToken, hard.Token);
                await tools.WakeUps.Mail.WaitAsync(tools.Options.PollInterval, stoppingToken);
                await PauseAsync(LookAtMostEvery - tools.Clock.GetElapsedTime(began), stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e)
            {
                CannotLook(tools.Log, e);
                await PauseAsync(tools.Options.PollInterval, stoppingToken);
            }
        }

        await Task.WhenAll(_rounds.Values);
    }

    private async Task PauseAsync(TimeSpan time, CancellationToken stopping)
    {
        if (time > TimeSpan.Zero)
        {
            await Task.Delay(time, tools.Clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task StartRoundsAsync(CancellationToken stopping, CancellationToken hard)
    {
        await using var scope = tools.Scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TickitiDbContext>();
        var known = await directory.ReadAsync(stopping);
        foreach (var id in await MailboxesWithMailAsync(db, known, stopping))
        {
            var mailbox = known.MailboxWithId(id);
            var round = new TaskCompletionSource();
            if (!IsResting(id, mailbox) && _rounds.TryAdd(id, round.Task))
            {
                _ = Task.Run(() => RunRoundAsync(id, mailbox, round, stopping, hard), CancellationToken.None);
            }
        }

        if (Now >= _countAt)
        {
            _countAt = Now + CountEvery;
            tools.Metrics.Queued(await db.Mailboxes.SumAsync(
                mailbox => db.SentMails.Count(mail => mail.MailboxId == mailbox.Id && mail.Status == SentMailStatus.Queued), stopping));
        }
    }

    private bool IsResting(long mailboxId, Mailbox? mailbox) =>
        _resting.TryGetValue(mailboxId, out var rest) && rest.Until > Now && rest.Version == mailbox?.Version;

    // Two seeks in one index for each mailbox. Filtered here: a database may turn EXISTS in a WHERE into a scan of all mails.
    private async Task<IReadOnlyCollection<long>> MailboxesWithMailAsync(
        TickitiDbContext db, DirectorySnapshot known, CancellationToken cancellationToken)
    {
        var now = Now;
        var looked = await db.Mailboxes.AsNoTracking()
            .Select(mailbox => new
            {
                mailbox.Id,
                HasBegun = db.SentMails.Any(mail => mail.MailboxId == mailbox.Id && mail.Status == SentMailStatus.Sending),
                HasDue = db.SentMails.Any(
                    mail => mail.MailboxId == mailbox.Id && mail.Status == SentMailStatus.Queued && mail.NextTryAt <= now),
            })
            .ToListAsync(cancellationToken);
        var candidates = looked.FindAll(mailbox => mailbox.HasBegun || mailbox.HasDue);
        var due = candidates.Where(one => one.HasBegun && known.MailboxWithId(one.Id) is not null).Select(one => one.Id).ToHashSet();
        if (candidates.Count > 0)
        {
            var health = await db.MailboxHealth.AsNoTracking().Where(one => one.Direction == MailDirection.Outgoing)
                .ToDictionaryAsync(one => one.MailboxId, cancellationToken);
            due.UnionWith(candidates.Select(one => one.Id).Where(id => known.MailboxWithId(id) is { CanSend: true } mailbox
                && OutboxHealth.MayTry(health.GetValueOrDefault(id), mailbox, now)));
        }

        if (now >= _lookForOrphansAt)
        {
            _lookForOrphansAt = now + LookForOrphansEvery;
            due.UnionWith(await OrphansAsync(db, cancellationToken));
        }

        return due;
    }

    // From mailbox to mailbox by the index, deleted ones too: a seek for each, however many mails there are.
    private static async Task<IReadOnlyCollection<long>> OrphansAsync(TickitiDbContext db, CancellationToken cancellationToken)
    {
        var orphans = new List<long>();
        var existing = await db.Mailboxes.AsNoTracking().Select(mailbox => mailbox.Id).ToHashSetAsync(cancellationToken);
        var last = long.MinValue;
        while (await db.SentMails.Where(mail => mail.MailboxId > last).MinAsync(mail => (long?)mail.MailboxId, cancellationToken) is { } id)
        {
            last = id;
            if (!existing.Contains(id)
                && (await db.SentMails.AnyAsync(mail => mail.MailboxId == id && mail.Status == SentMailStatus.Queued, cancellationToken)
                    || await db.SentMails.AnyAsync(mail => mail.MailboxId == id && mail.Status == SentMailStatus.Sending, cancellationToken)))
            {
                orphans.Add(id);
            }
        }

        return orphans;
    }

    private async Task RunRoundAsync(
        long mailboxId, Mailbox? mailbox, TaskCompletionSource round, CancellationToken stopping, CancellationToken hard)
    {
        try
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"outbox:{mailboxId}");
            if (await tools.Leases.TryTakeAsync(name, stopping) is not { } lease)
            {
                _resting[mailboxId] = new Rest(Now + tools.Options.PollInterval, mailbox?.Version);
                return;
            }

            try
            {
                // A server may take its time to answer; without commits nobody else would renew.
                await using var renewal = new LeaseRenewal(tools.Leases, lease, tools.Clock, tools.Log, hard);
                await WorkAsync(mailboxId, mailbox, lease, stopping, renewal.Token);
            }
            finally
            {
                await tools.Leases.GiveBackAsync(lease, CancellationToken.None);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // What was in hand is settled.
        }
        catch (Exception e)
        {
            RoundBroken(tools.Log, e, mailboxId);
            _resting[mailboxId] = new Rest(Now + OutboxRoundEnd.AfterTrouble, mailbox?.Version);
        }
        finally
        {
            _rounds.TryRemove(mailboxId, out _);
            round.SetResult();

            // What was queued while the round came to its end is seen now and not at the next poll.
            tools.WakeUps.MailIsDue();
        }
    }

    private async Task WorkAsync(
        long mailboxId, Mailbox? mailbox, HeldLease lease, CancellationToken stopping, CancellationToken cancellationToken)
    {
        await OutboxRecovery.RunAsync(tools, mailboxId, mailbox, lease, cancellationToken);
        if (mailbox is null)
        {
            await OutboxRecovery.CancelAllAsync(tools, mailboxId, lease, cancellationToken);
            return;
        }

        var health = await HealthAsync(mailbox, cancellationToken);
        if (!mailbox.CanSend || !OutboxHealth.MayTry(health, mailbox, Now))
        {
            return;
        }

        var end = new OutboxRoundEnd();
        if (tools.TransportOf(mailbox) is { } transport)
        {
            end = await new OutboxRound(tools, mailbox, transport, lease, OutboxHealth.IsWell(health, mailbox)).RunAsync(stopping, cancellationToken);
        }
        else
        {
            end.Fail(MailboxState.Failing, "Sending by this kind of mailbox is not supported yet.");
        }

        if (end.NotBefore is { } time)
        {
            _resting[mailboxId] = new Rest(time, mailbox.Version);
        }

        await OutboxHealth.TellAsync(tools, mailbox, lease, end, cancellationToken);
    }

    private async Task<MailboxHealth?> HealthAsync(Mailbox mailbox, CancellationToken cancellationToken)
    {
        await using var scope = tools.Scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TickitiDbContext>();
        return await db.MailboxHealth.AsNoTracking().FirstOrDefaultAsync(
            one => one.MailboxId == mailbox.Id && one.Direction == MailDirection.Outgoing, cancellationToken);
    }

    /// <summary>A mailbox that is not tried for a while, unless somebody changes it.</summary>
    private readonly record struct Rest(DateTimeOffset Until, int? Version);

    [LoggerMessage(Level = LogLevel.Error, Message = "The outbox cannot be read; it is tried again.")]
    private static partial void CannotLook(ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "A round of the outbox of mailbox {MailboxId} broke off; it is tried again.")]
    private static partial void RoundBroken(ILogger logger, Exception exception, long mailboxId);
}
