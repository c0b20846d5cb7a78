using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Mailboxes;

namespace Tickiti.Application.SentMails;

/// <summary>Which mailbox a mail leaves by when nobody names one.</summary>
public static class OutgoingMailbox
{
    /// <summary>
    /// The one whose address is the configured from address; else the first that can send, by creation; else the local one
    /// while there is no other.
    /// </summary>
    /// <returns>Null where none can send.</returns>
    public static Mailbox? Default(DirectorySnapshot directory, string? fromAddress)
    {
        var key = fromAddress is null ? null : EmailAddress.KeyOf(fromAddress);
        var configured = directory.Mailboxes.FirstOrDefault(mailbox => mailbox.AddressKey == key);
        if (configured is not null)
        {
            return configured.CanSend ? configured : null;
        }

        return directory.Mailboxes.FirstOrDefault(mailbox => mailbox is { CanSend: true, OutgoingType: not OutgoingMailboxType.Local })
            ?? (directory.Mailboxes is [{ CanSend: true } only] ? only : null);
    }

    /// <summary>The one with that name, else the default.</summary>
    public static Result<Mailbox> Choose(DirectorySnapshot directory, string? name, string? fromAddress)
    {
        if (name is null)
        {
            return Default(directory, fromAddress) is { } standard ? standard : MailboxErrors.NoneCanSend;
        }

        return directory.MailboxNamed(name) switch
        {
            null => MailboxErrors.Unknown(name),
            { CanSend: false } => MailboxErrors.CannotSend(name),
            var named => named,
        };
    }

    /// <summary>The queue's own, else the one the ticket came in by, else the default.</summary>
    public static Mailbox? ForTicket(
        DirectorySnapshot directory, Domain.Tickets.Ticket ticket, string? fromAddress)
    {
        var ofQueue = directory.QueueWithId(ticket.QueueId)?.OutgoingMailboxId;
        return CanSend(directory, ofQueue) ?? CanSend(directory, ticket.MailboxId) ?? Default(directory, fromAddress);
    }

    private static Mailbox? CanSend(DirectorySnapshot directory, long? mailboxId) =>
        mailboxId is { } id && directory.MailboxWithId(id) is { CanSend: true } mailbox ? mailbox : null;
}
