using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Mailboxes;

namespace Tickiti.Application.Mailboxes;

/// <summary>Connects a new mailbox. Its secrets follow one by one; until then it is incomplete and not polled.</summary>
public sealed record ConnectMailbox : MailboxFields, ICommand<MailboxRead>;

internal sealed class ConnectMailboxValidator : AbstractValidator<ConnectMailbox>
{
    public ConnectMailboxValidator() => this.RefuseSecrets();
}

internal sealed class ConnectMailboxHandler(ITickitiDb db, IDirectory directory, IIds ids, TimeProvider clock)
    : ICommandHandler<ConnectMailbox, MailboxRead>
{
    public async Task<Result<MailboxRead>> Handle(ConnectMailbox command, CancellationToken cancellationToken)
    {
        var wanted = command.Over(null);
        if (wanted.Error is { } fault)
        {
            return fault;
        }

        var known = await directory.ReadAsync(cancellationToken);
        var settings = wanted.Value with { QueueId = command.QueueId ?? known.Inbox.Id };
        if (await db.RefusalOfAsync(settings, ownId: null, cancellationToken) is { } refusal)
        {
            return refusal;
        }

        var mailbox = Mailbox.Connect(await ids.NextAsync<Mailbox>(cancellationToken), settings, clock.GetUtcNow());
        db.Mailboxes.Add(mailbox);
        return MailboxRead.Of(mailbox, []);
    }
}

internal static class MailboxUniqueness
{
    /// <summary>What other rows say against the settings: a name or an address taken, a queue that is not there.</summary>
    public static async Task<Error?> RefusalOfAsync(
        this ITickitiDb db, MailboxSettings settings, long? ownId, CancellationToken cancellationToken)
    {
        var others = db.Mailboxes.Where(mailbox => mailbox.Id != ownId);
        if (await others.That(new MailboxNamed(settings.Name)).AnyAsync(cancellationToken))
        {
            return MailboxErrors.NameTaken(settings.Name);
        }

        if (await others.That(new MailboxWithAddress(settings.Address.Key)).AnyAsync(cancellationToken))
        {
            return MailboxErrors.AddressTaken(settings.Address.Value);
        }

        return await db.Queues.AnyAsync(queue => queue.Id == settings.QueueId, cancellationToken)
            ? null
            : MailboxErrors.UnknownQueue(settings.QueueId);
    }
}
