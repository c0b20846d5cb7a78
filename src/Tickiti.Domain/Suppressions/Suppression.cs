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
    public const int EvidenceMaxLength = 1000;

    /// <summary>For so long nothing is sent to an address that did not exist: it may come into being.</summary>
    public static readonly TimeSpan BounceLasts = TimeSpan.FromDays(30);

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

    /// <summary>What proves it: the report, and its words.</summary>
    public string? Evidence { get; private set; }

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
        suppression.Raise("suppression.added", detail: Wire<SuppressionReason>.Name(reason));
        return suppression;
    }

    /// <summary>A person wants it so.</summary>
    public static Suppression ByPerson(long id, EmailAddress email, SuppressionReason reason, string? note, DateTimeOffset now) =>
        Of(id, email, reason, note, ExpiryOf(reason, now), now);

    /// <summary>A report wants it so.</summary>
    public static Suppression ByReport(long id, EmailAddress email, SuppressionReason reason, string evidence, DateTimeOffset now)
    {
        var suppression = Of(id, email, reason, null, ExpiryOf(reason, now), now);
        suppression.Evidence = evidence.Cut(EvidenceMaxLength);
        return suppression;
    }

    public static DateTimeOffset? ExpiryOf(SuppressionReason reason, DateTimeOffset now) =>
        reason == SuppressionReason.Bounce ? now + BounceLasts : null;

    public bool HoldsAt(DateTimeOffset now) => ExpiresAt is null || ExpiresAt > now;

    /// <summary>A person says it again, with another reason or note.</summary>
    public void Change(SuppressionReason reason, string? note, DateTimeOffset now)
    {
        Reason = reason;
        Note = note;
        Evidence = null;
        ExpiresAt = ExpiryOf(reason, now);
        Raise("suppression.changed", detail: Wire<SuppressionReason>.Name(reason));
    }

    /// <summary>Another report. What holds for good is not made weaker by a bounce.</summary>
    public void TakeReport(SuppressionReason reason, string evidence, DateTimeOffset now)
    {
        if (HoldsAt(now) && Reason != SuppressionReason.Bounce)
        {
            return;
        }

        Reason = reason;
        Evidence = evidence.Cut(EvidenceMaxLength);
        ExpiresAt = ExpiryOf(reason, now);
        Raise("suppression.changed", detail: Wire<SuppressionReason>.Name(reason));
    }

    /// <summary>Says that it goes: a person wrote from there, or somebody took it away.</summary>
    public void Lift(string why) => Raise("suppression.lifted", detail: why);
}

/// <summary>The one of an address that holds for everyone, whether it has expired or not.</summary>
public sealed class SuppressionOf : Specification<Suppression>
{
    public SuppressionOf(EmailAddress email)
    {
        var key = email.Key;
        Where(one => one.OrganizationId == Suppression.Everyone && one.Email == key);
    }
}

/// <summary>Those for everyone that hold at an instant.</summary>
public sealed class SuppressionsAt : Specification<Suppression>
{
    public SuppressionsAt(DateTimeOffset now) =>
        Where(one => one.OrganizationId == Suppression.Everyone && (one.ExpiresAt == null || one.ExpiresAt > now));
}
