using Tickiti.Domain.Common;

namespace Tickiti.Domain.Suppressions;

public enum SuppressionReason
{
    Manual,
    Bounce,
    Complaint,
    Unsubscribe,
}

/// <summary>An address that nothing is sent to.</summary>
public sealed class Suppression : Aggregate
{
    public const int NoteMaxLength = 1000;

    /// <summary>The scope of a suppression that holds for everyone.</summary>
    public const long Everyone = 0;

    private Suppression()
    {
    }

    /// <summary>Normalised.</summary>
    public string Email { get; private init; } = "";

    /// <summary>The organization it holds for, or <see cref="Everyone"/>.</summary>
    public long OrganizationId { get; private init; }

    public SuppressionReason Reason { get; private set; }

    public string? Note { get; private set; }

    public DateTimeOffset? ExpiresAt { get; private set; }

    public DateTimeOffset CreatedAt { get; private init; }

    public static Suppression Of(
        long id, EmailAddress email, SuppressionReason reason, string? note, DateTimeOffset? expiresAt, DateTimeOffset now)
    {
        var suppression = new Suppression
        {
            Id = id,
            Email = email.Key,
            Reason = reason,
            Note = note,
            ExpiresAt = expiresAt,
            CreatedAt = now,
        };
        suppression.Raise("suppression.added");
        return suppression;
    }
}

/// <summary>Those that hold at an instant for one of these addresses (normalised).</summary>
public sealed class SuppressionsOf : Specification<Suppression>
{
    public SuppressionsOf(IReadOnlyCollection<string> addressKeys, DateTimeOffset now) =>
        Where(one => one.OrganizationId == Suppression.Everyone
            && addressKeys.Contains(one.Email)
            && (one.ExpiresAt == null || one.ExpiresAt > now));
}
