namespace Tickiti.Mail;

public enum MailReportType
{
    /// <summary>RFC 3464, and bounces that tell the same in prose.</summary>
    DeliveryStatus,

    /// <summary>RFC 5965.</summary>
    Feedback,

    /// <summary>RFC 8098.</summary>
    Disposition,
}

/// <summary>What a report says of one recipient. <see cref="IsHard"/>: the address itself is dead.</summary>
public sealed record ReportRecipient(string Address, string? OriginalRecipient, string? Action, string? Status, string? Diagnostic)
{
    private static readonly HashSet<string> DeadAddress = ["5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"];

    /// <summary>The status is what the server's words mean, not a code that stood there.</summary>
    public bool IsInferred { get; init; }

    public bool IsHard => Status is not null && !IsInferred && DeadAddress.Contains(Status);
}

/// <summary>A delivery, feedback or disposition report: every recipient of it, and the mail that it speaks of.</summary>
public sealed record MailReport(
    MailReportType Type, string? FeedbackType, IReadOnlyList<ReportRecipient> Recipients, MimeMessage? Original)
{
    /// <summary>Of a disposition report; null for others.</summary>
    public MailDisposition? Disposition { get; init; }

    /// <summary>Named by the report itself (RFC 8098), else by the mail that it returns.</summary>
    public string? OriginalMessageId { get => field ?? Original?.MessageId; init; }
}

/// <summary>
/// What became of a mail at its reader (RFC 8098 §3.2.6): "displayed", "deleted", "processed", "dispatched", "denied" or "failed";
/// done by the reader or by a program, and told so by the reader or by a program.
/// </summary>
public sealed record MailDisposition(string Type, bool IsAutomaticAction, bool IsSentAutomatically)
{
    /// <summary>"manual-action/MDN-sent-manually; displayed/error".</summary>
    internal static MailDisposition? Parse(string? value)
    {
        if (value is null)
        {
            return null;
        }

        var semicolon = value.IndexOf(';', StringComparison.Ordinal);
        var mode = semicolon < 0 ? "" : value[..semicolon];
        var type = value[(semicolon + 1)..].Split('/')[0].Trim().ToLowerInvariant();
        return new MailDisposition(
            type,
            mode.Contains("automatic-action", StringComparison.OrdinalIgnoreCase),
            mode.Contains("MDN-sent-automatically", StringComparison.OrdinalIgnoreCase));
    }
}
