using FluentValidation;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Queues;

namespace Tickiti.Application.Queues;

/// <summary>Adds a queue.</summary>
public sealed record AddQueue : QueueFields, ICommand<QueueRead>;

internal sealed class AddQueueValidator : AbstractValidator<AddQueue>
{
    public AddQueueValidator()
    {
        RuleFor(command => command.Name).NotBlank().MustBeOneLine().MaximumLength(Queue.NameMaxLength);
        this.CheckFields();
    }
}

internal sealed class AddQueueHandler(ITickitiDb db, IIds ids, TimeProvider clock) : ICommandHandler<AddQueue, QueueRead>
{
    public async Task<Result<QueueRead>> Handle(AddQueue command, CancellationToken cancellationToken)
    {
        if (await db.RefusalOfAsync(command, ownId: null, cancellationToken) is { } refusal)
        {
            return refusal;
        }

        var now = clock.GetUtcNow();
        var queue = Queue.Add(await ids.NextAsync<Queue>(cancellationToken), command.Name!, now);
        queue.SendThrough(command.OutgoingMailboxId);
        queue.SetRules(command.Rules, now);
        db.Queues.Add(queue);
        return QueueRead.Of(queue, ticketCount: 0);
    }
}
