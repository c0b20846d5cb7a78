using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.IncomingMails;

namespace Tickiti.Application.IncomingMails;

/// <summary>The mails that could not be handled, newest first.</summary>
public sealed record ListQuarantine : IQuery<QuarantinePage>
{
    public const int MaxLimit = 500;

    /// <summary>Only those of one mailbox.</summary>
    public long? MailboxId { get; init; }

    /// <summary>Default 100.</summary>
    public int? Limit { get; init; }

    public string? Cursor { get; init; }
}

/// <param name="NextCursor">Null at the end.</param>
public sealed record QuarantinePage(IReadOnlyList<QuarantinedMail> Quarantine, string? NextCursor);

/// <param name="Reason">A word: <c>too_large</c>, <c>timed_out</c>, <c>unreadable</c>, <c>not_stored</c>.</param>
/// <param name="Trace">A sentence, and what the intake found out.</param>
/// <param name="FileSize">In bytes, as the server listed it.</param>
/// <param name="HasRaw">Its bytes are here.</param>
public sealed record QuarantinedMail(
    long Id,
    long MailboxId,
    string Sender,
    string Recipient,
    string Subject,
    string MessageId,
    string Reason,
    string Trace,
    long FileSize,
    bool HasRaw,
    DateTimeOffset CreatedAt);

internal sealed class ListQuarantineValidator : AbstractValidator<ListQuarantine>
{
    public ListQuarantineValidator()
    {
        RuleFor(query => query.Limit).InclusiveBetween(1, ListQuarantine.MaxLimit);
        RuleFor(query => query.Cursor).MustBeCursor();
    }
}

internal sealed class ListQuarantineHandler(ITickitiDb db) : IQueryHandler<ListQuarantine, QuarantinePage>
{
    public async Task<Result<QuarantinePage>> Handle(ListQuarantine query, CancellationToken cancellationToken)
    {
        var limit = query.Limit ?? 100;
        var mails = db.IncomingMails.AsNoTracking().That(new QuarantinedMails());
        if (query.MailboxId is { } mailboxId)
        {
            mails = mails.Where(mail => mail.MailboxId == mailboxId);
        }

        if (Cursor.TryRead(query.Cursor, out var last))
        {
            mails = mails.Where(mail => mail.Id < last);
        }

        // One more than asked for tells whether there is a next page.
        var rows = await mails.OrderByDescending(mail => mail.Id).Take(limit + 1)
            .Select(mail => new QuarantinedMail(
                mail.Id, mail.MailboxId, mail.Sender, mail.Recipient, mail.Subject, mail.MessageId, mail.Reason, mail.Trace,
                mail.SourceSize, mail.RawSha256 != null, mail.CreatedAt))
            .ToListAsync(cancellationToken);
        if (rows.Count <= limit)
        {
            return new QuarantinePage(rows, null);
        }

        rows.RemoveAt(limit);
        return new QuarantinePage(rows, Cursor.After(rows[^1].Id));
    }
}
