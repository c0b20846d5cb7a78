using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tickiti.Application.Common;
using Tickiti.Application.IncomingMails;
using Tickiti.Domain.Common;
using Tickiti.Domain.Mailboxes;
using Tickiti.Infrastructure.Persistence;

namespace Tickiti.Infrastructure.IncomingMails;

/// <summary>
/// Under the lease of a mailbox: round after round until nothing waits, then its health is noted. One node at a time is in a
/// mailbox, whoever is told to go there.
/// </summary>
internal sealed partial class MailboxVisit(PollingTools tools, long mailboxId)
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(15);

    // Three tries an hour leave one for a new password, which is tried at once.
    private static readonly TimeSpan AfterRefusal = TimeSpan.FromMinutes(20);

    private DateTimeOffset? _seenNextTryAt;

    public static bool IsDue(Mailbox mailbox, MailboxHealth? health, DateTimeOffset now) =>
        health is null || health.NextTryAt <= now || health.ConnectionVersion != mailbox.ConnectionVersion;

    /// <returns>False where another node is in the mailbox.</returns>
    public async Task<bool> RunAsync(CancellationToken stopping)
    {
        if (await tools.Leases.TryTakeAsync($"mailbox:{mailboxId}", stopping) is not { } lease)
        {
            return false;
        }

        try
        {
            await using var renewal = new LeaseRenewal(tools.Leases, lease, tools.Clock, tools.Log, stopping);
            await RunAsync(lease, renewal.Token);
        }
        catch (LeaseLostException lost)
        {
            LeaseLost(tools.Log, lost, mailboxId);
        }
        finally
        {
            await tools.Leases.GiveBackAsync(lease, CancellationToken.None);
        }

        return true;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Another node works on mailbox {MailboxId} now")]
    private static partial void LeaseLost(ILogger logger, Exception exception, long mailboxId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Mailbox {MailboxId} is {State} since {Errors} tries: {Error}")]
    private static partial void Failed(ILogger logger, long mailboxId, string state, int errors, string error);

    [LoggerMessage(Level = LogLevel.Error, Message =
        "Alarm inbox_errors: mailbox {MailboxId} is {State}, {Errors} errors in a row. Its mail waits on the server.")]
    private static partial void Alarm(ILogger logger, long mailboxId, string state, int errors);

    [LoggerMessage(Level = LogLevel.Error, Message = "A round of mailbox {MailboxId} broke off for a reason of ours")]
    private static partial void BrokeOff(ILogger logger, Exception exception, long mailboxId);

    private async Task RunAsync(HeldLease lease, CancellationToken cancellationToken)
    {
        try
        {
            while (await MailboxToWorkOnAsync(cancellationToken) is { } mailbox
                && await new MailboxRound(tools, mailbox, lease).RunAsync(cancellationToken))
            {
            }

            await NoteAsync(lease, (health, _, now) => health.Succeed(now, Next(health, now + tools.Polling.Value.Interval, now)));
        }
        catch (MailSourceException failure)
        {
            var state = failure.Failure == MailSourceFailure.CredentialsRefused ? MailboxState.CredentialsRefused : MailboxState.Retrying;
            await NoteAsync(lease, (health, mailbox, now) => Fail(health, mailbox, state, failure.Message, now));
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or LeaseLostException))
        {
            BrokeOff(tools.Log, exception, mailboxId);
            await NoteAsync(lease, (health, mailbox, now) => Fail(health, mailbox, MailboxState.Retrying, exception.Message, now));
        }
    }

    /// <returns>Null where the mailbox is gone, or nothing is to be fetched from it.</returns>
    private async Task<Mailbox?> MailboxToWorkOnAsync(CancellationToken cancellationToken)
    {
        await using var scope = tools.Scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ITickitiDb>();
        _seenNextTryAt = await db.MailboxHealth.AsNoTracking()
            .Where(health => health.MailboxId == mailboxId && health.Direction == MailDirection.Incoming)
            .Select(health => (DateTimeOffset?)health.NextTryAt).FirstOrDefaultAsync(cancellationToken);
        var mailbox = await db.Mailboxes.AsNoTracking().That(new MailboxWithId(mailboxId)).FirstOrDefaultAsync(cancellationToken);
        return mailbox is { CanFetch: true } ? mailbox : null;
    }

    private async Task NoteAsync(HeldLease lease, Action<MailboxHealth, Mailbox, DateTimeOffset> note)
    {
        await using var scope = tools.Scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ITickitiDb>();
        var finish = CancellationToken.None;
        if (await db.Mailboxes.AsNoTracking().That(new MailboxWithId(mailboxId)).FirstOrDefaultAsync(finish) is not { } mailbox)
        {
            return;
        }

        var now = tools.Clock.GetUtcNow();
        var health = await db.MailboxHealth.FirstOrDefaultAsync(
            one => one.MailboxId == mailboxId && one.Direction == MailDirection.Incoming, finish);
        if (health is null)
        {
            _seenNextTryAt = now;
            db.MailboxHealth.Add(health = MailboxHealth.Of(mailbox, MailDirection.Incoming, now));
        }

        if (health.ConnectionVersion != mailbox.ConnectionVersion)
        {
            health.BeginAnew(mailbox.ConnectionVersion, now);
        }

        note(health, mailbox, now);
        await tools.Leases.SaveAsync(db, lease, finish);
    }

    private void Fail(MailboxHealth health, Mailbox mailbox, MailboxState state, string error, DateTimeOffset now)
    {
        var isAlarming = health.Fail(state, error, mailbox, Next(health, now + Delay(state, health.ConsecutiveErrors), now));
        tools.Metrics.Failed(health.State);
        Failed(tools.Log, mailboxId, Wire<MailboxState>.Name(health.State), health.ConsecutiveErrors, error);
        if (isAlarming)
        {
            Alarm(tools.Log, mailboxId, Wire<MailboxState>.Name(health.State), health.ConsecutiveErrors);
        }
    }

    // Someone asked for a visit while this one was under way: it is not forgotten.
    private DateTimeOffset Next(MailboxHealth health, DateTimeOffset planned, DateTimeOffset now) =>
        health.NextTryAt > (_seenNextTryAt ?? DateTimeOffset.MinValue) && health.NextTryAt <= now ? now : planned;

    // Refused credentials: at most four times an hour, or the server locks the account.
    private TimeSpan Delay(MailboxState state, int errorsBefore)
    {
        var jitter = Random.Shared.NextDouble() / 5;
        if (state == MailboxState.CredentialsRefused)
        {
            return AfterRefusal * (1 + jitter);
        }

        var doubled = tools.Polling.Value.Interval * Math.Pow(2, Math.Min(errorsBefore, 20));
        return (doubled < LongestDelay ? doubled : LongestDelay) * (0.8 + jitter);
    }
}
