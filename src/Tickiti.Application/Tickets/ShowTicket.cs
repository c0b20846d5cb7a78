using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Tickets;

namespace Tickiti.Application.Tickets;

/// <summary>A ticket with its responses: pinned ones first, then oldest first.</summary>
/// <param name="Fields">The parts of the responses that are wanted; null for all.</param>
public sealed record ShowTicket(long? TicketNumber, IReadOnlyList<string>? Fields) : IQuery<TicketShown>;

public sealed record TicketShown(TicketRow Ticket, IReadOnlyList<ResponseRow> Responses);

internal sealed class ShowTicketValidator : AbstractValidator<ShowTicket>
{
    public ShowTicketValidator()
    {
        RuleFor(query => query.TicketNumber).MustBeGiven();
        RuleForEach(query => query.Fields).MustBeResponsePart();
    }
}

internal sealed class ShowTicketHandler(ITickitiDb db, ResponseRows rows) : IQueryHandler<ShowTicket, TicketShown>
{
    public async Task<Result<TicketShown>> Handle(ShowTicket query, CancellationToken cancellationToken)
    {
        var number = query.TicketNumber!.Value;
        var ticket = await db.Tickets.AsNoTracking().That(new TicketWithNumber(number))
            .Select(TicketRow.Projection(db)).FirstOrDefaultAsync(cancellationToken);
        if (ticket is null)
        {
            return TicketErrors.NotFound(number);
        }

        var ticketId = Ticket.IdOf(number);
        var responses = db.Responses.AsNoTracking().Where(response => response.TicketId == ticketId)
            .OrderByDescending(response => response.IsPinned).ThenBy(response => response.Id);
        return new TicketShown(ticket, await rows.ReadAsync(responses, ResponseRows.PartsNamed(query.Fields), cancellationToken));
    }
}
