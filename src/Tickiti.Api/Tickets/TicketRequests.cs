using Tickiti.Application.Tickets;
using Tickiti.Domain.Common;

namespace Tickiti.Api.Tickets;

/// <summary>A ticket in one of three shapes: subject and content in <c>data</c>, a template, or an intervention.</summary>
/// <param name="UsePassedOriginatorAsResponder">Taken for compatibility: the opening content is always the originator's.</param>
/// <param name="Notify">Mails the opening content to the participants; by default nobody is mailed.</param>
public sealed record CreateTicket(
    string? OriginatorEmailAddress,
    TicketData? Data,
    string? TemplateIdentifier,
    string? Intervention,
    string? Uid,
    string? QueueName,
    string? Priority,
    string? Status,
    DateOnly? OnHoldUntil,
    string? AssignedToEmail,
    IReadOnlyList<string>? Participants,
    bool? IsPublic,
    bool? UsePassedOriginatorAsResponder,
    bool? Notify)
{
    /// <summary>What stands at the top wins over what stands in <c>data</c>.</summary>
    public OpenTicket ToCommand() => new(OriginatorEmailAddress, Data?.Subject, Data?.Content)
    {
        TemplateIdentifier = TemplateIdentifier,
        Intervention = Intervention,
        QueueName = QueueName ?? Data?.QueueName,
        Priority = Priority ?? Data?.Priority,
        Status = Status ?? Data?.Status,
        OnHoldUntil = OnHoldUntil ?? Data?.OnHoldUntil,
        AssignedToEmail = AssignedToEmail ?? Data?.AssignedToEmail,
        Participants = Participants ?? Data?.Participants,
        IsPublic = IsPublic ?? true,
        Notify = Notify ?? false,
    };

    /// <summary>Names the fields at fault as they were sent: those in <c>data</c> by their path.</summary>
    public Error Explain(Error error) => error with
    {
        Fields = error.Fields.ToDictionary(field => IsFromData(field.Key) ? $"data.{field.Key}" : field.Key, field => field.Value),
    };

    private bool IsFromData(string field) => field.Split('[')[0] switch
    {
        "subject" or "content" => true,
        "queue_name" => QueueName is null,
        "priority" => Priority is null,
        "status" => Status is null,
        "on_hold_until" => OnHoldUntil is null && Data?.OnHoldUntil is not null,
        "assigned_to_email" => AssignedToEmail is null,
        "participants" => Participants is null,
        _ => false,
    };
}

public sealed record TicketData(
    string? Subject,
    string? Content,
    string? QueueName,
    string? Priority,
    string? Status,
    DateOnly? OnHoldUntil,
    string? AssignedToEmail,
    IReadOnlyList<string>? Participants);

public sealed record FlatTicket(
    string? OriginatorEmailAddress, string? Subject, string? Content, string? QueueName, string? Priority, bool? IsPublic)
{
    public OpenTicket ToCommand() => new(OriginatorEmailAddress, Subject, Content)
    {
        QueueName = QueueName,
        Priority = Priority,
        IsPublic = IsPublic ?? true,
    };
}

public sealed record FlatResponse(string? FromEmail, string? Content, bool? IsInternal)
{
    public RespondToTicket ToCommand(long number) =>
        new(FromEmail, Content) { TicketNumber = number, IsInternal = IsInternal ?? false };
}

public sealed record TicketSearch(TicketSearchObject? SearchObject, int? RowLimit, string? Cursor)
{
    public QueryTickets ToQuery() => new(SearchObject?.Criteria) { RowLimit = RowLimit ?? QueryTickets.DefaultLimit, Cursor = Cursor };
}

public sealed record TicketSearchObject(IReadOnlyList<TicketCriterion>? Criteria);
