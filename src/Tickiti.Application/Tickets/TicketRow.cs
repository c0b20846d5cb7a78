using System.Globalization;
using System.Linq.Expressions;
using System.Text.Json.Serialization;
using Tickiti.Application.Common;
using Tickiti.Domain.Tickets;

namespace Tickiti.Application.Tickets;

/// <summary>A ticket as it is read. Its ids are strings here, its number a number: that is how the wire has them.</summary>
public sealed record TicketRow
{
    public required string Id { get; init; }

    public required long Number { get; init; }

    public required string Subject { get; init; }

    public required TicketStatus Status { get; init; }

    public required Priority Priority { get; init; }

    public required string QueueId { get; init; }

    public required string Queue { get; init; }

    public required string OriginatorEmail { get; init; }

    public required string? AssignedToEmail { get; init; }

    public bool Resolved => Status == TicketStatus.Closed;

    public required DateOnly? OnHoldUntil { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public required DateTimeOffset LastResponseAt { get; init; }

    public required int ResponseCount { get; init; }

    /// <summary>Its responses are there; whoever answers it answers that one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public required long? MergedIntoNumber { get; init; }

    internal static Expression<Func<Ticket, TicketRow>> Projection(ITickitiDb db) => ticket => new TicketRow
    {
        Id = ticket.Id.ToString(CultureInfo.InvariantCulture),
        Number = ticket.Number,
        Subject = ticket.Subject,
        Status = ticket.Status,
        Priority = ticket.Priority,
        QueueId = ticket.QueueId.ToString(CultureInfo.InvariantCulture),
        Queue = db.Queues.Where(queue => queue.Id == ticket.QueueId).Select(queue => queue.Name).First(),
        OriginatorEmail = ticket.OriginatorEmail,
        AssignedToEmail = db.Users.Where(user => user.Id == ticket.AssignedToId).Select(user => user.Email).FirstOrDefault(),
        OnHoldUntil = ticket.OnHoldUntil,
        CreatedAt = ticket.CreatedAt,
        UpdatedAt = ticket.UpdatedAt,
        LastResponseAt = ticket.LastResponseAt,
        ResponseCount = ticket.ResponseCount,
        MergedIntoNumber = db.Tickets.Where(one => one.Id == ticket.MergedIntoId).Select(one => (long?)one.Number).FirstOrDefault(),
    };
}
