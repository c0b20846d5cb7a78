using System.Globalization;
using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Queues;
using Tickiti.Domain.Tickets;

namespace Tickiti.Application.Tickets;

/// <summary>Lists responses over all tickets as they were committed, so that who goes on with the cursor gets each one once.</summary>
public sealed record QueryResponses : IQuery<ResponseFeedPage>
{
    public const int MaxNames = 100;

    /// <summary>A day (YYYY-MM-DD, UTC) or an instant, itself included.</summary>
    public string? CreatedFrom { get; init; }

    /// <summary>A day (YYYY-MM-DD, UTC) or an instant, itself included.</summary>
    public string? CreatedTo { get; init; }

    public bool? IsInternal { get; init; }

    public bool? StaffResponse { get; init; }

    /// <summary>Names.</summary>
    public IReadOnlyList<string>? Queue { get; init; }

    public IReadOnlyList<long>? TicketNumber { get; init; }

    /// <summary>The parts that are wanted; null for all.</summary>
    public IReadOnlyList<string>? Fields { get; init; }

    public int? Limit { get; init; }

    public string? Cursor { get; init; }
}

/// <param name="NextCursor">Null where nothing more is there now.</param>
/// <param name="ResumeCursor">What comes behind this page, now or later.</param>
public sealed record ResponseFeedPage(IReadOnlyList<ResponseRow> Responses, string? NextCursor, string ResumeCursor);

internal sealed class QueryResponsesValidator : AbstractValidator<QueryResponses>
{
    public QueryResponsesValidator()
    {
        RuleFor(query => query.CreatedFrom).Must(text => text is null || ResponseTimes.TryRead(text, out _, out _)).WithMessage(ResponseTimes.Form);
        RuleFor(query => query.CreatedTo).Must(text => text is null || ResponseTimes.TryRead(text, out _, out _)).WithMessage(ResponseTimes.Form);
        RuleFor(query => query.Queue).Must(names => names is null || names.Count <= QueryResponses.MaxNames)
            .WithMessage($"At most {QueryResponses.MaxNames} queues.");
        RuleFor(query => query.TicketNumber).Must(numbers => numbers is null || numbers.Count <= QueryResponses.MaxNames)
            .WithMessage($"At most {QueryResponses.MaxNames} tickets.");
        RuleForEach(query => query.Fields).MustBeResponsePart();
        RuleFor(query => query.Limit).InclusiveBetween(1, ListResponses.MaxLimit).WithMessage($"A number from 1 to {ListResponses.MaxLimit}.");
        RuleFor(query => query.Cursor).MustBePlaceCursor();
    }
}

internal sealed class QueryResponsesHandler(ITickitiDb db, IDirectory directory, ResponseFeed feed)
    : IQueryHandler<QueryResponses, ResponseFeedPage>
{
    public async Task<Result<ResponseFeedPage>> Handle(QueryResponses query, CancellationToken cancellationToken)
    {
        var asked = Asked(query);
        if (query.Queue is { } names)
        {
            var known = await directory.ReadAsync(cancellationToken);
            if (names.FirstOrDefault(name => known.QueueNamed(name) is null) is { } unknown)
            {
                return QueueErrors.Unknown(unknown);
            }

            var queueIds = names.Select(name => known.QueueNamed(name)!.Id).ToList();
            asked = asked.Where(one => db.Tickets.Any(ticket => ticket.Id == one.TicketId && queueIds.Contains(ticket.QueueId)));
        }

        return await feed.PageAsync(
            asked, ResponseRows.PartsNamed(query.Fields), query.Limit ?? ListResponses.DefaultLimit, query.Cursor, cancellationToken);
    }

    private IQueryable<Response> Asked(QueryResponses query)
    {
        var asked = db.Responses.AsNoTracking();
        if (query.CreatedFrom is not null && ResponseTimes.TryRead(query.CreatedFrom, out var from, out _))
        {
            asked = asked.Where(one => one.CreatedAt >= from);
        }

        if (query.CreatedTo is not null && ResponseTimes.TryRead(query.CreatedTo, out _, out var end))
        {
            asked = asked.Where(one => one.CreatedAt < end);
        }

        if (query.IsInternal is { } isInternal)
        {
            asked = asked.Where(one => one.IsInternal == isInternal);
        }

        if (query.StaffResponse is { } isStaff)
        {
            asked = asked.Where(one => one.IsStaff == isStaff);
        }

        if (query.TicketNumber is { } numbers)
        {
            var ticketIds = numbers.Select(Ticket.IdOf).ToList();
            asked = asked.Where(one => ticketIds.Contains(one.TicketId));
        }

        return asked;
    }
}

internal static class ResponseTimes
{
    public const string Form = "A day (YYYY-MM-DD, UTC) or an instant with its offset.";

    /// <param name="text">A day or an instant.</param>
    /// <param name="start">Its first moment.</param>
    /// <param name="end">The first moment after it.</param>
    public static bool TryRead(string text, out DateTimeOffset start, out DateTimeOffset end)
    {
        (start, end) = (default, default);
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day < DateOnly.MaxValue)
        {
            start = new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero);
            end = start.AddDays(1);
            return true;
        }

        string[] forms = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];
        var hasOffset = text.EndsWith('Z') || (text.Length > 6 && text[^6] is '+' or '-' && text[^3] == ':');
        if (!hasOffset || !DateTimeOffset.TryParseExact(text, forms, CultureInfo.InvariantCulture, DateTimeStyles.None, out start)
            || DateTimeOffset.MaxValue - start < TimeSpan.FromSeconds(1))
        {
            return false;
        }

        // Instants are told to the second; all of that second is meant.
        start = start.ToUniversalTime();
        end = start.AddSeconds(1);
        return true;
    }
}
