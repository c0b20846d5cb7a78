using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tickiti.Application.Common;
using Tickiti.Application.IncomingMails;
using Tickiti.Domain.IncomingMails;
using Tickiti.Domain.Mailboxes;
using Tickiti.Infrastructure.Persistence;

namespace Tickiti.Infrastructure.IncomingMails;

/// <summary>
/// Commits a batch of mails. Where the batch as a whole does not go, each mail goes alone; one that does not go alone is put
/// in quarantine; and if not even that can be written it is the database's fault, and the round ends. A mail that others keep
/// getting in the way of is not at fault: it waits on the server for the next round.
/// </summary>
internal sealed partial class BatchCommitter(MailLedger ledger, Mailbox mailbox, IntakeMetrics metrics, TimeProvider clock, ILogger log)
{
    private const int MaxTries = 10;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    // What is in hand is finished, even when the node is told to stop.
    private static readonly CancellationToken Finish = CancellationToken.None;

    public async Task<IReadOnlyList<TakenMail>> CommitAsync(IReadOnlyList<ParsedMail> batch)
    {
        var taken = await TryAsync(batch) is { } whole ? whole : await OneByOneAsync(batch);
        foreach (var mail in taken)
        {
            metrics.Taken(mail.Disposition);
            Taken(log, mail.Id, mailbox.Id, mail.Disposition, mail.TicketId);
        }

        return taken;
    }

    private async Task<IReadOnlyList<TakenMail>?> TryAsync(IReadOnlyList<ParsedMail> batch)
    {
        try
        {
            return await StoreAsync(batch);
        }
        catch (Exception exception) when (exception is not LeaseLostException && !StorageFault.IsIn(exception))
        {
            BatchFailed(log, exception, batch.Count, mailbox.Id);
            return null;
        }
    }

    private async Task<IReadOnlyList<TakenMail>> OneByOneAsync(IReadOnlyList<ParsedMail> batch)
    {
        var taken = new List<TakenMail>(batch.Count);
        foreach (var mail in batch)
        {
            try
            {
                taken.AddRange(await StoreAsync([mail]));
            }
            catch (WriteConflictException conflict)
            {
                MailWaits(log, conflict, mail.RawSha256, mailbox.Id);
            }
            catch (Exception exception) when (exception is not LeaseLostException && !StorageFault.IsIn(exception))
            {
                MailFailed(log, exception, mail.RawSha256, mailbox.Id);
                taken.AddRange(await StoreAsync([ParsedMail.Unreadable(mail.Fetched, QuarantineReason.NotStored(exception))]));
            }
        }

        return taken;
    }

    private async Task<IReadOnlyList<TakenMail>> StoreAsync(IReadOnlyList<ParsedMail> batch)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await ledger.CommitAsync(
                    services => services.GetRequiredService<MailIntake>().TakeInAsync(mailbox, batch, Finish), Finish);
            }
            catch (WriteConflictException) when (attempt < MaxTries)
            {
                // A ticket was answered, or a copy came in elsewhere, at the same moment: decide again on what is true now.
                var pause = FirstPause * Math.Pow(2, attempt);
                await Task.Delay((pause < LongestPause ? pause : LongestPause) * Random.Shared.NextDouble(), clock, Finish);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message =
        "Incoming mail {IncomingMailId} of mailbox {MailboxId}: {Disposition}, ticket {TicketId}")]
    private static partial void Taken(ILogger logger, long? incomingMailId, long mailboxId, Disposition disposition, long? ticketId);

    [LoggerMessage(Level = LogLevel.Warning, Message =
        "A batch of {Count} mails of mailbox {MailboxId} could not be stored as one; they are stored one by one")]
    private static partial void BatchFailed(ILogger logger, Exception exception, int count, long mailboxId);

    [LoggerMessage(Level = LogLevel.Warning, Message =
        "The mail with the SHA-256 {Sha256} of mailbox {MailboxId} could not be stored for all the others that write; it waits for the next round")]
    private static partial void MailWaits(ILogger logger, Exception exception, string sha256, long mailboxId);

    [LoggerMessage(Level = LogLevel.Error, Message =
        "The mail with the SHA-256 {Sha256} of mailbox {MailboxId} could not be taken in; it goes to quarantine")]
    private static partial void MailFailed(ILogger logger, Exception exception, string sha256, long mailboxId);
}
