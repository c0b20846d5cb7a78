using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Tickets;

namespace Tickiti.Application.Tickets;

/// <summary>Re-opens tickets whose hold is over today, and closes those whose pending closure is due; days are UTC.</summary>
public sealed record FollowCalendar : ICommand<CalendarFollowed>
{
    /// <summary>Small, so that people who write at the same moment do not wait for it.</summary>
    public const int BatchSize = 100;
}

/// <param name="MayBeMore">A batch was full.</param>
public sealed record CalendarFollowed(int Reopened, int Closed, bool MayBeMore);

internal sealed class FollowCalendarHandler(ITickitiDb db, TimeProvider clock) : ICommandHandler<FollowCalendar, CalendarFollowed>
{
    public async Task<Result<CalendarFollowed>> Handle(FollowCalendar command, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var held = await BatchAsync(new TicketsOnHoldUntil(today), cancellationToken);
        held.ForEach(ticket => ticket.EndHold(now));
        var closing = await BatchAsync(new TicketsToCloseOn(today), cancellationToken);
        foreach (var ticket in closing)
        {
            // Closing takes no date, so it is never refused.
            _ = ticket.SetStatus(TicketStatus.Closed, onHoldUntil: null, now);
        }

        return new CalendarFollowed(
            held.Count, closing.Count, held.Count == FollowCalendar.BatchSize || closing.Count == FollowCalendar.BatchSize);
    }

    private Task<List<Ticket>> BatchAsync(Specification<Ticket> due, CancellationToken cancellationToken) =>
        db.Tickets.That(due).OrderBy(ticket => ticket.Id).Take(FollowCalendar.BatchSize).ToListAsync(cancellationToken);
}
