using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.SentMails;
using Tickiti.Domain.Tickets;

namespace Tickiti.Application.SentMails;

/// <summary>Writes the mail that carries a public response to the people outside: threaded, in one copy, never to its author.</summary>
public sealed class TicketMail(ITickitiDb db, IDirectory directory, IIds ids, MessageIds messageIds, IOptions<MailOptions> options, TimeProvider clock)
{
    /// <summary>What a reply is cut off at when it comes back; the intake looks for it first.</summary>
    public const string ReplyMarker = "--- Please reply above this line ---";

    // A reference list longer than this helps no client; the first ids and the last say where a mail belongs.
    private const int MaxReferences = 20;

    /// <summary>Queues the response; where no mailbox can send it, flags it.</summary>
    public Task QueueAsync(Ticket ticket, Response response, CancellationToken cancellationToken) =>
        QueueAsync(ticket, response, response.Html, response.Text, cancellationToken);

    /// <summary>
    /// Queues what staff wrote in a response by mail. The rest of it quotes what told them of the customer's, and that is not for him.
    /// </summary>
    public Task QueueAsync(Ticket ticket, Response response, string written, CancellationToken cancellationToken) =>
        QueueAsync(ticket, response, ContentText.ToHtml(written), written, cancellationToken);

    private async Task QueueAsync(Ticket ticket, Response response, string html, string text, CancellationToken cancellationToken)
    {
        var known = await directory.ReadAsync(cancellationToken);
        var recipients = Recipients(ticket, response.AuthorEmail, known);
        if (recipients is null)
        {
            return;
        }

        var mailbox = OutgoingMailbox.ForTicket(known, ticket, options.Value.FromAddress);
        if (mailbox is null)
        {
            response.MarkNotSent();
            return;
        }

        var earlier = await EarlierIdsAsync(ticket.Id, cancellationToken);
        var id = await ids.NextAsync<SentMail>(cancellationToken);
        var messageId = messageIds.Create(ticket.Id, id, EmailAddress.Parse(mailbox.Address).Domain);
        var mail = SentMail.Write(
            id,
            new OutgoingMail
            {
                MailboxId = mailbox.Id,
                MailboxName = mailbox.Name,
                FromAddress = mailbox.Address,
                FromName = mailbox.FromName,
                To = recipients.Value.To,
                Cc = recipients.Value.Cc,
                Subject = SubjectOf(ticket),
                ReplyTo = mailbox.PlusAddressing ? PlusAddress.Of(mailbox.Address, messageId) : null,
                Html = $"<div>{ReplyMarker}</div>\n{html}",
                Text = $"{ReplyMarker}\n\n{text}",
                MessageId = messageId,
                InReplyTo = earlier.Count > 0 ? earlier[^1] : null,
                References = earlier,
                Source = SentMailSource.Ticket,
                TicketId = ticket.Id,
                ResponseId = response.Id,
                Attachments = [.. response.Attachments.Select((file, ordinal) => new SentMailAttachment(
                    id, ordinal, file.Name, file.MimeType, file.Sha256, file.FileSize,
                    file.IsInline && !response.IsEmailSourced ? file.ContentId : null))],
            },
            clock.GetUtcNow());
        db.SentMails.Add(mail);
    }

    internal static string SubjectOf(Ticket ticket) => Tagged(
        ticket.Subject.StartsWith("Re:", StringComparison.OrdinalIgnoreCase) ? ticket.Subject : $"Re: {ticket.Subject}", ticket);

    /// <summary>With the tag that leads an answer back, cut so that it can be stored.</summary>
    internal static string Tagged(string subject, Ticket ticket)
    {
        var tag = string.Create(CultureInfo.InvariantCulture, $"[#{ticket.Number}]");
        var line = subject.Cut(SentMail.SubjectMaxLength - tag.Length - 1);
        return line.Contains(tag, StringComparison.Ordinal) ? line : $"{line} {tag}";
    }

    // To the originator, Cc to the rest; an answer by the originator goes to the rest alone. Who is one of us is told in other
    // ways, and a mailbox of ours would get its own mail back.
    private static (IReadOnlyList<string> To, IReadOnlyList<string> Cc)? Recipients(
        Ticket ticket, string authorEmail, DirectorySnapshot known)
    {
        var others = ticket.Participants.Select(one => one.Email)
            .Where(email => email != authorEmail && known.StaffWithEmail(email) is null && !known.IsOurs(email))
            .ToList();
        if (ticket.OriginatorEmail != authorEmail && ticket.OriginatorEmail != Ticket.UnknownOriginator)
        {
            return ([ticket.OriginatorEmail], others);
        }

        return others.Count == 0 ? null : ([others[0]], others[1..]);
    }

    // The mails of the ticket as a thread: what came in, then what we answered, in the order of their times. Never what the brake
    // held, nor what told staff: whoever has the id of such a mail can write as the one whom it told.
    private async Task<IReadOnlyList<string>> EarlierIdsAsync(long ticketId, CancellationToken cancellationToken)
    {
        var received = await db.IncomingMails.AsNoTracking()
            .Where(mail => mail.TicketId == ticketId && mail.ResponseId != null)
            .OrderByDescending(mail => mail.Id).Take(MaxReferences)
            .Select(mail => new Earlier { MessageId = mail.MessageId, At = mail.CreatedAt })
            .ToListAsync(cancellationToken);
        var written = db.SentMails.AsNoTracking().Where(mail => mail.TicketId == ticketId);
        var sent = await LastOf(written.Where(mail => mail.Automatic == null))
            .Concat(LastOf(written.Where(mail => mail.Automatic == AutomaticKind.Acknowledgement && mail.AutomaticNumber != null)))
            .ToListAsync(cancellationToken);
        return [.. received.Concat(sent).OrderBy(mail => mail.At).TakeLast(MaxReferences).Select(mail => mail.MessageId)];
    }

    // By the index, past what told staff, of which there may be very much. The first key is the same for all of them.
    private static IQueryable<Earlier> LastOf(IQueryable<SentMail> mails) =>
        mails.OrderByDescending(mail => mail.Automatic).ThenByDescending(mail => mail.Id).Take(MaxReferences)
            .Select(mail => new Earlier { MessageId = mail.MessageId, At = mail.CreatedAt });

    private sealed record Earlier
    {
        public required string MessageId { get; init; }

        public required DateTimeOffset At { get; init; }
    }
}
