using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tickiti.Application.SentMails;
using Tickiti.Domain.Mailboxes;
using Tickiti.Domain.SentMails;
using Tickiti.Infrastructure.Persistence;

namespace Tickiti.Infrastructure.SentMails;

/// <summary>
/// What a process left behind that was killed, or lost the lease: mails begun, without an answer on record. Whether they
/// arrived nobody knows, so they are never sent again by themselves; unless the transport can tell.
/// </summary>
internal static partial class OutboxRecovery
{
    private const string Words =
        "The server that sent it stopped before the answer was recorded. It may have arrived: resolve it by resend, accept or cancel.";

    /// <param name="tools">The outbox's.</param>
    /// <param name="mailboxId">Whose lease is held.</param>
    /// <param name="mailbox">Null where it is gone.</param>
    /// <param name="lease">The lease.</param>
    public static async Task RunAsync(
        OutboxTools tools, long mailboxId, Mailbox? mailbox, HeldLease lease, CancellationToken cancellationToken)
    {
        await using var scope = tools.Scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TickitiDbContext>();
        var begun = await db.SentMails.Include(mail => mail.Recipients)
            .Where(mail => mail.MailboxId == mailboxId && mail.Status == SentMailStatus.Sending)
            .OrderBy(mail => mail.Id)
            .ToListAsync(cancellationToken);
        if (begun.Count == 0)
        {
            return;
        }

        foreach (var mail in begun)
        {
            Settle(tools, mailbox, mail, db);
            Recovered(tools.Log, mail.Id, mail.Status);
        }

        await tools.Leases.SaveAsync(db, lease, cancellationToken);
    }

    /// <summary>Its mailbox is gone: nothing can send it any more.</summary>
    public static async Task CancelAllAsync(OutboxTools tools, long mailboxId, HeldLease lease, CancellationToken cancellationToken)
    {
        const int AtATime = 200;
        for (var count = AtATime; count == AtATime;)
        {
            await using var scope = tools.Scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<TickitiDbContext>();
            var mails = await db.SentMails.Include(mail => mail.Recipients)
                .Where(mail => mail.MailboxId == mailboxId && mail.Status == SentMailStatus.Queued
                    && !db.Mailboxes.Any(mailbox => mailbox.Id == mailboxId))
                .OrderBy(mail => mail.Id).Take(AtATime)
                .ToListAsync(cancellationToken);
            count = mails.Count;
            mails.ForEach(mail => mail.Cancel(tools.Clock.GetUtcNow(), "Its mailbox was deleted."));
            await tools.Leases.SaveAsync(db, lease, cancellationToken);
        }
    }

    private static void Settle(OutboxTools tools, Mailbox? mailbox, SentMail mail, TickitiDbContext db)
    {
        var now = tools.Clock.GetUtcNow();
        switch (mailbox is null ? null : tools.TransportOf(mailbox)?.WasTaken(mailbox, mail.Id))
        {
            case null:
                db.SentMailAttempts.Add(DeliveryOutcome.RecordUncertain(mail, Words, now));
                break;
            case true:
                db.SentMailAttempts.Add(DeliveryOutcome.RecordTaken(mail, "Found in the outbox folder after a stop.", now));
                break;
            default:
                mail.Withdraw(now);
                break;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Sent mail {SentMailId} was begun by a process that stopped; it is {Status} now.")]
    private static partial void Recovered(ILogger logger, long sentMailId, SentMailStatus status);
}
