namespace Tickiti.Domain.Common;

/// <summary>
/// Something that happened to an aggregate. It becomes a row of the audit trail in the transaction that made it happen.
/// </summary>
/// <param name="Name">What happened, as noun and past participle: <c>ticket.opened</c>.</param>
/// <param name="SubjectId">The id of the aggregate.</param>
/// <param name="TicketId">The ticket whose history it belongs to, if any.</param>
/// <param name="Detail">A short fact worth keeping; never a secret or a body.</param>
public sealed record DomainEvent(string Name, long SubjectId, long? TicketId = null, string? Detail = null);

/// <summary>The root of what is loaded, asked and saved together.</summary>
public abstract class Aggregate
{
    private readonly List<DomainEvent> _events = [];

    public long Id { get; protected init; }

    /// <summary>Counts the changes; two writers that started from the same count cannot both win.</summary>
    public int Version { get; private set; }

    public IReadOnlyList<DomainEvent> Events => _events;

    public void ForgetEvents() => _events.Clear();

    /// <summary>Called by the unit of work for each changed aggregate.</summary>
    public void IncrementVersion() => Version++;

    protected void Raise(string name, long? ticketId = null, string? detail = null) =>
        _events.Add(new DomainEvent(name, Id, ticketId, detail));
}
