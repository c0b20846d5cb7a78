using System.ComponentModel.DataAnnotations;

namespace Tickiti.Infrastructure.SentMails;

/// <summary>How mail leaves.</summary>
public sealed class OutboxOptions
{
    public const string SectionName = "Tickiti:Outbox";

    /// <summary>Connections to a mailbox's server at a time, each with one mail under way at the most.</summary>
    [Range(1, 64)]
    public int ConnectionsPerMailbox { get; set; } = 4;

    /// <summary>
    /// All mails in work together, over all mailboxes of a node; composing takes five times the size of the files, sending the
    /// size of the mail; mails below 64 kB are not counted. What is more than that by itself goes alone.
    /// </summary>
    [Range(16, 100_000)]
    public int MaxMegabytesInWork { get; set; } = 256;

    /// <summary>How often to look for retries that are due and for mail that another node queued; our own goes at once.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Our name in EHLO; without it the machine's own where that is a domain, else an address literal.</summary>
    [RegularExpression(@"[A-Za-z0-9.\-]+|\[[0-9A-Za-z.:]+\]", ErrorMessage = "Tickiti:Outbox:HostName is a domain name or an address literal.")]
    public string? HostName { get; set; }

    /// <summary>At a stop, mails in hand may take so long to end; what was not answered by then is uncertain.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan StopWithin { get; set; } = TimeSpan.FromSeconds(20);
}
