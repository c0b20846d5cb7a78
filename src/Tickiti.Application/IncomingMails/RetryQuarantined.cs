using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Application.Mailboxes;
using Tickiti.Domain.Common;
using Tickiti.Domain.IncomingMails;
using Tickiti.Domain.Mailboxes;
using Tickiti.Domain.Tickets;

namespace Tickiti.Application.IncomingMails;

/// <summary>
/// Handles a mail in quarantine once more, as if it came now. One that was too large to be fetched loses its row instead, and
/// the next visit of its mailbox, which is made at once, finds it as new.
/// </summary>
public sealed record RetryQuarantined(long? Id) : ICommand<QuarantinedRetried>;

/// <param name="Disposition">What became of it; null where it is to be fetched anew.</param>
/// <param name="Reason">Why, in a word.</param>
/// <param name="TicketNumber">The ticket it opened, joined or would join.</param>
public sealed record QuarantinedRetried(long Id, Disposition? Disposition, string Reason, long? TicketNumber);

internal sealed class RetryQuarantinedValidator : AbstractValidator<RetryQuarantined>
{
    public RetryQuarantinedValidator() => RuleFor(command => command.Id).MustBeGiven();
}

internal sealed class RetryQuarantinedHandler(ITickitiDb db, IDirectory directory, MailIntake intake, TimeProvider clock)
    : ICommandHandler<RetryQuarantined, QuarantinedRetried>
{
    private static readonly TimeSpan TimeAMail = TimeSpan.FromSeconds(60);

    public async Task<Result<QuarantinedRetried>> Handle(RetryQuarantined command, CancellationToken cancellationToken)
    {
        var id = command.Id!.Value;
        if (await db.IncomingMails.That(new QuarantinedMailWithId(id)).FirstOrDefaultAsync(cancellationToken) is not { } row)
        {
            return IncomingMailErrors.NotInQuarantine(id);
        }

        if ((await directory.ReadAsync(cancellationToken)).MailboxWithId(row.MailboxId) is not { } mailbox)
        {
            return IncomingMailErrors.MailboxGone;
        }

        if (row.RawSha256 is not { } hash)
        {
            return await FetchAgainAsync(row, mailbox, cancellationToken);
        }

        var raw = await db.Blobs.AsNoTracking().Where(blob => blob.Sha256 == hash).Select(blob => blob.Content).FirstAsync(cancellationToken);
        var listed = new ListedMail(0, new MailSource(row.SourceStore, row.SourceUid, row.SourceSize));
        var parsed = await ParsedMail.ReadWithinAsync(new FetchedMail(listed, FetchOutcome.Complete, raw), TimeAMail, clock, cancellationToken);
        await intake.TakeInAgainAsync(mailbox, row, parsed, cancellationToken);
        return new QuarantinedRetried(
            id, row.Disposition, row.Reason, row.TicketId is { } ticketId ? Ticket.NumberOf(ticketId) : null);
    }

    private async Task<Result<QuarantinedRetried>> FetchAgainAsync(IncomingMail row, Mailbox mailbox, CancellationToken cancellationToken)
    {
        if (!row.IsOnServer)
        {
            return IncomingMailErrors.GoneFromServer;
        }

        row.FetchAgain();
        db.IncomingMails.Remove(row);
        await db.HastenAsync(mailbox, clock.GetUtcNow(), cancellationToken);
        return new QuarantinedRetried(row.Id, null, "fetched_anew", null);
    }
}
