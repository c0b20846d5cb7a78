using System.Globalization;
using Tickiti.Application.SentMails;
using Tickiti.Domain.IncomingMails;
using Tickiti.Domain.Mailboxes;
using Tickiti.Domain.SentMails;
using Tickiti.Domain.Tickets;

namespace Tickiti.Application.IncomingMails;

/// <summary>
/// Which ticket does a mail answer? Ids of ours that prove themselves come first, then ids that we know from mail of the same
/// mailbox, then the tag in the subject.
/// </summary>
internal sealed class TicketThreads(MessageIds ids)
{
    private readonly Dictionary<long, AnsweredMail> _sentMails = [];
    private readonly Dictionary<string, long> _ticketsByForeignId = [];
    private readonly Dictionary<long, Ticket> _tickets = [];

    public void Know(AnsweredMail sentMail) => _sentMails[sentMail.Id] = sentMail;

    public void Know(Ticket ticket) => _tickets[ticket.Id] = ticket;

    /// <summary>The mail that bore the id first: whoever takes a known id for his own mail does not get the answers to it.</summary>
    public void Know(string messageIdKey, long ticketId) => _ticketsByForeignId.TryAdd(messageIdKey, ticketId);

    /// <summary>Whether a signature of ours verifies.</summary>
    public bool IsOurs(string? id) => id is not null && ids.TryVerify(id.Trim('<', '>', ' '), out _);

    /// <summary>An automatic mail of ours, or one of a ticket, which has it already. A one-off to one of our mailboxes is meant.</summary>
    public bool IsCopyOfOurs(string messageId) =>
        ids.TryVerify(messageId, out var id)
        && (id.TicketId is not null || _sentMails.GetValueOrDefault(id.SentMailId) is { Source: SentMailSource.Automatic });

    public ThreadMatch? Find(ParsedMail mail, Mailbox mailbox) =>
        BySignedId(mail, mailbox) ?? ByForeignId(mail) ?? BySubjectTag(mail) ?? ByOneOffMail(mail, mailbox);

    /// <summary>The ids of ours that a mail carries, nearest first, each with where it stood.</summary>
    public IEnumerable<(SignedId Id, string Where)> SignedIds(ParsedMail mail, Mailbox mailbox)
    {
        foreach (var id in AnsweredIds(mail))
        {
            yield return (id, "a signed id that it answers");
        }

        foreach (var id in TokenIds(mail, mailbox))
        {
            yield return (id, "a signed token of the address");
        }
    }

    /// <summary>Of the addresses written to.</summary>
    public IEnumerable<SignedId> TokenIds(ParsedMail mail, Mailbox mailbox)
    {
        foreach (var token in PlusTokens(mail, mailbox))
        {
            if (ids.TryVerify($"{token}@", out var id))
            {
                yield return id;
            }
        }
    }

    /// <summary>
    /// Whether it answers a mail that told one of us, and nobody else, of this ticket: he has its id, and customers have not.
    /// Every other id of ours is known to customers.
    /// </summary>
    public bool IsAnswerOfNotified(ParsedMail mail, Ticket ticket, string addressKey) =>
        AnsweredIds(mail).Any(id => id.TicketId is { } ticketId
            && Survivor(ticketId) == ticket
            && _sentMails.GetValueOrDefault(id.SentMailId)?.Notified == addressKey);

    /// <summary>The number in the subject tag <c>[#220009]</c>; null where there is none.</summary>
    public static long? TaggedNumber(string subject)
    {
        for (var start = subject.IndexOf("[#", StringComparison.Ordinal); start >= 0;
            start = subject.IndexOf("[#", start + 2, StringComparison.Ordinal))
        {
            var end = subject.IndexOf(']', start);
            if (end < 0)
            {
                return null;
            }

            if (long.TryParse(subject.AsSpan(start + 2, end - start - 2), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                return number;
            }
        }

        return null;
    }

    private IEnumerable<SignedId> AnsweredIds(ParsedMail mail)
    {
        foreach (var ancestor in mail.Ancestors)
        {
            if (ids.TryVerify(ancestor, out var id))
            {
                yield return id;
            }
        }
    }

    private static IEnumerable<string> PlusTokens(ParsedMail mail, Mailbox mailbox)
    {
        if (!mailbox.TakesTokens)
        {
            yield break;
        }

        foreach (var address in mail.DeliveredTo.Concat(mail.To).Concat(mail.Cc))
        {
            if (PlusAddress.DetailOf(address, mailbox.AddressKey) is { } detail)
            {
                yield return detail;
            }
        }
    }

    private ThreadMatch? BySignedId(ParsedMail mail, Mailbox mailbox)
    {
        foreach (var (id, where) in SignedIds(mail, mailbox))
        {
            if (id.TicketId is { } ticketId && Survivor(ticketId) is { } ticket)
            {
                var sentMail = _sentMails.GetValueOrDefault(id.SentMailId);
                return new ThreadMatch(ticket, id.SentMailId, ThreadConfidence.High, where)
                {
                    IsNotification = sentMail is { Notified: not null },
                    IsAboutNote = sentMail is { IsAboutNote: true },
                };
            }
        }

        return null;
    }

    private ThreadMatch? ByForeignId(ParsedMail mail)
    {
        foreach (var ancestor in mail.Ancestors)
        {
            if (_ticketsByForeignId.TryGetValue(IncomingMail.KeyOf(ancestor), out var ticketId) && Survivor(ticketId) is { } ticket)
            {
                return new ThreadMatch(ticket, null, ThreadConfidence.Medium, "an id known from that ticket");
            }
        }

        return null;
    }

    private ThreadMatch? BySubjectTag(ParsedMail mail) =>
        TaggedNumber(mail.Subject) is { } number && Survivor(Ticket.IdOf(number)) is { } ticket
            ? new ThreadMatch(ticket, null, ThreadConfidence.Low, "the tag in its subject")
            : null;

    // Last: who wrote to us about a one-off mail has a ticket by then, and the later mails carry both ids.
    private ThreadMatch? ByOneOffMail(ParsedMail mail, Mailbox mailbox)
    {
        foreach (var (id, where) in SignedIds(mail, mailbox))
        {
            if (id.TicketId is null && _sentMails.ContainsKey(id.SentMailId))
            {
                return new ThreadMatch(null, id.SentMailId, ThreadConfidence.High, where);
            }
        }

        return null;
    }

    /// <summary>The ticket, or the one that it was merged into; null where it is not known.</summary>
    public Ticket? Survivor(long ticketId)
    {
        // Merges make no circles, but rows written by others might.
        for (var hops = 0; hops < 20 && _tickets.TryGetValue(ticketId, out var ticket); hops++)
        {
            if (ticket.MergedIntoId is not { } survivorId)
            {
                return ticket;
            }

            ticketId = survivorId;
        }

        return null;
    }
}

/// <summary>A mail of ours that someone may have answered.</summary>
/// <param name="IsAboutNote">It told staff of a note among themselves.</param>
/// <param name="Notified">Whom among us it told of something, normalised; null for every other mail.</param>
internal sealed record AnsweredMail(long Id, SentMailSource Source, bool IsAboutNote, string? Notified);
