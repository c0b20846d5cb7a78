namespace Tickiti.Mail;

/// <summary>What a mail is, as far as the mail alone tells.</summary>
public enum MessageKind
{
    Normal,
    Reply,
    AutoReply,
    Bounce,

    /// <summary>A report that is neither a failure nor a complaint: read receipts, delays, successes, authentication failures.</summary>
    Report,

    /// <summary>A complaint (RFC 5965).</summary>
    SpamReport,

    /// <summary>No header, or no sender.</summary>
    Malformed,
}

/// <summary>Whether a program may answer the mail, and if not, the field or fact that says so.</summary>
public readonly record struct AutomaticAnswer(bool IsAllowed, string? Reason)
{
    public static AutomaticAnswer Allowed { get; } = new(true, null);

    internal static AutomaticAnswer Refused(string reason) => new(false, reason);
}
