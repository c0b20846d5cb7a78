namespace Tickiti.Application.Common;

/// <summary>What happened, when, and by whom: a row for each event of an aggregate, in the event's own transaction.</summary>
public sealed class AuditEntry
{
    public const int NameMaxLength = 64;
    public const int DetailMaxLength = 500;

    public long Id { get; init; }

    public DateTimeOffset At { get; init; }

    /// <summary>The token that asked for it; null for what the machine did by itself.</summary>
    public long? TokenId { get; init; }

    /// <summary><c>ticket.opened</c>, <c>mailbox.changed</c> …</summary>
    public string Name { get; init; } = "";

    public long SubjectId { get; init; }

    public long? TicketId { get; init; }

    public string? Detail { get; init; }
}

/// <summary>A value that all nodes share: keys made at the first start, retention times.</summary>
public sealed class Setting
{
    public const int KeyMaxLength = 100;

    public string Key { get; init; } = "";

    public string Value { get; set; } = "";
}

/// <summary>
/// Where a response stands among all, in the order of their commits; the database itself says so. Several may share a position,
/// then their ids count. It never changes, whatever becomes of the response (docs/adr/0015-commit-order.md).
/// </summary>
public sealed class ResponsePlace
{
    public long ResponseId { get; init; }

    public long Position { get; init; }
}

/// <summary>
/// The right to do a piece of work alone for a while. Claimed and renewed by one conditional UPDATE; the fence grows with
/// each claim, and every write of the work asks for it, so that one who lost the lease writes nothing.
/// </summary>
public sealed class Lease
{
    public const int NameMaxLength = 100;
    public const int OwnerMaxLength = 200;

    public string Name { get; init; } = "";

    public string? Owner { get; set; }

    public DateTimeOffset ExpiresAt { get; set; }

    public long Fence { get; set; }
}
