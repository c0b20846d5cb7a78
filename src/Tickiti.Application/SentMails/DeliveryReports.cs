using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Application.Suppressions;
using Tickiti.Domain.Common;
using Tickiti.Domain.SentMails;
using Tickiti.Domain.Suppressions;
using Tickiti.Domain.Tickets;

namespace Tickiti.Application.SentMails;

/// <summary>
/// What follows from a report about a mail of ours, by whichever way it came: an event of the mail, its state, a suppression
/// where the address is proven dead or its owner complained, and a word on the ticket. From what is only probable nothing
/// follows but the event.
/// </summary>
internal sealed class DeliveryReports(ITickitiDb db, IIds ids)
{
    /// <param name="mail">With its recipients, tracked.</param>
    /// <param name="ticket">The mail's, if it has one.</param>
    /// <param name="notice">What is reported.</param>
    /// <param name="suppressions">Of the mail's recipients.</param>
    public async Task StageAsync(
        SentMail mail, Ticket? ticket, DeliveryNotice notice, KnownSuppressions suppressions, CancellationToken cancellationToken)
    {
        db.SentMailEvents.Add(SentMailEvent.Of(await ids.NextAsync<SentMailEvent>(cancellationToken), mail.Id, notice));
        if (notice.Proof != ReportProof.Verified)
        {
            return;
        }

        mail.TakeReport(notice);
        var recipient = mail.RecipientOf(notice);
        var reason = ReasonOf(notice);

        // Whoever got a mail of ours has its id, and may say anything about others: only its own recipients are meant.
        if (reason is not null && EmailAddress.TryParse(recipient?.Address, out var address))
        {
            await suppressions.AddAsync(db, ids, address, reason.Value, EvidenceOf(notice), notice.At, cancellationToken);
        }

        if (ticket is not null && notice.Kind is DeliveryEvent.PermanentFail or DeliveryEvent.Complained)
        {
            await TellAsync(mail, ticket, notice, recipient?.Address ?? notice.Recipient, cancellationToken);
        }
    }

    private static SuppressionReason? ReasonOf(DeliveryNotice notice) => notice switch
    {
        { Kind: DeliveryEvent.Complained } => SuppressionReason.Complaint,
        { Kind: DeliveryEvent.PermanentFail, IsHard: true } => SuppressionReason.Bounce,
        _ => null,
    };

    private static string EvidenceOf(DeliveryNotice notice)
    {
        var report = notice.IncomingMailId is { } id
            ? string.Create(CultureInfo.InvariantCulture, $"Incoming mail {id}")
            : "An event";
        var words = string.Join(' ', new[] { notice.Status, notice.Words }.OfType<string>());
        return words.Length == 0 ? $"{report}." : $"{report}: {words}";
    }

    private async Task TellAsync(
        SentMail mail, Ticket ticket, DeliveryNotice notice, string? recipient, CancellationToken cancellationToken)
    {
        var whom = recipient ?? "a recipient";
        var text = notice.Kind == DeliveryEvent.Complained
            ? $"{whom} marked a mail of this ticket as spam. Nothing more is sent to this address."
            : $"A mail of this ticket could not be delivered to {whom}: {notice.Words ?? notice.Status ?? "no reason was given"}";
        var (note, _) = ticket.Respond(
            await ids.NextAsync<Response>(cancellationToken),
            new NewResponse(EmailAddress.Parse(mail.FromAddress), ContentText.ToHtml(text), text) { IsInternal = true, IsStaff = true },
            keepStatus: true,
            notice.At);
        db.Responses.Add(note);
        if (notice.Kind == DeliveryEvent.PermanentFail && mail is { Source: SentMailSource.Ticket, ResponseId: { } responseId })
        {
            (await db.Responses.FirstOrDefaultAsync(response => response.Id == responseId, cancellationToken))?.MarkNotSent();
        }
    }
}
