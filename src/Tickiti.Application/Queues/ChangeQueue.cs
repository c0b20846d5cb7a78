using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Queues;

namespace Tickiti.Application.Queues;

/// <summary>Changes the fields that are given.</summary>
public sealed record ChangeQueue : QueueFields, ICommand<QueueRead>
{
    public long? QueueId { get; init; }
}

internal sealed class ChangeQueueValidator : AbstractValidator<ChangeQueue>
{
    public ChangeQueueValidator()
    {
        RuleFor(command => command.QueueId).MustBeGiven();
        RuleFor(command => command.Name).NotBlank().MustBeOneLine().MaximumLength(Queue.NameMaxLength)
            .When(command => command.Name is not null);
        this.CheckFields();
    }
}

internal sealed class ChangeQueueHandler(ITickitiDb db, TimeProvider clock) : ICommandHandler<ChangeQueue, QueueRead>
{
    public async Task<Result<QueueRead>> Handle(ChangeQueue command, CancellationToken cancellationToken)
    {
        var id = command.QueueId!.Value;
        if (await db.Queues.That(new QueueWithId(id)).FirstOrDefaultAsync(cancellationToken) is not { } queue)
        {
            return QueueErrors.NotFound(id);
        }

        if (await db.RefusalOfAsync(command, id, cancellationToken) is { } refusal)
        {
            return refusal;
        }

        if (command.Name is not null)
        {
            queue.Rename(command.Name);
        }

        if (command.HasOutgoingMailboxId)
        {
            queue.SendThrough(command.OutgoingMailboxId);
        }

        queue.SetRules(command.Rules, clock.GetUtcNow());
        return QueueRead.Of(queue, await db.Tickets.CountAsync(ticket => ticket.QueueId == id, cancellationToken));
    }
}
