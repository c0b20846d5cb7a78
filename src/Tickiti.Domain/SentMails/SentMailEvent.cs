using Tickiti.Domain.Common;

namespace Tickiti.Domain.SentMails;

/// <summary>What is reported of a mail after it left, in the order of rank: a late lower one does not change the mail's state.</summary>
public enum DeliveryEvent
{
    TemporaryFail,
    Delivered,
    Opened,
    Clicked,
    PermanentFail,
    Complained,
}

/// <summary>What ties a report to a mail of ours.</summary>
public enum ReportProof
{
    /// <summary>An id of ours whose signature verifies.</summary>
    Verified,

    /// <summary>No more than the recipient and the time: told, and nothing follows from it.</summary>
    Probable,
}

/// <summary>One report about a mail of ours, as it came.</summary>
public sealed class SentMailEvent
{
    public const int RecipientMaxLength = 320;
    public const int StatusMaxLength = 16;
    public const int WordsMaxLength = 1000;
    public const int SourceKeyMaxLength = 100;

    private SentMailEvent()
    {
    }

    public long Id { get; private init; }

    public long SentMailId { get; private init; }

    public DeliveryEvent Kind { get; private init; }

    public ReportProof Proof { get; private init; }

    /// <summary>Whom it is about, as the report names him; null where it names nobody.</summary>
    public string? Recipient { get; private init; }

    /// <summary>RFC 3463; null where the report gives none.</summary>
    public string? Status { get; private init; }

    /// <summary>The reporter's.</summary>
    public string? Words { get; private init; }

    /// <summary>The report it stood in; null where it did not come by mail.</summary>
    public long? IncomingMailId { get; private init; }

    /// <summary>Unique for the mail: the same event told twice counts once.</summary>
    public string SourceKey { get; private init; } = "";

    public DateTimeOffset At { get; private init; }

    public static SentMailEvent Of(long id, long sentMailId, DeliveryNotice notice) => new()
    {
        Id = id,
        SentMailId = sentMailId,
        Kind = notice.Kind,
        Proof = notice.Proof,
        Recipient = notice.Recipient?.Cut(RecipientMaxLength),
        Status = notice.Status?.Cut(StatusMaxLength),
        Words = notice.Words?.Cut(WordsMaxLength),
        IncomingMailId = notice.IncomingMailId,
        SourceKey = notice.SourceKey,
        At = notice.At,
    };
}

/// <summary>What a report says of one recipient.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Proof">What ties it to the mail.</param>
/// <param name="SourceKey">Names it among the events of the mail.</param>
/// <param name="At">When it was told.</param>
public sealed record DeliveryNotice(DeliveryEvent Kind, ReportProof Proof, string SourceKey, DateTimeOffset At)
{
    public string? Recipient { get; init; }

    /// <summary>Another name of the recipient: the one the mail was sent to, before somebody forwarded it.</summary>
    public string? OriginalRecipient { get; init; }

    public string? Status { get; init; }

    public string? Words { get; init; }

    /// <summary>The address itself is dead, and a machine said so.</summary>
    public bool IsHard { get; init; }

    public long? IncomingMailId { get; init; }
}
