using Tickiti.Domain.Common;

namespace Tickiti.Domain.ExcludedEmails;

/// <summary>Senders whose mail makes no ticket.</summary>
public sealed class ExcludedEmail : Aggregate
{
    public const int MaxLength = SenderPattern.MaxLength;

    private ExcludedEmail()
    {
    }

    /// <summary>As it was given, trimmed.</summary>
    public string Email { get; private init; } = "";

    /// <summary>The pattern as it is compared: <see cref="SenderPattern.Key"/>. Unique.</summary>
    public string EmailKey { get; private init; } = "";

    public DateTimeOffset CreatedAt { get; private init; }

    public static ExcludedEmail Add(long id, SenderPattern pattern, DateTimeOffset now)
    {
        var excluded = new ExcludedEmail { Id = id, Email = pattern.Value, EmailKey = pattern.Key, CreatedAt = now };
        excluded.Raise("excluded_email.added", detail: excluded.Email);
        return excluded;
    }

    public void Delete() => Raise("excluded_email.deleted", detail: Email);
}
