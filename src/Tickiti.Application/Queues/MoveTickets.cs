using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Queues;
using Tickiti.Domain.Tickets;

namespace Tickiti.Application.Queues;

/// <summary>Moves all tickets of a queue to another one.</summary>
public sealed record MoveTickets(long? FromQueueId, long? ToQueueId) : ICommand<TicketsMoved>;

public sealed record TicketsMoved(long FromQueueId, long ToQueueId, int MovedCount);

internal sealed class MoveTicketsValidator : AbstractValidator<MoveTickets>
{
    public MoveTicketsValidator()
    {
        RuleFor(command => command.FromQueueId).MustBeGiven();
        RuleFor(command => command.ToQueueId).MustBeGiven();
        RuleFor(command => command.ToQueueId).Must((command, id) => id != command.FromQueueId)
            .WithMessage("Tickets are moved to another queue.");
    }
}

internal sealed class MoveTicketsHandler(ITickitiDb db, SetWrites sets, TimeProvider clock) : ICommandHandler<MoveTickets, TicketsMoved>
{
    public async Task<Result<TicketsMoved>> Handle(MoveTickets command, CancellationToken cancellationToken)
    {
        var (from, to) = (command.FromQueueId!.Value, command.ToQueueId!.Value);
        if (await db.Queues.That(new QueueWithId(from)).FirstOrDefaultAsync(cancellationToken) is not { } queue)
        {
            return QueueErrors.NotFound(from);
        }

        if (!await db.Queues.That(new QueueWithId(to)).AnyAsync(cancellationToken))
        {
            return QueueErrors.UnknownTarget(to);
        }

        var now = clock.GetUtcNow();
        var tickets = db.Tickets.That(new TicketsInQueue(from));
        var count = await tickets.CountAsync(cancellationToken);
        queue.TellMoved(count, to);
        sets.Stage(count, token => tickets.ExecuteUpdateAsync(
            set => set.SetProperty(ticket => ticket.QueueId, to)
                .SetProperty(ticket => ticket.UpdatedAt, now)
                .SetProperty(ticket => ticket.Version, ticket => ticket.Version + 1),
            token));
        return new TicketsMoved(from, to, count);
    }
}
