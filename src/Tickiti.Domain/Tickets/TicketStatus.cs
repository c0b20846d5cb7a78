using Tickiti.Domain.Common;

namespace Tickiti.Domain.Tickets;

public enum TicketStatus
{
    Open,

    /// <summary>Waits for a date, on which it re-opens by itself.</summary>
    [WireName("on-hold")]
    OnHold,
    Closed,
}

/// <summary>The numbers are the names on the wire.</summary>
public enum Priority
{
    [WireName("10")]
    Low = 10,

    [WireName("20")]
    Normal = 20,

    [WireName("30")]
    High = 30,

    [WireName("40")]
    Urgent = 40,
}

/// <summary>How sure it is that a mail belongs to the ticket it was added to.</summary>
public enum ThreadConfidence
{
    /// <summary>A participant's subject tag.</summary>
    Low,

    /// <summary>A known foreign id, from a participant.</summary>
    Medium,

    /// <summary>An id of ours whose signature verifies.</summary>
    High,
}
