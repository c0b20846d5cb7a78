using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Interventions;
using Tickiti.Domain.Tickets;

namespace Tickiti.Application.Interventions;

/// <summary>The calls that told, or are to tell, staff answers; the newest first, each with its tries.</summary>
public sealed record ListEpilogCalls : IQuery<EpilogCallPage>
{
    public const int DefaultLimit = 50;
    public const int MaxLimit = 200;

    public long? InterventionId { get; init; }

    public long? TicketNumber { get; init; }

    public string? Status { get; init; }

    /// <summary>Default 50.</summary>
    public int? Limit { get; init; }

    public string? Cursor { get; init; }
}

/// <param name="NextCursor">Null at the end.</param>
public sealed record EpilogCallPage(IReadOnlyList<EpilogCallRow> Calls, string? NextCursor);

/// <param name="NextTryAt">Null unless it is queued.</param>
public sealed record EpilogCallRow(
    long Id,
    long InterventionId,
    long TicketNumber,
    long ResponseId,
    EpilogStatus Status,
    int AttemptCount,
    DateTimeOffset? NextTryAt,
    string? LastError,
    DateTimeOffset CreatedAt,
    DateTimeOffset? EndedAt,
    IReadOnlyList<EpilogAttemptRow> Attempts);

/// <param name="Outcome"><c>unknown</c>: it may have arrived, and no answer came.</param>
public sealed record EpilogAttemptRow(
    int Number, DateTimeOffset At, EpilogOutcome Outcome, int StatusCode, string Address, int DurationMilliseconds, string Words);

internal sealed class ListEpilogCallsValidator : AbstractValidator<ListEpilogCalls>
{
    public ListEpilogCallsValidator()
    {
        RuleFor(query => query.Status).MustName<ListEpilogCalls, EpilogStatus>();
        RuleFor(query => query.Limit).InclusiveBetween(1, ListEpilogCalls.MaxLimit);
        RuleFor(query => query.Cursor).MustBeCursor();
    }
}

internal sealed class ListEpilogCallsHandler(ITickitiDb db) : IQueryHandler<ListEpilogCalls, EpilogCallPage>
{
    public async Task<Result<EpilogCallPage>> Handle(ListEpilogCalls query, CancellationToken cancellationToken)
    {
        var limit = query.Limit ?? ListEpilogCalls.DefaultLimit;
        var calls = await Asked(query).OrderByDescending(call => call.Id).Take(limit + 1).ToListAsync(cancellationToken);
        var page = calls.Take(limit).ToList();
        var attempts = await AttemptsAsync([.. page.Select(call => call.Id)], cancellationToken);
        return new EpilogCallPage(
            page.ConvertAll(call => RowOf(call, [.. attempts[call.Id]])), calls.Count > limit ? Cursor.After(page[^1].Id) : null);
    }

    private IQueryable<EpilogCall> Asked(ListEpilogCalls query)
    {
        var asked = db.EpilogCalls.AsNoTracking();
        if (query.InterventionId is { } interventionId)
        {
            asked = asked.Where(call => call.InterventionId == interventionId);
        }

        if (query.TicketNumber is { } number)
        {
            var ticketId = Ticket.IdOf(number);
            asked = asked.Where(call => call.TicketId == ticketId);
        }

        if (query.Status is not null)
        {
            var status = Wire<EpilogStatus>.Parse(query.Status);
            asked = asked.Where(call => call.Status == status);
        }

        return Cursor.TryRead(query.Cursor, out var last) ? asked.Where(call => call.Id < last) : asked;
    }

    private async Task<ILookup<long, EpilogAttemptRow>> AttemptsAsync(List<long> ids, CancellationToken cancellationToken)
    {
        var attempts = await db.EpilogAttempts.AsNoTracking().Where(attempt => ids.Contains(attempt.CallId))
            .OrderBy(attempt => attempt.Number).ToListAsync(cancellationToken);
        return attempts.ToLookup(one => one.CallId, one => new EpilogAttemptRow(
            one.Number, one.At, one.Outcome, one.StatusCode, one.Address, one.DurationMilliseconds, one.Words));
    }

    internal static EpilogCallRow RowOf(EpilogCall call, IReadOnlyList<EpilogAttemptRow> attempts) => new(
        call.Id,
        call.InterventionId,
        Ticket.NumberOf(call.TicketId),
        call.ResponseId,
        call.Status,
        call.AttemptCount,
        call.Status == EpilogStatus.Queued ? call.NextTryAt : null,
        call.LastError,
        call.CreatedAt,
        call.EndedAt,
        attempts);
}
