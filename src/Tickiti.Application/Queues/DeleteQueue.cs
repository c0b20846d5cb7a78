using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Queues;

namespace Tickiti.Application.Queues;

/// <summary>Deletes a queue that is empty and that no mailbox brings tickets to. The built-in one stays.</summary>
public sealed record DeleteQueue(long? QueueId) : ICommand<QueueDeleted>;

public sealed record QueueDeleted(long QueueId);

internal sealed class DeleteQueueValidator : AbstractValidator<DeleteQueue>
{
    public DeleteQueueValidator() => RuleFor(command => command.QueueId).MustBeGiven();
}

internal sealed class DeleteQueueHandler(ITickitiDb db) : ICommandHandler<DeleteQueue, QueueDeleted>
{
    public async Task<Result<QueueDeleted>> Handle(DeleteQueue command, CancellationToken cancellationToken)
    {
        var id = command.QueueId!.Value;
        if (await db.Queues.That(new QueueWithId(id)).FirstOrDefaultAsync(cancellationToken) is not { } queue)
        {
            return QueueErrors.NotFound(id);
        }

        if (queue.IsBuiltIn)
        {
            return QueueErrors.BuiltIn;
        }

        if (await db.Tickets.AnyAsync(ticket => ticket.QueueId == id, cancellationToken)
            || await db.Mailboxes.AnyAsync(mailbox => mailbox.QueueId == id, cancellationToken)
            || await db.Interventions.AnyAsync(intervention => intervention.QueueId == id, cancellationToken))
        {
            return QueueErrors.InUse(queue.Name);
        }

        queue.Delete();
        db.Queues.Remove(queue);
        return new QueueDeleted(id);
    }
}
