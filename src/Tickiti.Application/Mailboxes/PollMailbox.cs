using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Mailboxes;

namespace Tickiti.Application.Mailboxes;

/// <summary>Has a mailbox's mail fetched now instead of at its next turn, on whichever node fetches it.</summary>
public sealed record PollMailbox : ICommand<MailboxPolled>
{
    public long? MailboxId { get; init; }
}

public sealed record MailboxPolled(long MailboxId, DateTimeOffset NextTryAt);

internal sealed class PollMailboxValidator : AbstractValidator<PollMailbox>
{
    public PollMailboxValidator() => RuleFor(command => command.MailboxId).MustBeGiven();
}

internal sealed class PollMailboxHandler(ITickitiDb db, TimeProvider clock) : ICommandHandler<PollMailbox, MailboxPolled>
{
    public async Task<Result<MailboxPolled>> Handle(PollMailbox command, CancellationToken cancellationToken)
    {
        var id = command.MailboxId!.Value;
        if (await db.Mailboxes.AsNoTracking().That(new MailboxWithId(id)).SingleOrDefaultAsync(cancellationToken) is not { } mailbox)
        {
            return MailboxErrors.NotFound(id);
        }

        if (!mailbox.CanFetch)
        {
            return MailboxErrors.CannotFetch(mailbox.Name);
        }

        var now = clock.GetUtcNow();
        await db.HastenAsync(mailbox, now, cancellationToken);
        return new MailboxPolled(id, now);
    }
}

internal static class MailboxTurns
{
    /// <summary>Makes the mailbox's next visit due.</summary>
    public static async Task HastenAsync(this ITickitiDb db, Mailbox mailbox, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var health = await db.MailboxHealth.SingleOrDefaultAsync(
            one => one.MailboxId == mailbox.Id && one.Direction == MailDirection.Incoming, cancellationToken);
        if (health is null)
        {
            health = MailboxHealth.Of(mailbox, MailDirection.Incoming, now);
            db.MailboxHealth.Add(health);
        }

        health.Hasten(now);
    }
}
