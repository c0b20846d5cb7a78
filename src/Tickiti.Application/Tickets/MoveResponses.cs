using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Tickets;

namespace Tickiti.Application.Tickets;

/// <summary>Moves responses to another ticket.</summary>
public sealed record MoveResponses(IReadOnlyList<long>? ResponseIds, long? TargetTicketNumber) : ICommand<ResponsesMoved>;

public sealed record ResponsesMoved(long TicketId, long TicketNumber, int MovedCount);

internal sealed class MoveResponsesValidator : AbstractValidator<MoveResponses>
{
    public MoveResponsesValidator()
    {
        RuleFor(command => command.ResponseIds).Must(ids => ids is { Count: > 0 and <= MovedResponses.MaxCount })
            .WithMessage($"Give 1 to {MovedResponses.MaxCount} ids.");
        RuleFor(command => command.TargetTicketNumber).MustBeGiven();
    }
}

internal sealed class MoveResponsesHandler(ITickitiDb db, MovedResponses moved) : ICommandHandler<MoveResponses, ResponsesMoved>
{
    public async Task<Result<ResponsesMoved>> Handle(MoveResponses command, CancellationToken cancellationToken)
    {
        var responses = await moved.LoadAsync(command.ResponseIds!, cancellationToken);
        if (responses.Error is { } unknown)
        {
            return unknown;
        }

        var number = command.TargetTicketNumber!.Value;
        if (await db.Tickets.That(new TicketWithNumber(number)).FirstOrDefaultAsync(cancellationToken) is not { MergedIntoId: null } target)
        {
            return TicketErrors.UnknownOther("target_ticket_number", number);
        }

        var count = responses.Value.Count(response => response.TicketId != target.Id);
        return await moved.MoveAsync(responses.Value, target, cancellationToken) is { } refused
            ? refused
            : new ResponsesMoved(target.Id, target.Number, count);
    }
}
