using System.Linq.Expressions;
using Tickiti.Application.Common;
using Tickiti.Domain.SentMails;

namespace Tickiti.Application.SentMails;

/// <summary>A mail of ours as lists show it.</summary>
/// <param name="Mailbox">Its name when the mail was written.</param>
/// <param name="Status">The worst of its recipients.</param>
/// <param name="Delivery">What was reported of it since; null where nothing was.</param>
public record SentMailRow(
    long Id,
    string Mailbox,
    string FromAddress,
    string ToAddress,
    string Subject,
    SentMailStatus Status,
    DeliveryEvent? Delivery,
    SentMailSource Source,
    DateTimeOffset? SentAt,
    DateTimeOffset CreatedAt,
    long? TicketNumber,
    int AttemptCount,
    string? LastError)
{
    /// <summary>Those that this API shows: an organization's mail is its own affair.</summary>
    internal static IQueryable<SentMail> Shown(IQueryable<SentMail> mails) =>
        mails.Where(mail => mail.Source != SentMailSource.Organization);

    internal static Expression<Func<SentMail, SentMailRow>> Of(ITickitiDb db) => mail => new SentMailRow(
        mail.Id,
        mail.MailboxName,
        mail.FromAddress,
        mail.ToAddress,
        mail.Subject,
        mail.Status,
        mail.Delivery,
        mail.Source,
        mail.SentAt,
        mail.CreatedAt,
        db.Tickets.Where(ticket => ticket.Id == mail.TicketId).Select(ticket => (long?)ticket.Number).FirstOrDefault(),
        mail.AttemptCount,
        mail.LastError);
}
