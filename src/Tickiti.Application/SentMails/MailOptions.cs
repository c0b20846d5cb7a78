namespace Tickiti.Application.SentMails;

/// <summary>How mail leaves when nothing more particular is said.</summary>
public sealed class MailOptions
{
    public const string SectionName = "Tickiti:Mail";

    /// <summary>The mailbox with this address sends what names no mailbox.</summary>
    public string? FromAddress { get; set; }
}
