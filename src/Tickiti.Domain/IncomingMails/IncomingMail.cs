using System.Security.Cryptography;
using System.Text;
using Tickiti.Domain.Common;

namespace Tickiti.Domain.IncomingMails;

/// <summary>
/// The ledger's row for one mail: where it came from, what became of it, and why. Committed with the raw bytes before the
/// server's copy goes.
/// </summary>
public sealed class IncomingMail : Aggregate
{
    public const int MessageIdMaxLength = 998;
    public const int MessageIdKeyLength = 32;
    public const int ReasonMaxLength = 100;
    public const int SubjectMaxLength = 998;

    private IncomingMail()
    {
    }

    public long MailboxId { get; private init; }

    /// <summary>Server and user name it was found under: <see cref="MailSource.Store"/>.</summary>
    public string SourceStore { get; private init; } = "";

    public string SourceUid { get; private init; } = "";

    /// <summary>In bytes, as listed.</summary>
    public long SourceSize { get; private init; }

    /// <summary>With mailbox and size unique: a mail of the server is recorded once.</summary>
    public string SourceKey { get; private init; } = "";

    /// <summary>It still lies on the server, as far as we know.</summary>
    public bool IsOnServer { get; private set; }

    /// <summary>From then on the server's copy may go; null: never by us.</summary>
    public DateTimeOffset? DeleteDueAt { get; private set; }

    /// <summary>Without angle brackets; made from the content hash where the mail has none.</summary>
    public string MessageId { get; private set; } = "";

    /// <summary>What the index over message ids holds: <see cref="KeyOf"/>.</summary>
    public string MessageIdKey { get; private set; } = "";

    /// <summary>Over the bytes without what transport adds on the way; empty where only the header was fetched.</summary>
    public string ContentHash { get; private set; } = "";

    /// <summary>
    /// Unique: the content hash, on the row of the copy that counts. Two nodes that take in one mail by two mailboxes cannot
    /// both commit it as the first. Null on every other copy.
    /// </summary>
    public string? FirstCopyKey { get; private set; }

    /// <summary>The blob of the raw bytes; null once purged, or where only the header was fetched.</summary>
    public string? RawSha256 { get; private set; }

    /// <summary>Normalised; <c>unknown</c> without a usable From.</summary>
    public string Sender { get; private set; } = "";

    public string Recipient { get; private set; } = "";

    public string Subject { get; private set; } = "";

    public Disposition Disposition { get; private set; }

    /// <summary>A short code for why (<c>too_large</c>), stable for programs.</summary>
    public string Reason { get; private set; } = "";

    /// <summary>What each step of the intake said, a line each.</summary>
    public string Trace { get; private set; } = "";

    /// <summary>Set once converted; on a held reply the ticket it proposes.</summary>
    public long? TicketId { get; private set; }

    public long? ResponseId { get; private set; }

    public bool IsReplyToClosedTicket { get; private set; }

    /// <summary>Staff were told.</summary>
    public bool IsNotified { get; private set; }

    /// <summary>The mail of ours it answers, where it is a reply to a one-off.</summary>
    public long? SentMailId { get; private set; }

    /// <summary>When the mail says it was sent.</summary>
    public DateTimeOffset? Date { get; private set; }

    public DateTimeOffset CreatedAt { get; private init; }

    public DateTimeOffset UpdatedAt { get; private set; }

    public static IncomingMail Record(long id, long mailboxId, ReceivedMail mail, DateTimeOffset now) =>
        new()
        {
            Id = id,
            MailboxId = mailboxId,
            SourceStore = mail.Source.Store,
            SourceUid = mail.Source.Uid,
            SourceSize = mail.Source.Size,
            SourceKey = mail.Source.Key,
            IsOnServer = mail.IsOnServer,
            DeleteDueAt = mail.DeleteDueAt,
            MessageId = mail.MessageId,
            MessageIdKey = KeyOf(mail.MessageId),
            ContentHash = mail.ContentHash,
            RawSha256 = mail.RawSha256,
            Sender = mail.Sender,
            Recipient = mail.Recipient,
            Subject = mail.Subject,
            Date = mail.Date,
            CreatedAt = now,
            UpdatedAt = now,
        };

    /// <summary>It can be read now, which it could not when it came.</summary>
    public void ReadAgain(ReceivedMail mail, DateTimeOffset now)
    {
        MessageId = mail.MessageId;
        MessageIdKey = KeyOf(mail.MessageId);
        ContentHash = mail.ContentHash;
        Sender = mail.Sender;
        Recipient = mail.Recipient;
        Subject = mail.Subject;
        Date = mail.Date;
        UpdatedAt = now;
        Raise("incoming_mail.read_again");
    }

    /// <summary>A person does not want it any more. Row and raw bytes stay, so that it does not come back.</summary>
    public void Discard(DateTimeOffset now)
    {
        Disposition = Disposition.Deleted;
        UpdatedAt = now;
        Raise("incoming_mail.discarded");
    }

    /// <summary>Its row goes, so that the next visit finds it as new.</summary>
    public void FetchAgain() => Raise("incoming_mail.fetch_again");

    /// <summary>The verdict of the intake.</summary>
    public void Dispose(Disposition disposition, string reason, string trace)
    {
        Disposition = disposition;
        Reason = reason;
        Trace = trace;
        FirstCopyKey = disposition is Disposition.Duplicate || ContentHash.Length == 0 ? null : ContentHash;
    }

    /// <summary>A later copy counts from now on: the window in which copies are duplicates is over.</summary>
    public void YieldFirstCopy() => FirstCopyKey = null;

    /// <summary>The copy lies on the server again, as after a restore.</summary>
    public void ComeBack() => IsOnServer = true;

    /// <summary>128 bits of a message id's SHA-256: ids may be too long for an index.</summary>
    public static string KeyOf(string messageId) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(messageId)).AsSpan(0, MessageIdKeyLength / 2));

    public void BecomeResponse(long ticketId, long responseId)
    {
        TicketId = ticketId;
        ResponseId = responseId;
    }

    public void ProposeTicket(long ticketId, bool isClosed)
    {
        TicketId = ticketId;
        IsReplyToClosedTicket = isClosed;
    }

    public void TellStaff() => IsNotified = true;

    public void LinkTo(long sentMailId) => SentMailId = sentMailId;

    /// <summary>A report about a mail of that ticket. It is no response of it.</summary>
    public void BelongTo(long ticketId) => TicketId = ticketId;
}

/// <summary>What is known of a mail when it is recorded.</summary>
public sealed record ReceivedMail(MailSource Source, string MessageId, string ContentHash)
{
    public bool IsOnServer { get; init; }

    public DateTimeOffset? DeleteDueAt { get; init; }

    public string? RawSha256 { get; init; }

    public string Sender { get; init; } = "";

    public string Recipient { get; init; } = "";

    public string Subject { get; init; } = "";

    public DateTimeOffset? Date { get; init; }
}
