using System.Linq.Expressions;
using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Suppressions;

namespace Tickiti.Application.Suppressions;

/// <summary>The addresses that nothing is sent to, newest first. What has expired is not among them.</summary>
public sealed record ListSuppressions : IQuery<SuppressionPage>
{
    public const int MaxLimit = 500;

    /// <summary>A part of the address, whatever its case.</summary>
    public string? Q { get; init; }

    /// <summary>Default 100.</summary>
    public int? Limit { get; init; }

    public string? Cursor { get; init; }
}

/// <param name="NextCursor">Null at the end.</param>
public sealed record SuppressionPage(IReadOnlyList<SuppressionRead> Suppressions, string? NextCursor);

/// <param name="Email">In lower case.</param>
/// <param name="Evidence">The report that proves it; null where a person wants it so.</param>
/// <param name="ExpiresAt">Null: never.</param>
public sealed record SuppressionRead(
    long Id,
    string Email,
    SuppressionReason Reason,
    string? Note,
    string? Evidence,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset CreatedAt)
{
    internal static Expression<Func<Suppression, SuppressionRead>> Projection { get; } = one =>
        new SuppressionRead(one.Id, one.Email, one.Reason, one.Note, one.Evidence, one.ExpiresAt, one.CreatedAt);

    internal static SuppressionRead Of(Suppression one) =>
        new(one.Id, one.Email, one.Reason, one.Note, one.Evidence, one.ExpiresAt, one.CreatedAt);
}

internal sealed class ListSuppressionsValidator : AbstractValidator<ListSuppressions>
{
    public ListSuppressionsValidator()
    {
        RuleFor(query => query.Q).MaximumLength(EmailAddress.MaxLength);
        RuleFor(query => query.Limit).InclusiveBetween(1, ListSuppressions.MaxLimit);
        RuleFor(query => query.Cursor).MustBeCursor();
    }
}

internal sealed class ListSuppressionsHandler(ITickitiDb db, ITextSearch search, TimeProvider clock)
    : IQueryHandler<ListSuppressions, SuppressionPage>
{
    public async Task<Result<SuppressionPage>> Handle(ListSuppressions query, CancellationToken cancellationToken)
    {
        var limit = query.Limit ?? 100;
        var before = Cursor.TryRead(query.Cursor, out var last) ? last : long.MaxValue;
        var holding = db.Suppressions.AsNoTracking().That(new SuppressionsAt(clock.GetUtcNow())).Where(one => one.Id < before);

        // One more than asked for tells whether there is a next page.
        var wanted = limit + 1;
        var read = string.IsNullOrWhiteSpace(query.Q)
            ? new RowPage<SuppressionRead>(await ReadAsync(holding, wanted, cancellationToken), null)
            : await new RowQuery(search, new RowCondition.Has(SearchedText.Suppression, EmailAddress.KeyOf(query.Q)), "q", clock).ReadAsync(
                before, wanted, (ids, atMost, token) => ReadAsync(holding.Where(one => ids.Contains(one.Id)), atMost, token), cancellationToken);
        if (read.Error is { } tooMuch)
        {
            return tooMuch;
        }

        var (rows, remaining) = read.Value;
        if (rows.Count <= limit)
        {
            return new SuppressionPage(rows, remaining is null ? null : Cursor.After(remaining.Value));
        }

        rows.RemoveAt(limit);
        return new SuppressionPage(rows, Cursor.After(rows[^1].Id));
    }

    private static Task<List<SuppressionRead>> ReadAsync(
        IQueryable<Suppression> suppressions, int atMost, CancellationToken cancellationToken) =>
        suppressions.OrderByDescending(one => one.Id).Take(atMost).Select(SuppressionRead.Projection).ToListAsync(cancellationToken);
}
