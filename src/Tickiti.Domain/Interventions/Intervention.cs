using Tickiti.Domain.Common;
using Tickiti.Domain.Templates;

namespace Tickiti.Domain.Interventions;

/// <summary>
/// A kind of ticket that another program asks people to look after: two templates make its content, and the staff's answer is
/// told to that program by a signed call (the epilog).
/// </summary>
public sealed class Intervention : Aggregate
{
    public const string PrivateSuffix = ".private";
    public const string PublicSuffix = ".public";

    /// <summary>With a suffix it is the identifier of a template.</summary>
    public const int NameMaxLength = 90;
    public const int TitleMaxLength = 255;
    public const int UrlMaxLength = 2000;
    public const int MaxTimeoutSeconds = 60;

    /// <summary>For so long calls are signed with the token before, too, so that the other side can change over.</summary>
    public static readonly TimeSpan OldTokenLives = TimeSpan.FromHours(24);

    private Intervention()
    {
    }

    public string Name { get; private set; } = "";

    /// <summary>The name as it is compared: unique without case.</summary>
    public string NameKey { get; private set; } = "";

    /// <summary>The subject of its tickets, where their template has none.</summary>
    public string Title { get; private set; } = "";

    public long QueueId { get; private set; }

    public bool RemoteEnabled { get; private set; }

    public string? RemoteEpilogUrl { get; private set; }

    public int? RemoteTimeoutSeconds { get; private set; }

    /// <summary>Protected.</summary>
    public string Token { get; private set; } = "";

    /// <summary>Protected; the one before.</summary>
    public string? OldToken { get; private set; }

    public DateTimeOffset? OldTokenUntil { get; private set; }

    public DateTimeOffset CreatedAt { get; private init; }

    public DateTimeOffset UpdatedAt { get; private set; }

    public InterventionContent Present =>
        new(Name, Title, QueueId, RemoteEnabled, RemoteEpilogUrl, RemoteTimeoutSeconds);

    public string PrivateTemplate => Name + PrivateSuffix;

    public string PublicTemplate => Name + PublicSuffix;

    public static string KeyOf(string name) => Template.KeyOf(name);

    public static bool IsName(string text) => text.Trim().Length <= NameMaxLength && Template.IsIdentifier(text);

    public static Result<Intervention> Add(long id, InterventionContent content, string protectedToken, DateTimeOffset now)
    {
        var intervention = new Intervention { Id = id, Token = protectedToken, CreatedAt = now };
        if (intervention.Take(content, now) is { } refused)
        {
            return refused;
        }

        intervention.Raise("intervention.added", detail: intervention.Name);
        return intervention;
    }

    public Result<Done> Change(InterventionContent content, DateTimeOffset now)
    {
        if (content == Present)
        {
            return Done.Value;
        }

        if (Take(content, now) is { } refused)
        {
            return refused;
        }

        Raise("intervention.changed", detail: Name);
        return Done.Value;
    }

    public void ReplaceToken(string protectedToken, DateTimeOffset now)
    {
        OldToken = Token;
        OldTokenUntil = now + OldTokenLives;
        Token = protectedToken;
        UpdatedAt = now;
        Raise("intervention.token-generated", detail: Name);
    }

    /// <summary>Says that the intervention goes.</summary>
    public void Delete() => Raise("intervention.deleted", detail: Name);

    private Error? Take(InterventionContent content, DateTimeOffset now)
    {
        if (content.RemoteEnabled && (content.RemoteEpilogUrl is null || content.RemoteTimeoutSeconds is null))
        {
            return InterventionErrors.RemoteIncomplete(content);
        }

        Name = content.Name.Trim();
        NameKey = KeyOf(content.Name);
        Title = content.Title.Trim();
        QueueId = content.QueueId;
        RemoteEnabled = content.RemoteEnabled;
        RemoteEpilogUrl = content.RemoteEpilogUrl;
        RemoteTimeoutSeconds = content.RemoteTimeoutSeconds;
        UpdatedAt = now;
        return null;
    }
}

/// <summary>All that people say of an intervention.</summary>
public sealed record InterventionContent(
    string Name, string Title, long QueueId, bool RemoteEnabled, string? RemoteEpilogUrl, int? RemoteTimeoutSeconds);

/// <summary>What a ticket was opened with by an intervention; its answer goes back with it.</summary>
public sealed class InterventionTicket
{
    public const int UidMaxLength = 255;

    public InterventionTicket(long ticketId, long interventionId, string uid, string data)
    {
        TicketId = ticketId;
        InterventionId = interventionId;
        Uid = uid;
        Data = data;
    }

    public long TicketId { get; private init; }

    public long InterventionId { get; private init; }

    /// <summary>The caller's own name for the matter.</summary>
    public string Uid { get; private init; }

    /// <summary>JSON, as it was sent.</summary>
    public string Data { get; private init; }
}
