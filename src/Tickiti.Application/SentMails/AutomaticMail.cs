using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Tickiti.Application.Common;
using Tickiti.Application.Templates;
using Tickiti.Domain.Common;
using Tickiti.Domain.Mailboxes;
using Tickiti.Domain.SentMails;
using Tickiti.Domain.Tickets;

namespace Tickiti.Application.SentMails;

/// <summary>
/// Writes the mails that no person asked for, into the outbox of the transaction that causes them: the acknowledgement of a new
/// ticket, and what tells our own people. Each has one recipient, because its id is what his answer proves.
/// </summary>
public sealed class AutomaticMail(
    ITickitiDb db,
    IDirectory directory,
    IIds ids,
    MessageIds messageIds,
    ITemplates templates,
    IOptions<MailOptions> options,
    TimeProvider clock)
{
    /// <summary>The template that an acknowledgement is made from; without it, or where it fails, a text of ours.</summary>
    public const string AcknowledgementTemplate = "auto_response";

    /// <summary>In the subject of what tells of a note: an answer that lost every id of ours is known to be among staff by it.</summary>
    public const string NoteMark = "[note]";

    // Enough to know what it is about; the ticket has the rest.
    private const int MaxTold = 10_000;

    /// <summary>Tells the originator that he was heard.</summary>
    /// <param name="ticket">New.</param>
    /// <param name="mailbox">Can send.</param>
    /// <param name="answered">The Message-ID of his mail; null where he wrote none.</param>
    /// <param name="brakes">Of this unit of work.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Whether it goes; the brake may hold it.</returns>
    public async Task<bool> AcknowledgeAsync(
        Ticket ticket, Mailbox mailbox, string? answered, Brakes brakes, CancellationToken cancellationToken)
    {
        return await WriteAsync(
            ticket,
            mailbox,
            AutomaticKind.Acknowledgement,
            ticket.OriginatorEmail,
            about: null,
            async mail =>
            {
                var written = await FromTemplateAsync(ticket, mailbox, cancellationToken)
                    ?? new RenderedTemplate(TicketMail.SubjectOf(ticket), BuiltIn(ticket));
                return mail with
                {
                    Subject = written.Subject,
                    Html = $"<div>{TicketMail.ReplyMarker}</div>\n{written.Content}",
                    InReplyTo = answered,
                    References = answered is null ? [] : [answered],
                };
            },
            brakes,
            cancellationToken);
    }

    /// <summary>
    /// Tells whoever looks after the ticket what was written on it: whom it is assigned to, else the queue's list. Of a note
    /// only the former hears. Never its author.
    /// </summary>
    /// <returns>Whether somebody is told.</returns>
    public async Task<bool> NotifyAsync(
        Ticket ticket, Response response, IEnumerable<string> authorKeys, Brakes brakes, CancellationToken cancellationToken)
    {
        var known = await directory.ReadAsync(cancellationToken);
        if (OutgoingMailbox.ForTicket(known, ticket, options.Value.FromAddress) is not { } mailbox)
        {
            return false;
        }

        var authors = authorKeys.Append(response.AuthorEmail).ToHashSet();
        var isTold = false;

        // The same for all of them but for one sentence.
        var forStaff = new Lazy<string>(() => NotificationHtml(ticket, response, isStaff: true));
        var forOthers = new Lazy<string>(() => NotificationHtml(ticket, response, isStaff: false));

        // A mailbox of ours would get our own mail back.
        foreach (var recipient in Watchers(ticket, response, known)
            .Where(one => !authors.Contains(one) && !known.IsOurs(one)))
        {
            isTold |= await WriteAsync(
                ticket,
                mailbox,
                AutomaticKind.Notification,
                recipient,
                response,
                mail => ValueTask.FromResult(mail with { Html = (known.StaffWithEmail(recipient) is null ? forOthers : forStaff).Value }),
                brakes,
                cancellationToken);
        }

        return isTold;
    }

    private async ValueTask<RenderedTemplate?> FromTemplateAsync(Ticket ticket, Mailbox mailbox, CancellationToken cancellationToken)
    {
        if (await templates.FindAsync(AcknowledgementTemplate, cancellationToken) is not { } template)
        {
            return null;
        }

        var known = await directory.ReadAsync(cancellationToken);
        var placeholders = new Dictionary<string, string>
        {
            ["ticket_number"] = NumberOf(ticket),
            ["subject"] = ticket.Subject,
            ["originator"] = ticket.OriginatorEmail,
            ["queue"] = known.QueueWithId(ticket.QueueId)?.Name ?? "",
            ["mailbox"] = mailbox.Address,
            ["from_name"] = mailbox.FromName,
        };
        return template.Render(placeholders.ToDictionary(one => one.Key, one => JsonSerializer.SerializeToElement(one.Value)))
            is { Error: null } written
                ? written.Value with { Subject = TicketMail.Tagged(written.Value.Subject, ticket) }
                : null;
    }

    private static string BuiltIn(Ticket ticket) =>
        $"<p>Thank you for your message. We have received it as ticket {NumberOf(ticket)} and will answer as soon as we can.</p>\n"
        + "<p>If you want to add something, just answer this mail.</p>";

    private static IEnumerable<string> Watchers(Ticket ticket, Response response, DirectorySnapshot known)
    {
        if (ticket.AssignedToId is { } id && known.UserWithId(id) is { IsActive: true, IsStaff: true, Email.Length: > 0 } assignee)
        {
            return [assignee.Email];
        }

        return response.IsInternal || known.QueueWithId(ticket.QueueId) is not { } queue
            ? []
            : queue.NotifyEmails.Select(EmailAddress.KeyOf).Distinct();
    }

    private async Task<bool> WriteAsync(
        Ticket ticket,
        Mailbox mailbox,
        AutomaticKind kind,
        string to,
        Response? about,
        Func<OutgoingMail, ValueTask<OutgoingMail>> fill,
        Brakes brakes,
        CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var id = await ids.NextAsync<SentMail>(cancellationToken);
        var messageId = messageIds.Create(ticket.Id, id, EmailAddress.Parse(mailbox.Address).Domain);
        var mark = await brakes.MarkAsync(kind, to, ticket.Id, now, cancellationToken);
        var mail = new OutgoingMail
        {
            MailboxId = mailbox.Id,
            MailboxName = mailbox.Name,
            FromAddress = mailbox.Address,
            FromName = mailbox.FromName,
            To = [to],
            Subject = TicketMail.Tagged(about is { IsInternal: true } ? $"{NoteMark} {ticket.Subject}" : ticket.Subject, ticket),
            MessageId = messageId,

            // What proves staff must not stand in an address that everyone in the conversation sees.
            ReplyTo = kind == AutomaticKind.Acknowledgement && mailbox.PlusAddressing ? PlusAddress.Of(mailbox.Address, messageId) : null,
            Source = SentMailSource.Automatic,
            Automatic = mark,
            TicketId = ticket.Id,
            ResponseId = about?.Id,
        };

        // What is held gets no body: else a flood would be stored once for each of those whom it does not reach.
        db.SentMails.Add(SentMail.Write(id, mark.Brake == BrakeState.Holds ? mail : await fill(mail), now));
        return mark.Brake != BrakeState.Holds;
    }

    private string NotificationHtml(Ticket ticket, Response response, bool isStaff)
    {
        var what = response.IsInternal ? "wrote a note on" : ticket.ResponseCount <= 1 ? "opened" : "answered";
        var answer = !isStaff ? ""
            : response.IsInternal ? " An answer to this mail becomes a note."
            : " An answer to this mail goes to the customer.";
        var told = TextSpans.VisibleOf(response.Spans, response.Text);
        return $"<div>{TicketMail.ReplyMarker}</div>\n"
            + $"<p>{WebUtility.HtmlEncode(response.AuthorEmail)} {what} ticket {LinkTo(ticket)}.{answer}</p>\n"
            + ContentText.ToHtml(told.Length > MaxTold ? $"{told.Cut(MaxTold)}\n[…]" : told);
    }

    private string LinkTo(Ticket ticket) => options.Value.TicketUrl is { } url
        ? $"<a href=\"{WebUtility.HtmlEncode(url.Replace(MailOptions.NumberPlace, NumberOf(ticket), StringComparison.Ordinal))}\">{NumberOf(ticket)}</a>"
        : NumberOf(ticket);

    private static string NumberOf(Ticket ticket) => ticket.Number.ToString(CultureInfo.InvariantCulture);
}
