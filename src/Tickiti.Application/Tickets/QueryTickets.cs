using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;

namespace Tickiti.Application.Tickets;

/// <summary>Lists tickets, newest first: those that satisfy the criteria, or all.</summary>
public sealed record QueryTickets(IReadOnlyList<TicketCriterion>? Criteria) : IQuery<TicketPage>
{
    public const int DefaultLimit = 100;
    public const int MaxLimit = 5000;
    public const int MaxCriteria = 50;

    public int RowLimit { get; init; } = DefaultLimit;

    public string? Cursor { get; init; }
}

/// <summary>Criteria of one mode are alternatives; those of different modes must all hold.</summary>
/// <param name="Match">Whether one of the tokens must hold (<c>any</c>, the default) or each (<c>all</c>).</param>
public sealed record TicketCriterion(string? Mode, IReadOnlyList<string>? Tokens, string? Match)
{
    public const int MaxTokens = 100;
    public const int MaxTokenLength = 1000;
}

public enum TokenMatch
{
    Any,
    All,
}

/// <param name="NextCursor">Null at the end.</param>
public sealed record TicketPage(IReadOnlyList<TicketRow> Tickets, string? NextCursor);

internal sealed class QueryTicketsValidator : AbstractValidator<QueryTickets>
{
    public QueryTicketsValidator()
    {
        RuleFor(query => query.RowLimit).InclusiveBetween(1, QueryTickets.MaxLimit)
            .WithMessage($"A number from 1 to {QueryTickets.MaxLimit}.");
        RuleFor(query => query.Cursor).MustBeCursor();
        RuleFor(query => query.Criteria).Must(list => list is null || list.Count <= QueryTickets.MaxCriteria)
            .WithMessage($"At most {QueryTickets.MaxCriteria} criteria.").OverridePropertyName("search_object.criteria");
        RuleForEach(query => query.Criteria).SetValidator(new TicketCriterionValidator()).OverridePropertyName("search_object.criteria");
    }
}

internal sealed class TicketCriterionValidator : AbstractValidator<TicketCriterion>
{
    public TicketCriterionValidator()
    {
        RuleFor(criterion => criterion.Mode).NotBlank().MustName<TicketCriterion, TicketMode>();
        RuleFor(criterion => criterion.Match).MustName<TicketCriterion, TokenMatch>();
        RuleFor(criterion => criterion.Tokens).Must(tokens => tokens is { Count: > 0 and <= TicketCriterion.MaxTokens })
            .WithMessage($"Give 1 to {TicketCriterion.MaxTokens} tokens.");
        RuleForEach(criterion => criterion.Tokens).NotBlank().MaximumLength(TicketCriterion.MaxTokenLength);
    }
}

internal sealed class QueryTicketsHandler(ITickitiDb db, IDirectory directory) : IQueryHandler<QueryTickets, TicketPage>
{
    public async Task<Result<TicketPage>> Handle(QueryTickets query, CancellationToken cancellationToken)
    {
        var criteria = new TicketCriteria(db, await directory.ReadAsync(cancellationToken));
        var condition = criteria.ConditionOf(query.Criteria ?? []);
        if (condition.Error is { } refused)
        {
            return refused;
        }

        var asked = db.Tickets.AsNoTracking().Where(condition.Value);
        if (Cursor.TryRead(query.Cursor, out var last))
        {
            asked = asked.Where(ticket => ticket.Id < last);
        }

        // One more than asked for tells whether there is a next page.
        var rows = await asked.OrderByDescending(ticket => ticket.Id).Take(query.RowLimit + 1)
            .Select(TicketRow.Projection(db)).ToListAsync(cancellationToken);
        if (rows.Count <= query.RowLimit)
        {
            return new TicketPage(rows, null);
        }

        rows.RemoveAt(query.RowLimit);
        return new TicketPage(rows, Cursor.After(Domain.Tickets.Ticket.IdOf(rows[^1].Number)));
    }
}
