using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Tickets;

namespace Tickiti.Application.Tickets;

/// <summary>
/// From where the tickets of some criteria are to be read, so that it costs the same however many there are: each mode has an index, and
/// what is left over is compared.
/// </summary>
/// <param name="criteria">Valid.</param>
internal sealed class TicketSources(ITickitiDb db, TicketCriteria conditions, IReadOnlyList<TicketCriterion> criteria)
{
    /// <summary>
    /// A node gives out the ids of a block, of 2,000 at most, while others give out higher ones (docs/adr/0004-ids-in-blocks.md). So at
    /// most so many tickets of four other nodes are newer than a ticket and have lower ids.
    /// </summary>
    private const int MaxDisorder = 8_000;

    // So many lists are merged; what has more tokens is one that the database sorts.
    private const int MaxLists = 16;

    // Clocks are set.
    private static readonly TimeSpan Tolerance = TimeSpan.FromHours(1);

    /// <summary>An id below which all lie that satisfy the criteria: those of a past time are not reached by way of all that came since.</summary>
    public async Task<long> EndAsync(CancellationToken cancellationToken)
    {
        if (criteria.All(one => ModeOf(one) is not (TicketMode.CreatedTo or TicketMode.UpdatedTo)))
        {
            return long.MaxValue;
        }

        // Nothing is changed before it is made.
        var end = EndOf(TicketMode.CreatedTo) < EndOf(TicketMode.UpdatedTo) ? EndOf(TicketMode.CreatedTo) : EndOf(TicketMode.UpdatedTo);
        var madeBefore = end < DateTimeOffset.MaxValue - Tolerance ? end + Tolerance : end;
        var last = await db.Tickets.AsNoTracking().Where(ticket => ticket.CreatedAt < madeBefore)
            .OrderByDescending(ticket => ticket.CreatedAt).Take(MaxDisorder)
            .MaxAsync(ticket => (long?)ticket.Id, cancellationToken);
        return last + 1 ?? 0;
    }

    /// <returns>Null where the tickets themselves, newest first, or one index are read and little is compared.</returns>
    public RowCondition? Condition()
    {
        var sources = criteria.GroupBy(ModeOf).Where(mode => !IsDate(mode.Key))
            .Select(mode => OneOf([.. mode.Select(SourceOf)], all => new RowCondition.Any(all))).ToList();
        var isSifted = criteria.Any(one => IsDate(ModeOf(one)) && ModeOf(one) != TicketMode.CreatedTo);
        if (!isSifted && sources is [] or [RowCondition.Listed])
        {
            return null;
        }

        if (sources.Count == 0)
        {
            sources.Add(new RowCondition.Listed(db.Tickets.AsNoTracking().Select(ticket => ticket.Id)));
        }

        return OneOf([.. sources, .. OfDays()], all => new RowCondition.All(all));
    }

    private static RowCondition OneOf(List<RowCondition> conditions, Func<List<RowCondition>, RowCondition> join) =>
        conditions.Count == 1 ? conditions[0] : join(conditions);

    private static TicketMode ModeOf(TicketCriterion criterion) => Wire<TicketMode>.Parse(criterion.Mode!);

    private static bool IsDate(TicketMode mode) => mode is TicketMode.CreatedFrom or TicketMode.CreatedTo or TicketMode.UpdatedFrom or TicketMode.UpdatedTo;

    private RowCondition SourceOf(TicketCriterion criterion)
    {
        var mode = ModeOf(criterion);
        var tokens = criterion.Tokens!.Select(token => token.Trim()).Distinct().ToList();
        if (criterion.Match == Wire<TokenMatch>.Name(TokenMatch.All))
        {
            // Each of them leads to all that is wanted.
            return OneOf([.. tokens.Take(TicketTexts.IsText(mode) ? tokens.Count : MaxLists).Select(token => SourceOf(mode, [token]))], all => new RowCondition.All(all));
        }

        var isOneList = !TicketTexts.IsText(mode) && (mode == TicketMode.TicketNumber || tokens.Count > MaxLists);
        return isOneList
            ? SourceOf(mode, tokens)
            : OneOf([.. tokens.Select(token => SourceOf(mode, [token]))], all => new RowCondition.Any(all));
    }

    /// <param name="tokens">One, where it is a text.</param>
    private RowCondition SourceOf(TicketMode mode, List<string> tokens)
    {
        if (TicketTexts.IsText(mode))
        {
            return TicketTexts.ConditionOf(mode, tokens[0]);
        }

        // The originator stands in the ticket, the others in a table of their own.
        var own = mode == TicketMode.Participant ? TicketMode.Raised : mode;
        var holds = Predicates.Any(tokens.Select(token => conditions.ConditionOf(own, token, "").Value));
        var tickets = new RowCondition.Listed(db.Tickets.AsNoTracking().Where(holds).Select(ticket => ticket.Id));
        if (mode != TicketMode.Participant)
        {
            return tickets;
        }

        var others = db.Tickets.SelectMany(ticket => ticket.Participants).Where(Predicates.Any(tokens.Select(EmailAddress.KeyOf).Select(IsOf)));
        return new RowCondition.Any([tickets, new RowCondition.Listed(others.Select(one => one.TicketId))]);
    }

    private static Expression<Func<Participant, bool>> IsOf(string key) => one => one.Email == key;

    // Few were made or changed in some days of many.
    private IEnumerable<RowCondition> OfDays()
    {
        var tickets = db.Tickets.AsNoTracking();
        if (FirstOf(TicketMode.CreatedFrom) is { } made)
        {
            var end = EndOf(TicketMode.CreatedTo);
            yield return new RowCondition.Few(tickets.Where(ticket => ticket.CreatedAt >= made && ticket.CreatedAt < end)
                .OrderBy(ticket => ticket.CreatedAt).Select(ticket => ticket.Id));
        }

        if (FirstOf(TicketMode.UpdatedFrom) is { } changed)
        {
            var end = EndOf(TicketMode.UpdatedTo);
            yield return new RowCondition.Few(tickets.Where(ticket => ticket.UpdatedAt >= changed && ticket.UpdatedAt < end)
                .OrderBy(ticket => ticket.UpdatedAt).Select(ticket => ticket.Id));
        }
    }

    private DateTimeOffset? FirstOf(TicketMode mode) => DaysOf(mode).Select(day => (DateTimeOffset?)day).Min();

    private DateTimeOffset EndOf(TicketMode mode) => DaysOf(mode).Select(day => (DateTimeOffset?)day.AddDays(1)).Max() ?? DateTimeOffset.MaxValue;

    private IEnumerable<DateTimeOffset> DaysOf(TicketMode mode) =>
        from criterion in criteria
        where ModeOf(criterion) == mode
        from token in criterion.Tokens!
        select TicketCriteria.TryReadDay(token.Trim(), out var day) ? day : default;
}
