using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Mailboxes;
using Tickiti.Domain.SentMails;

namespace Tickiti.Application.Mailboxes;

/// <summary>
/// Deletes a mailbox. What it sent and received stays on record. Refused while a queue sends through it, and while mail waits
/// to be sent by it unless that is forced.
/// </summary>
public sealed record DeleteMailbox : ICommand<MailboxDeleted>
{
    public long? MailboxId { get; init; }

    /// <summary>Cancels what waits to be sent. Default: false.</summary>
    public bool? Force { get; init; }
}

public sealed record MailboxDeleted(long MailboxId);

internal sealed class DeleteMailboxValidator : AbstractValidator<DeleteMailbox>
{
    public DeleteMailboxValidator() => RuleFor(command => command.MailboxId).MustBeGiven();
}

internal sealed class DeleteMailboxHandler(ITickitiDb db, TimeProvider clock) : ICommandHandler<DeleteMailbox, MailboxDeleted>
{
    public async Task<Result<MailboxDeleted>> Handle(DeleteMailbox command, CancellationToken cancellationToken)
    {
        var id = command.MailboxId!.Value;
        if (await db.Mailboxes.That(new MailboxWithId(id)).SingleOrDefaultAsync(cancellationToken) is not { } mailbox)
        {
            return MailboxErrors.NotFound(id);
        }

        var queues = await db.Queues.Where(queue => queue.OutgoingMailboxId == id).OrderBy(queue => queue.Id)
            .Select(queue => queue.Name).ToListAsync(cancellationToken);
        if (queues.Count > 0)
        {
            return MailboxErrors.UsedByQueues(queues);
        }

        var waiting = db.SentMails.Where(mail => mail.MailboxId == id && mail.Status == SentMailStatus.Queued);
        if (command.Force != true && await waiting.CountAsync(cancellationToken) is > 0 and var count)
        {
            return MailboxErrors.HasQueuedMail(count);
        }

        foreach (var mail in await waiting.Include(mail => mail.Recipients).ToListAsync(cancellationToken))
        {
            mail.Cancel(clock.GetUtcNow(), $"The mailbox '{mailbox.Name}' was deleted.");
        }

        mailbox.Disconnect();
        db.Mailboxes.Remove(mailbox);
        return new MailboxDeleted(id);
    }
}
