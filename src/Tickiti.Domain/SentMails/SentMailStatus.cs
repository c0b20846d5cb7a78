namespace Tickiti.Domain.SentMails;

/// <summary>Where a mail of ours is on its way; also the status of each recipient.</summary>
public enum SentMailStatus
{
    Queued,

    /// <summary>An attempt was begun and has no recorded answer yet.</summary>
    Sending,
    Sent,
    Failed,

    /// <summary>The end of the message may have reached the server and no answer came; never sent again by itself.</summary>
    Uncertain,
    Suppressed,
    Cancelled,
}

/// <summary>What caused a mail.</summary>
public enum SentMailSource
{
    Api,
    Ticket,
    Automatic,
    Organization,
}

public enum RecipientKind
{
    To,
    Cc,
    Bcc,
}
