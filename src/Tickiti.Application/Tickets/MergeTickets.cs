using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Interventions;
using Tickiti.Domain.Tickets;

namespace Tickiti.Application.Tickets;

/// <summary>Makes two tickets one: the older survives with the responses and the people of both.</summary>
public sealed record MergeTickets(long? TicketNumber, long? OtherTicketNumber) : ICommand<TicketsMerged>;

/// <param name="TicketNumber">Of the survivor.</param>
public sealed record TicketsMerged(long TicketNumber, long TicketId, long MergedTicketNumber, int MovedResponses);

internal sealed class MergeTicketsValidator : AbstractValidator<MergeTickets>
{
    public MergeTicketsValidator()
    {
        RuleFor(command => command.TicketNumber).MustBeGiven();
        RuleFor(command => command.OtherTicketNumber).MustBeGiven();
    }
}

internal sealed class MergeTicketsHandler(ITickitiDb db, SetWrites sets, TimeProvider clock) : ICommandHandler<MergeTickets, TicketsMerged>
{
    public async Task<Result<TicketsMerged>> Handle(MergeTickets command, CancellationToken cancellationToken)
    {
        var (number, otherNumber) = (command.TicketNumber!.Value, command.OtherTicketNumber!.Value);
        var both = await db.Tickets.Include(one => one.Participants)
            .Where(one => one.Number == number || one.Number == otherNumber).OrderBy(one => one.CreatedAt).ThenBy(one => one.Id)
            .ToListAsync(cancellationToken);
        if (both.TrueForAll(one => one.Number != number))
        {
            return TicketErrors.NotFound(number);
        }

        if (both.TrueForAll(one => one.Number != otherNumber))
        {
            return TicketErrors.UnknownOther("other_ticket_number", otherNumber);
        }

        var (survivor, merged, now) = (both[0], both[^1], clock.GetUtcNow());
        var responses = db.Responses.Where(response => response.TicketId == merged.Id);
        var count = await responses.CountAsync(cancellationToken);
        var bringsIntervention = survivor.InterventionId is null;
        if (merged.MergeInto(survivor, now).Error is { } refused)
        {
            return refused;
        }

        // Who asked for an answer is told it, also where the survivor gets it.
        if (bringsIntervention
            && await db.InterventionTickets.AsNoTracking().FirstOrDefaultAsync(one => one.TicketId == merged.Id, cancellationToken) is { } asked)
        {
            db.InterventionTickets.Add(new InterventionTicket(survivor.Id, asked.InterventionId, asked.Uid, asked.Data));
        }

        var survivorId = survivor.Id;
        sets.Stage(count, token => responses.ExecuteUpdateAsync(
            set => set.SetProperty(response => response.TicketId, survivorId)
                .SetProperty(response => response.Version, response => response.Version + 1),
            token));
        return new TicketsMerged(survivor.Number, survivor.Id, merged.Number, count);
    }
}
