using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Tickets;

namespace Tickiti.Application.Tickets;

/// <summary>A ticket with its responses: pinned ones first, then oldest first.</summary>
/// <param name="Fields">The parts of the responses that are wanted; null for all.</param>
public sealed record ShowTicket(long? TicketNumber, IReadOnlyList<string>? Fields) : IQuery<TicketShown>
{
    /// <summary>Of the responses; default 200.</summary>
    public int? Limit { get; init; }
}

/// <param name="NextCursor">Where the list of responses goes on; null where all are there.</param>
public sealed record TicketShown(TicketRow Ticket, IReadOnlyList<ResponseRow> Responses, string? NextCursor);

internal sealed class ShowTicketValidator : AbstractValidator<ShowTicket>
{
    public ShowTicketValidator()
    {
        RuleFor(query => query.TicketNumber).MustBeGiven();
        RuleForEach(query => query.Fields).MustBeResponsePart();
        RuleFor(query => query.Limit).InclusiveBetween(1, ListResponses.MaxLimit).WithMessage($"A number from 1 to {ListResponses.MaxLimit}.");
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

        var page = await rows.PageOfTicketAsync(
            Ticket.IdOf(number), ResponseRows.PartsNamed(query.Fields), query.Limit ?? ListResponses.DefaultLimit, cursor: null, cancellationToken);
        return new TicketShown(ticket, page.Responses, page.NextCursor);
    }
}
