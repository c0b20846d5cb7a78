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

/// <summary>What an automatic mail is for.</summary>
public enum AutomaticKind
{
    /// <summary>Tells a customer that his mail became a ticket.</summary>
    Acknowledgement,

    /// <summary>Tells one of us what was written on a ticket.</summary>
    Notification,
}

public enum RecipientKind
{
    To,
    Cc,
    Bcc,
}
