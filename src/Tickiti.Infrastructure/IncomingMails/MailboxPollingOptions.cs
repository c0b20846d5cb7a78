using System.ComponentModel.DataAnnotations;

namespace Tickiti.Infrastructure.IncomingMails;

/// <summary>How mail is fetched.</summary>
public sealed class MailboxPollingOptions
{
    public const string SectionName = "Tickiti:MailboxPolling";

    /// <summary>How often a mailbox is looked into. A folder is looked into every second.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How many mailboxes one node works on at a time.</summary>
    [Range(1, 256)]
    public int MaxSideBySide { get; set; } = 8;

    /// <summary>Mails fetched in one session, oldest first; a full round is followed at once by the next.</summary>
    [Range(1, 100_000)]
    public int MaxMailsARound { get; set; } = 500;

    /// <summary>Mails in one transaction.</summary>
    [Range(1, 1000)]
    public int BatchSize { get; set; } = 125;

    /// <summary>A larger mail is recorded with its header and stays where it is.</summary>
    [Range(1, 1000)]
    public int MaxMailMegabytes { get; set; } = 50;

    /// <summary>All mails in work together, over all mailboxes of a node: as they came, and decoded.</summary>
    [Range(1, 100_000)]
    public int MaxMegabytesInWork { get; set; } = 128;

    /// <summary>For reading one mail; one that takes longer is put in quarantine.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan TimeAMail { get; set; } = TimeSpan.FromSeconds(60);

    internal long MaxMailBytes => MaxMailMegabytes * 1024L * 1024;
}
