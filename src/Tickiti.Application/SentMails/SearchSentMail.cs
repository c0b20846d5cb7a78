using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.SentMails;

namespace Tickiti.Application.SentMails;

/// <summary>The mails whose subject or To holds a text, whatever its case, newest first.</summary>
public sealed record SearchSentMail : IQuery<IReadOnlyList<SentMailRow>>
{
    public const int MaxLimit = 500;

    /// <summary>Every character stands for itself; blank: the newest.</summary>
    public string? Q { get; init; }

    /// <summary>Another name for <see cref="Q"/>.</summary>
    public string? Search { get; init; }

    /// <summary>Default 100.</summary>
    public int? Limit { get; init; }
}

internal sealed class SearchSentMailValidator : AbstractValidator<SearchSentMail>
{
    public SearchSentMailValidator()
    {
        RuleFor(query => query.Search).Must((query, text) => text is null || query.Q is null)
            .WithMessage("q and search are two names of one field: give one.");
        RuleFor(query => query.Search).MaximumLength(SentMail.SubjectMaxLength);
        RuleFor(query => query.Q).MaximumLength(SentMail.SubjectMaxLength);
        RuleFor(query => query.Limit).InclusiveBetween(1, SearchSentMail.MaxLimit);
    }
}

internal sealed class SearchSentMailHandler(ITickitiDb db, ITextSearch search, TimeProvider clock)
    : IQueryHandler<SearchSentMail, IReadOnlyList<SentMailRow>>
{
    public async Task<Result<IReadOnlyList<SentMailRow>>> Handle(SearchSentMail query, CancellationToken cancellationToken)
    {
        var shown = SentMailRow.Shown(db.SentMails.AsNoTracking());
        var text = (query.Q ?? query.Search ?? "").Trim();
        var limit = query.Limit ?? 100;
        if (text.Length == 0)
        {
            return await ReadAsync(shown, limit, cancellationToken);
        }

        var part = new RowCondition.Has(SearchedText.SentMail, text);
        var read = await new RowQuery(search, part, query.Q is null ? "search" : "q", clock) { MaxCompared = int.MaxValue }.ReadAsync(
            long.MaxValue,
            limit,
            (ids, atMost, token) => ReadAsync(shown.Where(mail => ids.Contains(mail.Id)), atMost, token),
            cancellationToken);
        return read.Error is { } tooMuch ? tooMuch : read.Value.Rows;
    }

    private Task<List<SentMailRow>> ReadAsync(IQueryable<SentMail> mails, int atMost, CancellationToken cancellationToken) =>
        mails.OrderByDescending(mail => mail.Id).Take(atMost).Select(SentMailRow.Of(db)).ToListAsync(cancellationToken);
}
