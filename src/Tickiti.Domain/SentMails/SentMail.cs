using Tickiti.Domain.Common;

namespace Tickiti.Domain.SentMails;

/// <summary>
/// A mail that leaves, or left: the outbox and its audit in one row, written in the transaction of what caused it.
/// </summary>
public sealed class SentMail : Aggregate
{
    public const int SubjectMaxLength = 998;
    public const int MessageIdMaxLength = 320;
    public const int LastErrorMaxLength = 1000;
    public const int MaxRecipients = 100;

    private readonly List<SentMailRecipient> _recipients = [];
    private readonly List<SentMailAttachment> _attachments = [];

    private SentMail()
    {
    }

    public long MailboxId { get; private init; }

    /// <summary>The mailbox's name when the mail was written; stays when the mailbox is gone.</summary>
    public string MailboxName { get; private init; } = "";

    public string FromAddress { get; private init; } = "";

    public string FromName { get; private init; } = "";

    /// <summary>The To addresses as they are listed and searched, separated by a comma and a blank.</summary>
    public string ToAddress { get; private init; } = "";

    public string? ReplyTo { get; private init; }

    public string Subject { get; private init; } = "";

    public string Html { get; private init; } = "";

    /// <summary>Made from the HTML when sending where it is empty.</summary>
    public string Text { get; private init; } = "";

    /// <summary>Without angle brackets; stays the same over every attempt.</summary>
    public string MessageId { get; private init; } = "";

    /// <summary>Without angle brackets.</summary>
    public string? InReplyTo { get; private init; }

    /// <summary>Without angle brackets, oldest first.</summary>
    public IReadOnlyList<string> References { get; private init; } = [];

    public SentMailSource Source { get; private init; }

    /// <summary>What no person asked for; null for everything else.</summary>
    public AutomaticKind? Automatic { get; private init; }

    /// <summary>The one recipient of an automatic mail, normalised.</summary>
    public string? AutomaticTo { get; private init; }

    /// <summary>
    /// Of the automatic mails to that address the first, second, third …, unique: two nodes cannot both take the last place
    /// under the <see cref="Brake"/>. Null on what the brake holds.
    /// </summary>
    public int? AutomaticNumber { get; private init; }

    /// <summary>With this mail the brake engaged; told to people once it is committed.</summary>
    public bool EngagesBrake { get; private init; }

    /// <summary>The brake held it: the row says so, and has no body that could be sent.</summary>
    public bool IsHeld => Automatic is not null && AutomaticNumber is null;

    public long? TicketId { get; private init; }

    public long? ResponseId { get; private init; }

    public SentMailStatus Status { get; private set; }

    /// <summary>Due from then on; null once it is settled.</summary>
    public DateTimeOffset? NextTryAt { get; private set; }

    public int AttemptCount { get; private set; }

    /// <summary>The 48 hours of trying count from the first try.</summary>
    public DateTimeOffset? FirstTriedAt { get; private set; }

    public string? LastError { get; private set; }

    public DateTimeOffset? SentAt { get; private set; }

    public DateTimeOffset CreatedAt { get; private init; }

    public DateTimeOffset UpdatedAt { get; private set; }

    public IReadOnlyList<SentMailRecipient> Recipients => _recipients;

    /// <summary>The report of the highest rank that is proven to be about it; null where none came.</summary>
    public DeliveryEvent? Delivery { get; private set; }

    /// <summary>Those that an attempt is made for.</summary>
    public IEnumerable<SentMailRecipient> Waiting => _recipients.Where(one => one.Status == SentMailStatus.Queued);

    public IReadOnlyList<SentMailAttachment> Attachments => _attachments;

    public static SentMail Write(long id, OutgoingMail mail, DateTimeOffset now)
    {
        var sent = new SentMail
        {
            Id = id,
            MailboxId = mail.MailboxId,
            MailboxName = mail.MailboxName,
            FromAddress = mail.FromAddress,
            FromName = mail.FromName,
            ToAddress = string.Join(", ", mail.To),
            ReplyTo = mail.ReplyTo,
            Subject = mail.Subject,
            Html = mail.Html,
            Text = mail.Text,
            MessageId = mail.MessageId,
            InReplyTo = mail.InReplyTo,
            References = mail.References,
            Source = mail.Source,
            Automatic = mail.Automatic?.Kind,
            AutomaticTo = mail.Automatic?.To,
            AutomaticNumber = mail.Automatic?.Number,
            EngagesBrake = mail.Automatic is { Brake: BrakeState.Engages },
            TicketId = mail.TicketId,
            ResponseId = mail.ResponseId,
            Status = SentMailStatus.Queued,
            NextTryAt = now,
            CreatedAt = now,
            UpdatedAt = now,
        };
        sent.Address(RecipientKind.To, mail.To);
        sent.Address(RecipientKind.Cc, mail.Cc);
        sent.Address(RecipientKind.Bcc, mail.Bcc);
        sent._attachments.AddRange(mail.Attachments);
        if (mail.Automatic is { Brake: BrakeState.Holds } automatic)
        {
            sent.Suppress([automatic.To], "brake: too much automatic mail went to this address.");
        }

        return sent;
    }

    /// <summary>
    /// Nothing is sent to these addresses; the row is kept as the proof of that. The mail itself is suppressed when nobody
    /// is left to send it to.
    /// </summary>
    public void Suppress(IReadOnlyCollection<string> addressKeys, string reason)
    {
        LastError = reason.Cut(LastErrorMaxLength);
        foreach (var recipient in Waiting.Where(one => addressKeys.Contains(EmailAddress.KeyOf(one.Address))).ToList())
        {
            recipient.Settle(SentMailStatus.Suppressed, reason);
        }

        Conclude(NextTryAt);
    }

    /// <summary>Nothing is sent to anybody, because of one of them.</summary>
    public void SuppressWhole(IReadOnlyCollection<string> addressKeys, string reason)
    {
        Suppress(addressKeys, reason);
        foreach (var recipient in Waiting.ToList())
        {
            recipient.Settle(SentMailStatus.Cancelled, null);
        }

        Conclude(null);
    }

    /// <summary>From now on the end of the message may reach the server at any moment.</summary>
    public void Begin(DateTimeOffset now)
    {
        Status = SentMailStatus.Sending;
        UpdatedAt = now;
    }

    /// <summary>Its end never went: it waits as if it had not been begun, and no try is counted.</summary>
    public void Withdraw(DateTimeOffset now)
    {
        Conclude(NextTryAt ?? now);
        UpdatedAt = now;
    }

    /// <summary>
    /// What an attempt came to. Recipients that were refused for now go on waiting, the rest is settled; the mail's status is
    /// the worst of its recipients. Who began to wait while it was under way keeps his time.
    /// </summary>
    public void RecordAttempt(AttemptReport report, DateTimeOffset now)
    {
        AttemptCount++;
        FirstTriedAt ??= now;
        UpdatedAt = now;
        var tried = report.Recipients.Select(one => one.Ordinal).ToHashSet();
        var keepsTime = Waiting.Any(one => !tried.Contains(one.Ordinal));
        foreach (var (ordinal, status, error) in report.Recipients)
        {
            _recipients.Find(one => one.Ordinal == ordinal && one.Status == SentMailStatus.Queued)?.Settle(status, error);
        }

        LastError = report.Error?.Cut(LastErrorMaxLength);
        Conclude((keepsTime ? NextTryAt : report.NextTryAt) ?? now);
        if (report.Recipients.Any(one => one.Status == SentMailStatus.Sent))
        {
            SentAt ??= now;
        }
    }

    public Result<Done> Cancel(DateTimeOffset now, string reason)
    {
        if (Status is not (SentMailStatus.Queued or SentMailStatus.Uncertain or SentMailStatus.Failed))
        {
            return SentMailErrors.CannotResolve("cancel", this);
        }

        UpdatedAt = now;
        LastError = reason;
        Settle(SentMailStatus.Cancelled, one => one.Status is not (SentMailStatus.Sent or SentMailStatus.Suppressed));
        Raise("sent_mail.cancelled", TicketId);
        return Done.Value;
    }

    /// <summary>A person, or a report, says that an uncertain mail has arrived.</summary>
    public Result<Done> Accept(DateTimeOffset now)
    {
        if (Status != SentMailStatus.Uncertain)
        {
            return SentMailErrors.CannotResolve("accept", this);
        }

        SentAt ??= now;
        UpdatedAt = now;
        Settle(SentMailStatus.Sent, one => one.Status == SentMailStatus.Uncertain);
        Raise("sent_mail.accepted", TicketId);
        return Done.Value;
    }

    /// <summary>A person wants it sent again, knowing that an uncertain one may arrive twice. What waits is tried at once.</summary>
    public Result<Done> Resend(DateTimeOffset now)
    {
        if (IsHeld || Status is SentMailStatus.Sending or SentMailStatus.Sent)
        {
            return SentMailErrors.CannotResolve("resend", this);
        }

        FirstTriedAt = null;
        UpdatedAt = now;
        Settle(SentMailStatus.Queued, one => one.Status != SentMailStatus.Sent);
        NextTryAt = now;
        Raise("sent_mail.resent", TicketId);
        return Done.Value;
    }

    /// <summary>The recipient that a report means; null where it means none of this mail's.</summary>
    public SentMailRecipient? RecipientOf(DeliveryNotice notice)
    {
        foreach (var name in new[] { notice.Recipient, notice.OriginalRecipient }.OfType<string>())
        {
            var key = EmailAddress.KeyOf(name);
            if (_recipients.Find(one => EmailAddress.KeyOf(one.Address) == key) is { } recipient)
            {
                return recipient;
            }
        }

        // A complaint often hides who complains.
        return notice is { Kind: DeliveryEvent.Complained, Recipient: null } && _recipients is [var only] ? only : null;
    }

    /// <summary>
    /// A report that is proven to be about this mail. Whoever reports has seen it, so that of an uncertain recipient it is known
    /// from now on whether he has it.
    /// </summary>
    public void TakeReport(DeliveryNotice notice)
    {
        Delivery = Delivery is { } known && known > notice.Kind ? known : notice.Kind;
        UpdatedAt = notice.At;
        if (RecipientOf(notice) is not { Status: SentMailStatus.Uncertain } recipient || notice.Kind == DeliveryEvent.TemporaryFail)
        {
            return;
        }

        var hasFailed = notice.Kind == DeliveryEvent.PermanentFail;
        recipient.Settle(hasFailed ? SentMailStatus.Failed : SentMailStatus.Sent, hasFailed ? notice.Words : null);
        SentAt ??= notice.At;

        // An attempt for the others may be under way; who still waits waits as long as he did.
        if (Status != SentMailStatus.Sending)
        {
            Conclude(NextTryAt);
        }
    }

    private static int WorstLast(SentMailStatus status) => status switch
    {
        SentMailStatus.Cancelled => 0,
        SentMailStatus.Sent => 1,
        SentMailStatus.Suppressed => 2,
        SentMailStatus.Failed => 3,
        SentMailStatus.Uncertain => 4,
        SentMailStatus.Sending => 5,
        _ => 6,
    };

    private void Settle(SentMailStatus status, Func<SentMailRecipient, bool> those)
    {
        foreach (var recipient in _recipients.Where(those))
        {
            recipient.Settle(status, null);
        }

        Conclude(null);
    }

    private void Conclude(DateTimeOffset? nextTryAt)
    {
        Status = _recipients.Select(one => one.Status).MaxBy(WorstLast);
        NextTryAt = Status == SentMailStatus.Queued ? nextTryAt : null;
    }

    private void Address(RecipientKind kind, IEnumerable<string> addresses)
    {
        foreach (var address in addresses)
        {
            _recipients.Add(new SentMailRecipient(Id, _recipients.Count, kind, address));
        }
    }
}

/// <summary>What a mail is written with.</summary>
public sealed record OutgoingMail
{
    public required long MailboxId { get; init; }

    public required string MailboxName { get; init; }

    public required string FromAddress { get; init; }

    public string FromName { get; init; } = "";

    public IReadOnlyList<string> To { get; init; } = [];

    public IReadOnlyList<string> Cc { get; init; } = [];

    public IReadOnlyList<string> Bcc { get; init; } = [];

    public string? ReplyTo { get; init; }

    public required string Subject { get; init; }

    public string Html { get; init; } = "";

    public string Text { get; init; } = "";

    public required string MessageId { get; init; }

    public string? InReplyTo { get; init; }

    public IReadOnlyList<string> References { get; init; } = [];

    public required SentMailSource Source { get; init; }

    /// <summary>With one recipient and no more.</summary>
    public AutomaticMark? Automatic { get; init; }

    public long? TicketId { get; init; }

    public long? ResponseId { get; init; }

    public IReadOnlyList<SentMailAttachment> Attachments { get; init; } = [];
}

/// <summary>What makes a mail an automatic one.</summary>
/// <param name="Kind">What it is for.</param>
/// <param name="To">Its recipient, normalised.</param>
/// <param name="Number">Its place among those that went to him; null where the brake holds it.</param>
/// <param name="Brake">What the brake said.</param>
public sealed record AutomaticMark(AutomaticKind Kind, string To, int? Number, BrakeState Brake);

/// <summary>What one attempt came to.</summary>
/// <param name="Recipients">By ordinal: <c>Queued</c> for refused for now.</param>
/// <param name="Error">The server's words, or ours; null when all went well.</param>
/// <param name="NextTryAt">When those that wait are tried again.</param>
public sealed record AttemptReport(
    IReadOnlyList<(int Ordinal, SentMailStatus Status, string? Error)> Recipients, string? Error, DateTimeOffset? NextTryAt);
