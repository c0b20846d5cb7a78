using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;

namespace Tickiti.Application.SentMails;

/// <summary>The mails of the last days, newest first.</summary>
public sealed record ListSentMail : IQuery<IReadOnlyList<SentMailRow>>
{
    public const int MaxDays = 30;
    public const int MaxLimit = 300;

    /// <summary>Times 24 hours; default 1.</summary>
    public int? RangeDays { get; init; }

    /// <summary>Default 100.</summary>
    public int? Limit { get; init; }
}

internal sealed class ListSentMailValidator : AbstractValidator<ListSentMail>
{
    public ListSentMailValidator()
    {
        RuleFor(query => query.RangeDays).InclusiveBetween(1, ListSentMail.MaxDays);
        RuleFor(query => query.Limit).InclusiveBetween(1, ListSentMail.MaxLimit);
    }
}

internal sealed class ListSentMailHandler(ITickitiDb db, TimeProvider clock)
    : IQueryHandler<ListSentMail, IReadOnlyList<SentMailRow>>
{
    public async Task<Result<IReadOnlyList<SentMailRow>>> Handle(ListSentMail query, CancellationToken cancellationToken)
    {
        var since = clock.GetUtcNow() - TimeSpan.FromDays(query.RangeDays ?? 1);
        return await SentMailRow.Shown(db.SentMails.AsNoTracking())
            .Where(mail => mail.CreatedAt >= since)
            .OrderByDescending(mail => mail.CreatedAt).ThenByDescending(mail => mail.Id)
            .Take(query.Limit ?? 100)
            .Select(SentMailRow.Of(db))
            .ToListAsync(cancellationToken);
    }
}
