using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Application.Interventions;
using Tickiti.Application.SentMails;
using Tickiti.Domain.Blobs;
using Tickiti.Domain.Common;
using Tickiti.Domain.IncomingMails;
using Tickiti.Domain.Mailboxes;
using Tickiti.Domain.SentMails;
using Tickiti.Domain.Tickets;
using Tickiti.Mail;
using Attachment = Tickiti.Domain.Tickets.Attachment;

namespace Tickiti.Application.IncomingMails;

/// <summary>Stages what a verdict asks for: the ledger's row, the raw bytes, and what becomes of them.</summary>
internal sealed class IntakeRows(ITickitiDb db, IIds ids, TicketMail ticketMail, AutomaticMail automaticMail, EpilogCalls calls)
{
    private readonly DeliveryReports _reports = new(db, ids);
    private readonly Brakes _brakes = new(db);

    public async Task<TakenMail> StageAsync(IntakeContext mail, IntakeVerdict verdict, CancellationToken cancellationToken)
    {
        if (verdict is AlreadyTaken)
        {
            return new TakenMail(mail.Parsed.Fetched.Listed, null, verdict.Disposition, null, null);
        }

        if (verdict is CameBack back)
        {
            return await TakeBackAsync(mail, back, cancellationToken);
        }

        var row = IncomingMail.Record(
            await ids.NextAsync<IncomingMail>(cancellationToken), mail.Mailbox.Id, ReceivedMailOf(mail), mail.Now);
        StageBlob(mail, mail.Parsed.RawSha256, mail.Parsed.Fetched.Raw);
        await StageVerdictAsync(mail, row, verdict, cancellationToken);
        db.IncomingMails.Add(row);
        mail.Lookups.Add(row);
        return new TakenMail(mail.Parsed.Fetched.Listed, row.Id, row.Disposition, row.TicketId, row.DeleteDueAt);
    }

    // Only now that the content is known to be the same may the copy go, if it is due.
    private async Task<TakenMail> TakeBackAsync(IntakeContext mail, CameBack back, CancellationToken cancellationToken)
    {
        var row = await db.IncomingMails.FirstAsync(one => one.Id == back.Copy.Id, cancellationToken);
        row.ComeBack();
        return new TakenMail(mail.Parsed.Fetched.Listed, row.Id, back.Disposition, row.TicketId, row.DeleteDueAt);
    }

    /// <summary>For a mail that has its row and its bytes already.</summary>
    public Task StageAgainAsync(IntakeContext mail, IncomingMail row, IntakeVerdict verdict, CancellationToken cancellationToken)
    {
        row.ReadAgain(ReceivedMailOf(mail), mail.Now);
        return StageVerdictAsync(mail, row, verdict, cancellationToken);
    }

    private async Task StageVerdictAsync(IntakeContext mail, IncomingMail row, IntakeVerdict verdict, CancellationToken cancellationToken)
    {
        switch (verdict)
        {
            case IsCopy { IsElsewhere: true, First.TicketId: not null } copy:
                await NoteCopyAsync(mail, copy.First, cancellationToken);
                break;
            case IsReport { Link: { } link }:
                await ReportAsync(mail, row, link, cancellationToken);
                break;
            case IsHeld { Ticket: { } proposed }:
                row.ProposeTicket(proposed.Id, proposed.Status == TicketStatus.Closed);
                break;
            case Joins joins:
                await JoinAsync(mail, row, joins, cancellationToken);
                break;
            case Opens opens:
                await OpenAsync(mail, row, opens, cancellationToken);
                break;
        }

        if (verdict is Opens or Joins { As: Disposition.Reply } && mail is { IsAutomaticBecause: null, Parsed.From: { } person })
        {
            mail.Lookups.Suppressions.LiftBounceOf(db, person);
        }

        row.Dispose(verdict.Disposition, verdict.Reason, mail.Trace);
        if (row.FirstCopyKey is { } hash && mail.Lookups.OutdatedFirstCopy(hash) is { } outdated)
        {
            (await db.IncomingMails.FirstAsync(older => older.Id == outdated, cancellationToken)).YieldFirstCopy();
        }
    }

    private static ReceivedMail ReceivedMailOf(IntakeContext mail)
    {
        var parsed = mail.Parsed;
        return new ReceivedMail(parsed.Source, parsed.MessageId, parsed.ContentHash)
        {
            IsOnServer = true,
            DeleteDueAt = DeletionOf(mail),
            RawSha256 = parsed.RawSha256.Length > 0 ? parsed.RawSha256 : null,
            Sender = parsed.SenderKey,
            Recipient = RecipientOf(mail),
            Subject = parsed.Subject,
            Date = parsed.Date,
        };
    }

    // What was not fetched whole is never deleted; a folder only moves its files aside.
    private static DateTimeOffset? DeletionOf(IntakeContext mail)
    {
        if (mail.Mailbox.Type == MailboxType.Local)
        {
            return mail.Now;
        }

        if (mail.Parsed.Fetched.Outcome != FetchOutcome.Complete)
        {
            return null;
        }

        return mail.Mailbox.Pop.LeaveOnServer ? mail.Now.AddDays(mail.Mailbox.Pop.LeaveOnServerDays) : mail.Now;
    }

    private static string RecipientOf(IntakeContext mail) =>
        mail.Parsed.To.Concat(mail.Parsed.Cc).Concat(mail.Parsed.DeliveredTo).FirstOrDefault(mail.Lookups.IsOurs)?.Key
        ?? mail.Mailbox.AddressKey;

    private void StageBlob(IntakeContext mail, string sha256, byte[] content)
    {
        if (sha256.Length > 0 && mail.Lookups.AddBlob(sha256))
        {
            db.Blobs.Add(Blob.Of(content, mail.Now));
        }
    }

    private async Task OpenAsync(IntakeContext mail, IncomingMail row, Opens opens, CancellationToken cancellationToken)
    {
        var ticket = Ticket.Open(
            await ids.NextAsync<Ticket>(cancellationToken),
            new NewTicket(mail.Mailbox.QueueId, mail.Parsed.Subject, opens.Originator)
            {
                MailboxId = mail.Mailbox.Id,
                Participants = opens.Participants,
            },
            mail.Now);
        var content = new NewResponse(opens.Forwarder ?? opens.Originator, mail.Parsed.Html, mail.Parsed.Text)
        {
            IsStaff = opens.Forwarder is not null,
        };
        var response = await RespondAsync(mail, ticket, content, cancellationToken);
        row.BecomeResponse(ticket.Id, response.Id);
        if (opens.SentMailId is { } sentMailId)
        {
            row.LinkTo(sentMailId);
        }

        db.Tickets.Add(ticket);
        mail.Lookups.Threads.Know(ticket);
        await AcknowledgeAsync(mail, ticket, opens, cancellationToken);
        await NotifyAsync(mail, row, ticket, response, cancellationToken);
        if (opens.Forwarder is { } forwarder)
        {
            await NoteAsync(mail, ticket, $"{forwarder.Value} passed on a mail of {opens.Originator!.Value}.", cancellationToken);
        }

        if (opens.Link is { } link)
        {
            await NoteAsync(mail, ticket, $"This mail answers ticket {link.Ticket.Number}, but was not added to it: {link.Because}.", cancellationToken);
            await NoteAsync(mail, link.Ticket, $"A mail that answers this ticket became ticket {ticket.Number}: {link.Because}.", cancellationToken);
        }
    }

    private async Task JoinAsync(IntakeContext mail, IncomingMail row, Joins joins, CancellationToken cancellationToken)
    {
        var content = new NewResponse(mail.Parsed.From, mail.Parsed.Html, mail.Parsed.Text)
        {
            IsInternal = joins.IsInternal,
            IsStaff = joins.IsStaff,
            ThreadConfidence = joins.Confidence,
            Spans = TextSpans.Encode(ReplyFolder.Fold(mail.Parsed.Text, mail.Parsed.Quoted)
                .Select(span => new TextSpan(span.Kind == ReplySpanKind.Folded, span.Text))),
        };
        if (joins.Stranger is { } stranger)
        {
            joins.Ticket.AddParticipant(stranger.Key);
            await NoteAsync(mail, joins.Ticket, $"{stranger.Value} takes part from now on: a reply proved to answer a mail of this ticket.", cancellationToken);
        }

        var response = await RespondAsync(mail, joins.Ticket, content, cancellationToken);
        row.BecomeResponse(joins.Ticket.Id, response.Id);
        if (joins.Written is { } written)
        {
            await ticketMail.QueueAsync(joins.Ticket, response, written, cancellationToken);
            await calls.QueueAsync(joins.Ticket, response, cancellationToken);
        }
        else if (joins.As == Disposition.Reply)
        {
            await NotifyAsync(mail, row, joins.Ticket, response, cancellationToken);
        }
    }

    private async Task AcknowledgeAsync(IntakeContext mail, Ticket ticket, Opens opens, CancellationToken cancellationToken)
    {
        if (!mail.Mailbox.AutoResponse)
        {
            return;
        }

        var refusal = Acknowledgement.RefusalOf(mail, opens);
        if (refusal is null
            && !await automaticMail.AcknowledgeAsync(ticket, mail.Mailbox, mail.Parsed.SendersMessageId, _brakes, cancellationToken))
        {
            refusal = "the brake holds it";
        }

        mail.Say($"acknowledged: {(refusal is null ? "yes" : $"no, {refusal}")}");
    }

    private async Task NotifyAsync(
        IntakeContext mail, IncomingMail row, Ticket ticket, Response response, CancellationToken cancellationToken)
    {
        var authors = mail.Parsed.Senders.Select(sender => sender.Key);
        if (await automaticMail.NotifyAsync(ticket, response, authors, _brakes, cancellationToken))
        {
            row.TellStaff();
        }
    }

    private async Task ReportAsync(IntakeContext mail, IncomingMail row, ReportLink link, CancellationToken cancellationToken)
    {
        row.LinkTo(link.Mail.Id);
        var ticket = link is { Proof: ReportProof.Verified, Mail.TicketId: { } ticketId } ? mail.Lookups.Threads.Survivor(ticketId) : null;
        if (ticket is not null)
        {
            row.BelongTo(ticket.Id);
        }

        var notices = mail.Parsed.Report!.Notices;
        for (var i = 0; i < notices.Count; i++)
        {
            var notice = notices[i] with
            {
                Proof = link.Proof,
                SourceKey = string.Create(CultureInfo.InvariantCulture, $"mail:{row.Id}:{i}"),
                At = mail.Now,
                IncomingMailId = row.Id,
            };
            await _reports.StageAsync(link.Mail, ticket, notice, mail.Lookups.Suppressions, cancellationToken);
        }
    }

    private async Task<Response> RespondAsync(
        IntakeContext mail, Ticket ticket, NewResponse content, CancellationToken cancellationToken)
    {
        var id = await ids.NextAsync<Response>(cancellationToken);
        var attachments = new List<Attachment>(mail.Parsed.Attachments.Count);
        foreach (var file in mail.Parsed.Attachments)
        {
            StageBlob(mail, file.Sha256, file.Content);
            attachments.Add(Attachment.Of(
                await ids.NextAsync<Attachment>(cancellationToken), id, file.Name, file.MimeType, file.Sha256,
                file.Content.Length, file.IsInline, file.ContentId));
        }

        // A note of a machine's answer is no reason to open a ticket again.
        var (response, _) = ticket.Respond(
            id, content with { IsEmailSourced = true, Attachments = attachments }, keepStatus: content.IsInternal, mail.Now);
        db.Responses.Add(response);
        return response;
    }

    private async Task NoteCopyAsync(IntakeContext mail, KnownCopy first, CancellationToken cancellationToken)
    {
        var ticket = await db.Tickets.Include(one => one.Participants).FirstOrDefaultAsync(one => one.Id == first.TicketId, cancellationToken)
            ?? db.Tickets.Local.FirstOrDefault(one => one.Id == first.TicketId);
        if (ticket is not null)
        {
            await NoteAsync(mail, ticket, $"The same mail came to {mail.Mailbox.Address} too.", cancellationToken);
        }
    }

    private async Task NoteAsync(IntakeContext mail, Ticket ticket, string text, CancellationToken cancellationToken)
    {
        var (note, _) = ticket.Respond(
            await ids.NextAsync<Response>(cancellationToken),
            new NewResponse(EmailAddress.Parse(mail.Mailbox.Address), ContentText.ToHtml(text), text) { IsInternal = true, IsStaff = true },
            keepStatus: true,
            mail.Now);
        db.Responses.Add(note);
    }
}

/// <summary>A mail that has its row once the batch is committed.</summary>
/// <param name="Listed">Where it lies.</param>
/// <param name="Id">Of its row; null where it had one already.</param>
/// <param name="Disposition">What became of it.</param>
/// <param name="TicketId">The ticket it opened, joined or would join.</param>
/// <param name="DeleteDueAt">From then on the source's copy may go.</param>
public sealed record TakenMail(ListedMail Listed, long? Id, Disposition Disposition, long? TicketId, DateTimeOffset? DeleteDueAt);
