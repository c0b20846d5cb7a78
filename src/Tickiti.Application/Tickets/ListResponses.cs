using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Tickets;

namespace Tickiti.Application.Tickets;

/// <summary>The responses of a ticket in pages: pinned ones first (all on the first page), then oldest first.</summary>
public sealed record ListResponses(long? TicketNumber) : IQuery<ResponsePage>
{
    public const int DefaultLimit = 200;
    public const int MaxLimit = 1000;

    public int Limit { get; init; } = DefaultLimit;

    public string? Cursor { get; init; }

    /// <summary>The parts that are wanted; null for all.</summary>
    public IReadOnlyList<string>? Fields { get; init; }
}

/// <param name="NextCursor">Null at the end.</param>
public sealed record ResponsePage(IReadOnlyList<ResponseRow> Responses, string? NextCursor);

internal sealed class ListResponsesValidator : AbstractValidator<ListResponses>
{
    public ListResponsesValidator()
    {
        RuleFor(query => query.TicketNumber).MustBeGiven();
        RuleFor(query => query.Limit).InclusiveBetween(1, ListResponses.MaxLimit)
            .WithMessage($"A number from 1 to {ListResponses.MaxLimit}.");
        RuleFor(query => query.Cursor).MustBeTimeCursor();
        RuleForEach(query => query.Fields).MustBeResponsePart();
    }
}

internal sealed class ListResponsesHandler(ITickitiDb db, ResponseRows rows) : IQueryHandler<ListResponses, ResponsePage>
{
    public async Task<Result<ResponsePage>> Handle(ListResponses query, CancellationToken cancellationToken)
    {
        var number = query.TicketNumber!.Value;
        var ticketId = await db.Tickets.AsNoTracking().That(new TicketWithNumber(number))
            .Select(ticket => (long?)ticket.Id).FirstOrDefaultAsync(cancellationToken);
        if (ticketId is null)
        {
            return TicketErrors.NotFound(number);
        }

        var parts = ResponseRows.PartsNamed(query.Fields);
        return await rows.PageOfTicketAsync(ticketId.Value, parts, query.Limit, query.Cursor, cancellationToken);
    }
}
