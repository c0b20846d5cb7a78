using Tickiti.Domain.Common;
using Tickiti.Domain.SentMails;
using Tickiti.Mail.Smtp;

namespace Tickiti.Application.SentMails;

/// <summary>Makes of a report what it means for the mail: who has it, who is tried again and when, who never will.</summary>
public static class DeliveryOutcome
{
    /// <summary>Records the report on the mail.</summary>
    /// <param name="mail">With its recipients.</param>
    /// <param name="report">About those of <paramref name="tried"/>, in their order.</param>
    /// <param name="tried">Whom the attempt was for.</param>
    /// <param name="now">The time.</param>
    /// <param name="jitter">From 0 to 1.</param>
    /// <returns>The attempt as it is kept.</returns>
    public static SentMailAttempt Record(
        SentMail mail, DeliveryReport report, IReadOnlyList<SentMailRecipient> tried, DateTimeOffset now, double jitter)
    {
        var retryAt = RetrySchedule.NextTry(
            mail.AttemptCount, mail.FirstTriedAt ?? now, now, report.Recipients.Max(one => one.RetryAfter), jitter);
        var recipients = report.Recipients.Zip(tried, (one, recipient) => Settle(one, recipient, retryAt)).ToList();
        var decisive = report.Recipients.MaxBy(one => one.Kind)!;
        var unreachable = mail.Waiting.Where(one => !ComposedMail.CanReach(one.Address))
            .Select(one => (one.Ordinal, SentMailStatus.Failed, (string?)NoAddress(one.Address)))
            .ToList();
        var error = decisive.Kind == RecipientOutcomeKind.Accepted
            ? unreachable.FirstOrDefault().Item3
            : recipients[report.Recipients.ToList().IndexOf(decisive)].Error;
        mail.RecordAttempt(new AttemptReport([.. recipients, .. unreachable], error, retryAt), now);
        return SentMailAttempt.Of(
            mail.Id, mail.AttemptCount, now, report.Host, Wire<RecipientOutcomeKind>.Name(decisive.Kind), decisive.Code,
            decisive.EnhancedCode, decisive.Words);
    }

    /// <summary>Nobody was talked to: it cannot be sent, now or later.</summary>
    public static SentMailAttempt RecordImpossible(SentMail mail, string why, DateTimeOffset now) => RecordSame(
        mail,
        RecipientOutcomeKind.RefusedForGood,
        one => (one.Ordinal, SentMailStatus.Failed, ComposedMail.CanReach(one.Address) ? why : NoAddress(one.Address)),
        why,
        now);

    /// <summary>It was begun, and nobody knows how it ended.</summary>
    public static SentMailAttempt RecordUncertain(SentMail mail, string why, DateTimeOffset now) => RecordSame(
        mail, RecipientOutcomeKind.Uncertain, one => (one.Ordinal, SentMailStatus.Uncertain, why), why, now);

    /// <summary>It was begun, and is known to have been taken.</summary>
    public static SentMailAttempt RecordTaken(SentMail mail, string how, DateTimeOffset now) => RecordSame(
        mail, RecipientOutcomeKind.Accepted, one => (one.Ordinal, SentMailStatus.Sent, null), how, now);

    public static string NoAddress(string address) => $"\"{address}\" is no email address, so nothing can be sent to it.";

    private static (int Ordinal, SentMailStatus Status, string? Error) Settle(
        RecipientReport report, SentMailRecipient recipient, DateTimeOffset? retryAt) => report.Kind switch
        {
            RecipientOutcomeKind.Accepted => (recipient.Ordinal, SentMailStatus.Sent, null),
            RecipientOutcomeKind.RefusedForGood => (recipient.Ordinal, SentMailStatus.Failed, report.Words),
            RecipientOutcomeKind.Uncertain => (recipient.Ordinal, SentMailStatus.Uncertain, report.Words),
            _ when retryAt is null => (recipient.Ordinal, SentMailStatus.Failed, $"Given up after 48 hours: {report.Words}"),
            _ => (recipient.Ordinal, SentMailStatus.Queued, report.Words),
        };

    private static SentMailAttempt RecordSame(
        SentMail mail,
        RecipientOutcomeKind kind,
        Func<SentMailRecipient, (int, SentMailStatus, string?)> settle,
        string words,
        DateTimeOffset now)
    {
        var error = kind == RecipientOutcomeKind.Accepted ? null : words;
        mail.RecordAttempt(new AttemptReport([.. mail.Waiting.Select(settle)], error, null), now);
        return SentMailAttempt.Of(mail.Id, mail.AttemptCount, now, "", Wire<RecipientOutcomeKind>.Name(kind), 0, null, words);
    }
}
