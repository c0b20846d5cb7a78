using Tickiti.Mail.Transport;

namespace Tickiti.Mail.Smtp;

/// <summary>What is known about one recipient after an attempt.</summary>
public enum RecipientOutcomeKind
{
    /// <summary>The server has taken the message for this recipient.</summary>
    Accepted,

    /// <summary>5xx: another attempt with the same message will not go better.</summary>
    RefusedForGood,

    /// <summary>
    /// 4xx, or the attempt failed before the message's end could reach the server: nothing was delivered.
    /// </summary>
    RefusedForNow,

    /// <summary>The message's end went, or may have gone, and no answer came: it may have been delivered.</summary>
    Uncertain,
}

/// <summary>The step that decided.</summary>
public enum SmtpStage
{
    /// <summary>Before any command: the connection, or our own check of address and size.</summary>
    Connect,
    MailFrom,
    RcptTo,
    Data,

    /// <summary>The message was under way, its end was not.</summary>
    Message,

    /// <summary>The message's end was under way or gone.</summary>
    MessageEnd,
}

/// <summary>What is known about one recipient, and the words that decided.</summary>
/// <param name="Recipient">As in the envelope.</param>
/// <param name="Kind">What it means.</param>
/// <param name="Stage">The step that decided.</param>
/// <param name="Code">The reply code; null where no reply decided.</param>
/// <param name="Status">The enhanced status code of the reply, or the one that fits our own refusal.</param>
/// <param name="Text">The server's words, or ours; bounded and without control characters.</param>
public sealed record RecipientOutcome(
    string Recipient, RecipientOutcomeKind Kind, SmtpStage Stage, int? Code, EnhancedStatusCode? Status, string Text)
{
    /// <summary>"Try again in N minutes", where the server said so.</summary>
    public TimeSpan? RetryAfter => Kind == RecipientOutcomeKind.RefusedForNow ? RetryHint.Find(Text) : null;
}

/// <summary>What is known about each recipient after an attempt, in the order of the envelope.</summary>
public sealed record SmtpOutcome(IReadOnlyList<RecipientOutcome> Recipients)
{
    /// <summary>
    /// Set when the conversation itself failed, for example <see cref="MailFailure.CredentialsRefused"/>.
    /// </summary>
    public MailFailure? Failure { get; init; }

    public bool IsAccepted => Recipients.All(r => r.Kind == RecipientOutcomeKind.Accepted);

    public bool IsUncertain => Recipients.Any(r => r.Kind == RecipientOutcomeKind.Uncertain);

    /// <summary>The outcome of an attempt that got no connection: refused for now, for everybody.</summary>
    public static SmtpOutcome NotConnected(SmtpEnvelope envelope, MailTransportException failure)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        ArgumentNullException.ThrowIfNull(failure);
        return new SmtpOutcome(
            [.. envelope.Recipients.Select(r => new RecipientOutcome(
                r, RecipientOutcomeKind.RefusedForNow, SmtpStage.Connect, null, null, failure.Message))])
        {
            Failure = failure.Failure,
        };
    }
}
