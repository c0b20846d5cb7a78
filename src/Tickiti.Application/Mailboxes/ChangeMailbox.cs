using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Mailboxes;

namespace Tickiti.Application.Mailboxes;

/// <summary>Changes the fields that are given. A change of the connection clears the mailbox's error state.</summary>
public sealed record ChangeMailbox : MailboxFields, ICommand<MailboxRead>
{
    public long? MailboxId { get; init; }
}

internal sealed class ChangeMailboxValidator : AbstractValidator<ChangeMailbox>
{
    public ChangeMailboxValidator()
    {
        RuleFor(command => command.MailboxId).MustBeGiven();
        this.RefuseSecrets();
    }
}

internal sealed class ChangeMailboxHandler(ITickitiDb db, TimeProvider clock) : ICommandHandler<ChangeMailbox, MailboxRead>
{
    public async Task<Result<MailboxRead>> Handle(ChangeMailbox command, CancellationToken cancellationToken)
    {
        var id = command.MailboxId!.Value;
        if (await db.Mailboxes.That(new MailboxWithId(id)).SingleOrDefaultAsync(cancellationToken) is not { } mailbox)
        {
            return MailboxErrors.NotFound(id);
        }

        var settings = command.Over(mailbox.Settings());
        if (settings.Error is { } fault)
        {
            return fault;
        }

        if (await db.RefusalOfAsync(settings.Value, id, cancellationToken) is { } refusal)
        {
            return refusal;
        }

        mailbox.Change(settings.Value, clock.GetUtcNow());
        return MailboxRead.Of(mailbox, await db.HealthOfAsync(id, cancellationToken));
    }
}
