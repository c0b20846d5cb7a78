namespace Tickiti.Application.SentMails;

/// <summary>How mail leaves when nothing more particular is said, and whom we believe about mail that comes.</summary>
public sealed class MailOptions
{
    public const string SectionName = "Tickiti:Mail";

    /// <summary>The mailbox with this address sends what names no mailbox.</summary>
    public string? FromAddress { get; set; }

    /// <summary>
    /// Servers whose Authentication-Results are believed (their authserv-id): mail from staff counts as theirs where one of them
    /// says that DMARC or DKIM passed.
    /// </summary>
    public IList<string> TrustedAuthservIds { get; } = [];
}
