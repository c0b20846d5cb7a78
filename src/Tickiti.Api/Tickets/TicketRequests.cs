using System.Text.Json;
using System.Text.Json.Serialization;
using Tickiti.Api.Common;
using Tickiti.Application.Tickets;
using Tickiti.Domain.Common;

namespace Tickiti.Api.Tickets;

/// <summary>A ticket in one of three shapes: subject and content in <c>data</c>, a template, or an intervention.</summary>
[TicketShapes]
[JsonDerivedType(typeof(DirectTicket))]
[JsonDerivedType(typeof(FilledTicket))]
public abstract record CreateTicket
{
    public string? OriginatorEmailAddress { get; init; }

    public string? QueueName { get; init; }

    public string? Priority { get; init; }

    public string? Status { get; init; }

    public DateOnly? OnHoldUntil { get; init; }

    public string? AssignedToEmail { get; init; }

    public IReadOnlyList<string>? Participants { get; init; }

    public bool? IsPublic { get; init; }

    /// <summary>Taken for compatibility: the opening content is always the originator's.</summary>
    public bool? UsePassedOriginatorAsResponder { get; init; }

    /// <summary>Mails the opening content to the participants; by default nobody is mailed.</summary>
    public bool? Notify { get; init; }

    public abstract OpenTicket ToCommand();

    /// <summary>Names the fields at fault as they were sent.</summary>
    public virtual Error Explain(Error error) => error;
}

/// <summary>With subject and content of its own.</summary>
public sealed record DirectTicket : CreateTicket
{
    public TicketData? Data { get; init; }

    /// <summary>What stands at the top wins over what stands in <c>data</c>.</summary>
    public override OpenTicket ToCommand() => new(OriginatorEmailAddress, Data?.Subject, Data?.Content)
    {
        QueueName = QueueName ?? Data?.QueueName,
        Priority = Priority ?? Data?.Priority,
        Status = Status ?? Data?.Status,
        OnHoldUntil = OnHoldUntil ?? Data?.OnHoldUntil,
        AssignedToEmail = AssignedToEmail ?? Data?.AssignedToEmail,
        Participants = Participants ?? Data?.Participants,
        IsPublic = IsPublic ?? true,
        Notify = Notify ?? false,
    };

    /// <summary>Those in <c>data</c> by their path.</summary>
    public override Error Explain(Error error) => error with
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

/// <summary>From a template, or from the templates of an intervention.</summary>
public sealed record FilledTicket : CreateTicket
{
    public string? TemplateIdentifier { get; init; }

    public string? Intervention { get; init; }

    /// <summary>The caller's own name for what the intervention is about.</summary>
    public string? Uid { get; init; }

    /// <summary>What the placeholders stand for; with an intervention that is <c>data.data</c>.</summary>
    public IReadOnlyDictionary<string, JsonElement>? Data { get; init; }

    public override OpenTicket ToCommand() => new(OriginatorEmailAddress, null, null)
    {
        TemplateIdentifier = TemplateIdentifier,
        Intervention = Intervention,
        Uid = Uid,
        Bag = Intervention is null ? Data : InnerData(),
        QueueName = QueueName,
        Priority = Priority,
        Status = Status,
        OnHoldUntil = OnHoldUntil,
        AssignedToEmail = AssignedToEmail,
        Participants = Participants,
        IsPublic = IsPublic ?? true,
        Notify = Notify ?? false,
    };

    private Dictionary<string, JsonElement>? InnerData() =>
        Data is not null && Data.TryGetValue("data", out var inner) && inner.ValueKind == JsonValueKind.Object
            ? inner.EnumerateObject().ToDictionary(one => one.Name, one => one.Value)
            : null;
}

internal sealed class TicketShapesAttribute : ShapedAttribute
{
    public override Type ShapeOf(JsonElement body) =>
        Has(body, "template_identifier") || Has(body, "intervention") ? typeof(FilledTicket) : typeof(DirectTicket);
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
