using System.Collections.ObjectModel;
using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Mailboxes;
using Tickiti.Domain.SentMails;
using Tickiti.Mail;

namespace Tickiti.Application.SentMails;

/// <summary>One mail of ours: what it says, to whom, and how each try went.</summary>
public sealed record ShowSentMail(long? Id) : IQuery<ShownSentMail>;

public sealed record ShownSentMail : SentMailRow
{
    internal ShownSentMail(SentMailRow row)
        : base(row)
    {
    }

    /// <summary>HTML.</summary>
    public required string Content { get; init; }

    public required string Text { get; init; }

    /// <summary>Without angle brackets.</summary>
    public required string MessageId { get; init; }

    /// <summary>As they go over the wire, in their order.</summary>
    public required IReadOnlyList<SentMailHeader> Headers { get; init; }

    public required IReadOnlyList<ShownRecipient> Recipients { get; init; }

    public required IReadOnlyList<ShownAttempt> Attempts { get; init; }

    /// <summary>Reports that came about it, oldest first.</summary>
    public required IReadOnlyList<ShownEvent> Events { get; init; }
}

public sealed record SentMailHeader(string Name, string Value);

public sealed record ShownRecipient(string Address, RecipientKind Kind, SentMailStatus Status, string? LastError);

/// <param name="Code">The reply code; 0 where no reply came.</param>
/// <param name="Words">The server's, or ours.</param>
public sealed record ShownAttempt(DateTimeOffset Time, string Host, string Outcome, int Code, string? EnhancedCode, string Words);

/// <param name="Recipient">As the report names him.</param>
/// <param name="Status">RFC 3463.</param>
/// <param name="Words">The reporter's.</param>
/// <param name="Proof">What ties it to this mail; from a <c>probable</c> one nothing follows.</param>
public sealed record ShownEvent(
    DeliveryEvent Kind, DateTimeOffset At, string? Recipient, string? Status, string? Words, ReportProof Proof);

internal sealed class ShowSentMailValidator : AbstractValidator<ShowSentMail>
{
    public ShowSentMailValidator() => RuleFor(query => query.Id).MustBeGiven();
}

internal sealed class ShowSentMailHandler(ITickitiDb db) : IQueryHandler<ShowSentMail, ShownSentMail>
{
    public async Task<Result<ShownSentMail>> Handle(ShowSentMail query, CancellationToken cancellationToken)
    {
        var mails = SentMailRow.Shown(db.SentMails.AsNoTracking()).Where(one => one.Id == query.Id);
        var mail = await mails.Include(one => one.Recipients).FirstOrDefaultAsync(cancellationToken);
        if (mail is null)
        {
            return SentMailErrors.NotFound(query.Id!.Value);
        }

        var attempts = await db.SentMailAttempts.AsNoTracking()
            .Where(attempt => attempt.SentMailId == mail.Id)
            .OrderBy(attempt => attempt.Number)
            .Select(attempt => new ShownAttempt(
                attempt.At, attempt.Host, attempt.Outcome, attempt.Code, attempt.EnhancedCode, attempt.Words))
            .ToListAsync(cancellationToken);
        var events = await db.SentMailEvents.AsNoTracking()
            .Where(one => one.SentMailId == mail.Id)
            .OrderBy(one => one.At).ThenBy(one => one.Id)
            .Select(one => new ShownEvent(one.Kind, one.At, one.Recipient, one.Status, one.Words, one.Proof))
            .ToListAsync(cancellationToken);
        return new ShownSentMail(await mails.Select(SentMailRow.Of(db)).FirstAsync(cancellationToken))
        {
            Content = mail.Html,
            Text = mail.Text.Length > 0 ? mail.Text : ContentText.Of(mail.Html),
            MessageId = mail.MessageId,
            Headers = HeadersOf(mail),
            Recipients = [.. mail.Recipients.OrderBy(one => one.Ordinal).Select(one => new ShownRecipient(one.Address, one.Kind, one.Status, one.LastError))],
            Attempts = attempts,
            Events = events,
        };
    }

    // Composed as for sending, its files aside; a mail that cannot be written has no headers.
    private static IReadOnlyList<SentMailHeader> HeadersOf(SentMail mail)
    {
        try
        {
            var composed = ComposedMail.Of(mail, ReadOnlyDictionary<string, byte[]>.Empty, ReturnPath.Own);
            return [.. MimeMessage.Parse(composed.Bytes).Headers.Select(header => new SentMailHeader(header.Name, header.Value))];
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            return [];
        }
    }
}
