namespace Tickiti.Domain.IncomingMails;

/// <summary>What became of a mail. Every mail has exactly one.</summary>
public enum Disposition
{
    Ticket,
    Reply,

    /// <summary>Waits for a person.</summary>
    Held,

    /// <summary>An out-of-office or automatic answer, noted on its ticket.</summary>
    AutoReply,
    IgnoredSubject,
    ExcludedSender,
    Duplicate,

    /// <summary>A delivery status notification.</summary>
    Bounce,

    /// <summary>Read receipts and other reports.</summary>
    Report,

    /// <summary>An abuse report (ARF).</summary>
    SpamReport,

    /// <summary>Our own mail coming back.</summary>
    Loop,

    /// <summary>Was on the server at the first login of a mailbox that takes only new mail.</summary>
    SkippedExisting,

    /// <summary>Could not be handled; its bytes and the reason are kept.</summary>
    Quarantined,
    Deleted,
}
