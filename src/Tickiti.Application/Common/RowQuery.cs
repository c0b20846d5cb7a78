using Microsoft.EntityFrameworkCore;
using Tickiti.Domain.Common;

namespace Tickiti.Application.Common;

/// <param name="Rows">Newest first.</param>
/// <param name="Remaining">The id below which nothing was looked at, where the work became too much.</param>
internal sealed record RowPage<T>(List<T> Rows, long? Remaining);

/// <summary>
/// Reads rows by several indexes, newest first, in rounds. In each round the condition that leaves the fewest rows is followed, and
/// only those are asked for the rest; what many rows have is followed no further than needed.
/// </summary>
/// <param name="search">Where texts are found.</param>
/// <param name="asked">What for.</param>
/// <param name="field">Where the caller said so, if it is too much.</param>
/// <param name="clock">Ends what takes too long.</param>
internal sealed class RowQuery(ITextSearch search, RowCondition asked, string field, TimeProvider clock)
{
    // Beyond so many looks into an index a request is answered with what it has.
    private const int MaxLooks = 64;

    // So many rows tell whether a condition is worth to be followed.
    private const int FewRows = 2_000;

    // A first round mostly suffices for a page; each after it looks further.
    private const int FirstRound = 100;
    private const int Growth = 10;
    private const int LargestRound = 1_000;

    private static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(5);

    private readonly Dictionary<RowCondition, TextMatches> _known = [];

    /// <summary>Beyond so many rows that were compared in vain, too; without a cursor to go on with it is worth to look further.</summary>
    public int MaxCompared { get; init; } = LargestRound;

    /// <param name="before">Ids below this one.</param>
    /// <param name="wanted">How many rows.</param>
    /// <param name="rowsOf">The rows with these ids, newest first, at most so many; those that do not fulfil all that was asked are left out.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async Task<Result<RowPage<T>>> ReadAsync<T>(
        long before, int wanted, Func<IReadOnlyList<long>, int, CancellationToken, Task<List<T>>> rowsOf, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(MaxTime, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            return await ReadInTimeAsync(before, wanted, rowsOf, either.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return Error.Field(field, "This search takes too long: ask for fewer texts, or for ones that say more.");
        }
    }

    private async Task<RowPage<T>> ReadInTimeAsync<T>(
        long before, int wanted, Func<IReadOnlyList<long>, int, CancellationToken, Task<List<T>>> rowsOf, CancellationToken cancellationToken)
    {
        var rows = new List<T>();
        var (looks, compared) = (0, 0);
        for (var atMost = asked is RowCondition.Has ? wanted : Math.Max(FirstRound, wanted); ; atMost = Math.Min(atMost * Growth, LargestRound))
        {
            if (looks > 0 && (looks + asked.Looks > MaxLooks || compared >= MaxCompared))
            {
                return new RowPage<T>(rows, before);
            }

            var found = await FindAsync(asked, before, atMost, cancellationToken);
            var ids = found.Ids.Where(id => id < before).ToList();
            var had = rows.Count;
            await AddAsync(rows, ids, wanted, rowsOf, cancellationToken);
            if (found.IsComplete || rows.Count >= wanted)
            {
                return new RowPage<T>(rows, null);
            }

            looks += asked.Looks;
            compared += atMost - (rows.Count - had);
            before = found.From;
        }
    }

    // A complete list may be much longer than the page.
    private static async Task AddAsync<T>(
        List<T> rows,
        List<long> ids,
        int wanted,
        Func<IReadOnlyList<long>, int, CancellationToken, Task<List<T>>> rowsOf,
        CancellationToken cancellationToken)
    {
        for (var (read, next) = (0, Math.Max(FirstRound, wanted)); read < ids.Count && rows.Count < wanted; read += next, next *= Growth)
        {
            rows.AddRange(await rowsOf(ids[read..Math.Min(read + next, ids.Count)], wanted - rows.Count, cancellationToken));
        }
    }

    private async Task<TextMatches> FindAsync(RowCondition condition, long before, int atMost, CancellationToken cancellationToken)
    {
        switch (condition)
        {
            case RowCondition.Any any:
                var either = await FindEachAsync(any.Conditions, before, atMost, cancellationToken);
                return either.Aggregate((one, other) => one.Or(other));
            case RowCondition.All all:
                return await FindAllAsync(all.Conditions, before, atMost, cancellationToken);
        }

        if (_known.TryGetValue(condition, out var known))
        {
            return known;
        }

        var found = await FindLeafAsync(condition, before, atMost, cancellationToken);
        if (found.IsComplete || condition is RowCondition.Few)
        {
            _known.Add(condition, found);
        }

        return found;
    }

    private async Task<TextMatches> FindLeafAsync(RowCondition leaf, long before, int atMost, CancellationToken cancellationToken)
    {
        switch (leaf)
        {
            case RowCondition.Has text:
                return await search.FindAsync(text.Where, text.Part, before, atMost, cancellationToken);
            case RowCondition.Listed list:
                var newest = await list.Ids.Where(id => id < before).OrderByDescending(id => id).Take(atMost).ToListAsync(cancellationToken);
                return TextMatches.Of(newest, newest.Count < atMost ? 0 : newest[^1]);
            default:
                var few = await ((RowCondition.Few)leaf).Ids.Take(FewRows + 1).ToListAsync(cancellationToken);
                return few.Count > FewRows ? TextMatches.Of([], long.MaxValue) : TextMatches.Of(few, 0);
        }
    }

    // All are asked how far down so many rows lead. Who gets furthest has the fewest, and its rows are asked for the rest: by what the
    // others have listed, and below that one by one.
    private async Task<TextMatches> FindAllAsync(
        IReadOnlyList<RowCondition> conditions, long before, int atMost, CancellationToken cancellationToken)
    {
        var found = await FindEachAsync(conditions, before, atMost, cancellationToken);
        var fewest = found.MinBy(one => one.From)!;
        var ids = found.Aggregate(fewest.Ids, (left, one) => one.LeaveOf(left));
        for (var i = 0; i < conditions.Count; i++)
        {
            var from = found[i].From;
            if (ids.Count > 0 && ids[^1] < from)
            {
                var kept = await KeepAsync(conditions[i], [.. ids.Where(id => id < from)], cancellationToken);
                ids = [.. ids.Where(id => id >= from), .. kept.OrderDescending()];
            }
        }

        return TextMatches.Of(ids, fewest.From);
    }

    private async Task<List<TextMatches>> FindEachAsync(
        IReadOnlyList<RowCondition> conditions, long before, int atMost, CancellationToken cancellationToken)
    {
        var found = new List<TextMatches>();
        foreach (var condition in conditions)
        {
            found.Add(await FindAsync(condition, before, atMost, cancellationToken));
        }

        return found;
    }

    // What a list says of a row, the row says itself when it is read.
    private async Task<IReadOnlyList<long>> KeepAsync(RowCondition condition, IReadOnlyList<long> ids, CancellationToken cancellationToken)
    {
        switch (condition)
        {
            case RowCondition.Has text when ids.Count > 0:
                return await search.KeepAsync(text.Where, text.Part, ids, cancellationToken);
            case RowCondition.Any any:
                var kept = new HashSet<long>();
                foreach (var one in any.Conditions)
                {
                    kept.UnionWith(await KeepAsync(one, [.. ids.Where(id => !kept.Contains(id))], cancellationToken));
                }

                return [.. kept];
            case RowCondition.All all:
                foreach (var one in all.Conditions)
                {
                    ids = await KeepAsync(one, ids, cancellationToken);
                }

                return ids;
            default:
                return ids;
        }
    }
}
