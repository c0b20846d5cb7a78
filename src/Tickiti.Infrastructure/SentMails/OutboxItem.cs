using Tickiti.Domain.SentMails;

namespace Tickiti.Infrastructure.SentMails;

/// <summary>A mail on its way through the outbox, loaded without tracking, and whom it waited for when it was loaded.</summary>
internal sealed record OutboxItem(SentMail Mail)
{
    public IReadOnlyList<SentMailRecipient> Pending { get; } = [.. Mail.Waiting];

    /// <summary>The row's, as far as it was read and written here. Another one: somebody else has changed it since.</summary>
    public int Version { get; set; } = Mail.Version;
}

/// <summary>The columns that change while a mail is sent. Mails of a batch that share them are written by one statement.</summary>
internal readonly record struct MailState(
    SentMailStatus Status,
    DateTimeOffset? NextTryAt,
    int AttemptCount,
    DateTimeOffset? FirstTriedAt,
    string? LastError,
    DateTimeOffset? SentAt,
    DateTimeOffset UpdatedAt)
{
    public static MailState Of(SentMail mail) => new(
        mail.Status, mail.NextTryAt, mail.AttemptCount, mail.FirstTriedAt, mail.LastError, mail.SentAt, mail.UpdatedAt);
}
