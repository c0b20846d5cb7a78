using Tickiti.Domain.Mailboxes;
using Tickiti.Mail.Smtp;

namespace Tickiti.Application.SentMails;

/// <summary>Brings a mail out of the house: to a server, or to a folder.</summary>
public interface IMailTransport
{
    OutgoingMailboxType Type { get; }

    /// <summary>Gives one mail away. Whatever the other side does becomes a report.</summary>
    /// <param name="mailbox">Says where to and as whom.</param>
    /// <param name="mail">The mail as it goes over the wire.</param>
    /// <param name="begin">
    /// Awaited before the end of the message can reach the other side; if it throws, the end does not go, and its exception
    /// comes out of here.
    /// </param>
    /// <param name="cancellationToken">Ends the attempt; once the end may be gone, the report says so instead.</param>
    Task<DeliveryReport> DeliverAsync(
        Mailbox mailbox, ComposedMail mail, Func<CancellationToken, ValueTask> begin, CancellationToken cancellationToken);

    /// <summary>Whether a mail that was begun, and whose report was lost with its process, was taken.</summary>
    /// <returns>Null where nobody can know.</returns>
    bool? WasTaken(Mailbox mailbox, long sentMailId);
}

/// <summary>What an attempt came to, recipient by recipient in the order of the mail's.</summary>
/// <param name="Host">Whom we talked to.</param>
public sealed record DeliveryReport(string Host, IReadOnlyList<RecipientReport> Recipients)
{
    /// <summary>What is wrong with the mailbox rather than with the mail.</summary>
    public DeliveryFault Fault { get; init; }

    /// <summary>The same for everybody.</summary>
    public static DeliveryReport Same(string host, ComposedMail mail, RecipientOutcomeKind kind, string words) =>
        new(host, [.. mail.Recipients.Select(_ => new RecipientReport(kind, words))]);
}

/// <summary>What became of one recipient.</summary>
/// <param name="Words">The server's, or ours.</param>
public sealed record RecipientReport(RecipientOutcomeKind Kind, string Words)
{
    /// <summary>The reply code (RFC 5321 §4.2); 0 where no reply decided.</summary>
    public int Code { get; init; }

    /// <summary>RFC 3463.</summary>
    public string? EnhancedCode { get; init; }

    /// <summary>"Try again in N minutes", where the server said so.</summary>
    public TimeSpan? RetryAfter { get; init; }
}

public enum DeliveryFault
{
    None,

    /// <summary>No conversation came about, or it broke off: other mails of the mailbox would fare no better.</summary>
    Unreachable,

    /// <summary>User name, password or token were refused: no mail was tried.</summary>
    CredentialsRefused,
}
