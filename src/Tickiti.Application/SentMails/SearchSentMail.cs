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

internal sealed class SearchSentMailHandler(ITickitiDb db) : IQueryHandler<SearchSentMail, IReadOnlyList<SentMailRow>>
{
    // No database of the three compares without case beyond ASCII in the same way, so the text is compared here.
    private const int MaxScanned = 10_000;

    public async Task<Result<IReadOnlyList<SentMailRow>>> Handle(SearchSentMail query, CancellationToken cancellationToken)
    {
        var newest = SentMailRow.Shown(db.SentMails.AsNoTracking()).OrderByDescending(mail => mail.Id);
        var text = (query.Q ?? query.Search ?? "").Trim().Normalize();
        var limit = query.Limit ?? 100;
        var rows = text.Length == 0 ? newest.Take(limit) : await FoundAsync(newest, text, limit, cancellationToken);
        return await rows.Select(SentMailRow.Of(db)).ToListAsync(cancellationToken);
    }

    private async Task<IQueryable<SentMail>> FoundAsync(
        IQueryable<SentMail> newest, string text, int limit, CancellationToken cancellationToken)
    {
        var found = new List<long>();
        var scanned = newest.Take(MaxScanned).Select(mail => new { mail.Id, mail.Subject, mail.ToAddress });
        await foreach (var mail in scanned.AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            if (Holds(mail.Subject, text) || Holds(mail.ToAddress, text))
            {
                found.Add(mail.Id);
                if (found.Count == limit)
                {
                    break;
                }
            }
        }

        return db.SentMails.AsNoTracking().Where(mail => found.Contains(mail.Id)).OrderByDescending(mail => mail.Id);
    }

    private static bool Holds(string field, string text) =>
        field.Normalize().Contains(text, StringComparison.OrdinalIgnoreCase);
}
