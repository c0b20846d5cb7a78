using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Tickets;

namespace Tickiti.Application.Tickets;

/// <summary>Takes responses out of their tickets, for a split or a move.</summary>
internal sealed class MovedResponses(ITickitiDb db, TimeProvider clock)
{
    /// <summary>So many are moved at once.</summary>
    public const int MaxCount = 200;

    /// <returns>The responses, tracked and oldest first; or the first id that is none.</returns>
    public async Task<Result<IReadOnlyList<Response>>> LoadAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken)
    {
        var responses = await db.Responses.Where(response => ids.Contains(response.Id)).OrderBy(response => response.Id)
            .ToListAsync(cancellationToken);
        var missing = ids.Where(id => responses.TrueForAll(response => response.Id != id)).ToList();
        return missing.Count > 0 ? TicketErrors.UnknownResponse(missing[0]) : responses;
    }

    /// <summary>Moves them; each ticket that they leave keeps at least one.</summary>
    public async Task<Error?> MoveAsync(IReadOnlyList<Response> responses, Ticket target, CancellationToken cancellationToken)
    {
        var (now, moved) = (clock.GetUtcNow(), responses.Select(response => response.Id).ToList());
        foreach (var group in responses.Where(response => response.TicketId != target.Id).GroupBy(response => response.TicketId).ToList())
        {
            var source = await db.Tickets.SingleAsync(ticket => ticket.Id == group.Key, cancellationToken);
            var lastAt = await db.Responses.Where(response => response.TicketId == group.Key && !moved.Contains(response.Id))
                .MaxAsync(response => (DateTimeOffset?)response.CreatedAt, cancellationToken);
            if (source.Lose(group.Count(), lastAt ?? now, now).Error is { } refused)
            {
                return refused;
            }

            target.Gain(group.Count(), group.Max(response => response.CreatedAt), now);
            foreach (var response in group)
            {
                response.MoveTo(target, now);
            }
        }

        return null;
    }
}
