using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Tickets;

namespace Tickiti.Application.Tickets;

/// <summary>Lists tickets, newest first: those that satisfy the criteria, or all.</summary>
public sealed record QueryTickets(IReadOnlyList<TicketCriterion>? Criteria) : IQuery<TicketPage>
{
    public const int DefaultLimit = 100;
    public const int MaxLimit = 5000;
    public const int MaxCriteria = 50;

    internal const string CriteriaField = "search_object.criteria";

    /// <summary>In all criteria of texts together.</summary>
    public const int MaxTextTokens = 100;

    /// <summary>Of all their tokens together.</summary>
    public const int MaxTextLength = 10_000;

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

/// <param name="NextCursor">
/// Null at the end. A search that would be too much work at once answers with what it found so far, perhaps fewer rows than asked
/// for, and a cursor to go on with.
/// </param>
public sealed record TicketPage(IReadOnlyList<TicketRow> Tickets, string? NextCursor);

internal sealed class QueryTicketsValidator : AbstractValidator<QueryTickets>
{
    public QueryTicketsValidator()
    {
        RuleFor(query => query.RowLimit).InclusiveBetween(1, QueryTickets.MaxLimit)
            .WithMessage($"A number from 1 to {QueryTickets.MaxLimit}.");
        RuleFor(query => query.Cursor).MustBeCursor();
        RuleFor(query => query.Criteria).Must(list => list is null || list.Count <= QueryTickets.MaxCriteria)
            .WithMessage($"At most {QueryTickets.MaxCriteria} criteria.").OverridePropertyName(QueryTickets.CriteriaField);
        RuleFor(query => query.Criteria).Must(list => TicketTexts.TokensOf(list).Count() <= QueryTickets.MaxTextTokens)
            .WithMessage($"At most {QueryTickets.MaxTextTokens} tokens of subject and content in one search.")
            .OverridePropertyName(QueryTickets.CriteriaField);
        RuleFor(query => query.Criteria).Must(list => TicketTexts.TokensOf(list).Sum(token => token.Length) <= QueryTickets.MaxTextLength)
            .WithMessage($"The tokens of subject and content have at most {QueryTickets.MaxTextLength} characters in all.")
            .OverridePropertyName(QueryTickets.CriteriaField);
        RuleForEach(query => query.Criteria).SetValidator(new TicketCriterionValidator()).OverridePropertyName(QueryTickets.CriteriaField);
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

internal sealed class QueryTicketsHandler(ITickitiDb db, IDirectory directory, ITextSearch search, TimeProvider clock)
    : IQueryHandler<QueryTickets, TicketPage>
{
    public async Task<Result<TicketPage>> Handle(QueryTickets query, CancellationToken cancellationToken)
    {
        var criteria = query.Criteria ?? [];
        var conditions = new TicketCriteria(await directory.ReadAsync(cancellationToken));
        var condition = conditions.ConditionOf(criteria);
        if (condition.Error is { } refused)
        {
            return refused;
        }

        var sources = new TicketSources(db, conditions, criteria);
        var before = Math.Min(Cursor.TryRead(query.Cursor, out var last) ? last : long.MaxValue, await sources.EndAsync(cancellationToken));

        // One more than asked for tells whether there is a next page.
        var wanted = query.RowLimit + 1;
        var read = sources.Condition() is { } source
            ? await new RowQuery(search, source, QueryTickets.CriteriaField, clock).ReadAsync(
                before, wanted, (ids, atMost, token) => ReadAsync(Among(ids).Where(condition.Value), atMost, token), cancellationToken)
            : new RowPage<TicketRow>(
                await ReadAsync(db.Tickets.AsNoTracking().Where(condition.Value).Where(ticket => ticket.Id < before), wanted, cancellationToken), null);
        if (read.Error is { } tooMuch)
        {
            return tooMuch;
        }

        var (rows, remaining) = read.Value;
        if (rows.Count <= query.RowLimit)
        {
            return new TicketPage(rows, remaining is null ? null : Cursor.After(remaining.Value));
        }

        rows.RemoveAt(query.RowLimit);
        return new TicketPage(rows, Cursor.After(Ticket.IdOf(rows[^1].Number)));
    }

    // The limit keeps the database from looking for the condition first, which many more may fulfil.
    private IQueryable<Ticket> Among(IReadOnlyList<long> ids) =>
        db.Tickets.AsNoTracking().Where(ticket => ids.Contains(ticket.Id)).OrderByDescending(ticket => ticket.Id).Take(ids.Count);

    private Task<List<TicketRow>> ReadAsync(IQueryable<Ticket> tickets, int atMost, CancellationToken cancellationToken) =>
        tickets.OrderByDescending(ticket => ticket.Id).Take(atMost).Select(TicketRow.Projection(db)).ToListAsync(cancellationToken);
}
