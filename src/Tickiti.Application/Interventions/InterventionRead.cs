using Tickiti.Domain.Interventions;

namespace Tickiti.Application.Interventions;

/// <param name="PrivateTemplate">The identifier of the template that it needs.</param>
/// <param name="PublicTemplate">The identifier of the one that it uses where there is one.</param>
public sealed record InterventionRead(
    long Id,
    string Name,
    string Title,
    long QueueId,
    bool RemoteEnabled,
    string? RemoteEpilogUrl,
    int? RemoteTimeoutSeconds,
    string PrivateTemplate,
    string PublicTemplate,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    public static InterventionRead Of(Intervention intervention) => new(
        intervention.Id,
        intervention.Name,
        intervention.Title,
        intervention.QueueId,
        intervention.RemoteEnabled,
        intervention.RemoteEpilogUrl,
        intervention.RemoteTimeoutSeconds,
        intervention.PrivateTemplate,
        intervention.PublicTemplate,
        intervention.CreatedAt,
        intervention.UpdatedAt);
}

/// <param name="Token">Signs the epilog calls; told now and never again.</param>
public sealed record InterventionToken(InterventionRead Intervention, string Token)
{
    /// <summary>Without the secret, whoever writes it to a log.</summary>
    public override string ToString() => $"{nameof(InterventionToken)} {Intervention.Id}";
}
