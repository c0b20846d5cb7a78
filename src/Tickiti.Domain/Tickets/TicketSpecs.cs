using Tickiti.Domain.Common;

namespace Tickiti.Domain.Tickets;

public sealed class TicketWithNumber : Specification<Ticket>
{
    public TicketWithNumber(long number) => Where(ticket => ticket.Number == number);
}

public sealed class TicketWithId : Specification<Ticket>
{
    public TicketWithId(long id) => Where(ticket => ticket.Id == id);
}

public sealed class TicketsInQueue : Specification<Ticket>
{
    public TicketsInQueue(long queueId) => Where(ticket => ticket.QueueId == queueId);
}

/// <summary>Those whose hold is over on a day.</summary>
public sealed class TicketsOnHoldUntil : Specification<Ticket>
{
    public TicketsOnHoldUntil(DateOnly day) =>
        Where(ticket => ticket.Status == TicketStatus.OnHold && ticket.OnHoldUntil <= day);
}

/// <summary>Those whose pending closure is due on a day.</summary>
public sealed class TicketsToCloseOn : Specification<Ticket>
{
    public TicketsToCloseOn(DateOnly day) =>
        Where(ticket => ticket.CloseOn <= day);
}
