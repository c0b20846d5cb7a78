using Tickiti.Domain.Common;

namespace Tickiti.Application.Common;

/// <summary>What the texts of a row must hold.</summary>
internal abstract record TextCondition
{
    private TextCondition()
    {
    }

    /// <summary>How many parts are looked for in all.</summary>
    public abstract int Parts { get; }

    public sealed record Has(SearchedText Where, string Part) : TextCondition
    {
        public override int Parts => 1;
    }

    public sealed record Any(IReadOnlyList<TextCondition> Conditions) : TextCondition
    {
        public override int Parts => Conditions.Sum(condition => condition.Parts);
    }

    public sealed record All(IReadOnlyList<TextCondition> Conditions) : TextCondition
    {
        public override int Parts => Conditions.Sum(condition => condition.Parts);
    }
}

/// <param name="Rows">Newest first.</param>
/// <param name="Remaining">The id below which nothing was looked at, where the work became too much.</param>
internal sealed record TextRows<T>(List<T> Rows, long? Remaining);

/// <summary>Reads rows by their texts, newest first, in rounds: a part that many rows have is followed no further than needed.</summary>
/// <param name="search">Where.</param>
/// <param name="asked">What for.</param>
/// <param name="field">Where the caller said so, if it is too much.</param>
/// <param name="clock">Ends what takes too long.</param>
internal sealed class TextQuery(ITextSearch search, TextCondition asked, string field, TimeProvider clock)
{
    private static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(5);

    // A first round mostly suffices for a page; each after it looks further.
    private const int FirstRound = 100;
    private const int Growth = 10;
    private const int LargestRound = ITextSearch.MaxScanned;

    // Beyond this many looks into an index a request is answered with what it has.
    private const int MaxLooks = 64;

    // So few rows are asked one by one for what else they must hold.
    private const int Few = 1_000;

    private readonly Dictionary<TextCondition.Has, TextMatches> _complete = [];

    /// <param name="before">Ids below this one.</param>
    /// <param name="wanted">How many rows.</param>
    /// <param name="rowsOf">The rows with these ids, newest first, at most so many.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async Task<Result<TextRows<T>>> ReadAsync<T>(
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

    private async Task<TextRows<T>> ReadInTimeAsync<T>(
        long before, int wanted, Func<IReadOnlyList<long>, int, CancellationToken, Task<List<T>>> rowsOf, CancellationToken cancellationToken)
    {
        var rows = new List<T>();
        var atMost = Math.Max(FirstRound, wanted);
        for (var looks = 0; ; looks += asked.Parts, atMost = Math.Min(atMost * Growth, LargestRound))
        {
            if (looks > 0 && looks + asked.Parts > MaxLooks)
            {
                return new TextRows<T>(rows, before);
            }

            var found = await FindAsync(asked, before, atMost, cancellationToken);
            var ids = found.Ids.SkipWhile(id => id >= before).ToList();
            if (ids.Count > 0)
            {
                rows.AddRange(await rowsOf(ids, wanted - rows.Count, cancellationToken));
            }

            if (found.IsComplete || rows.Count >= wanted)
            {
                return new TextRows<T>(rows, null);
            }

            before = found.From;
        }
    }

    private async Task<TextMatches> FindAsync(TextCondition condition, long before, int atMost, CancellationToken cancellationToken)
    {
        switch (condition)
        {
            case TextCondition.Has part:
                return await FindPartAsync(part, before, atMost, cancellationToken);
            case TextCondition.Any any:
                var either = await FindEachAsync(any.Conditions, before, atMost, cancellationToken);
                return either.Aggregate((one, other) => one.Or(other));
            default:
                return await FindAllAsync(((TextCondition.All)condition).Conditions, before, atMost, cancellationToken);
        }
    }

    // Where one of the conditions leaves few rows, those are asked for the rest, however many rows fulfil that.
    private async Task<TextMatches> FindAllAsync(
        IReadOnlyList<TextCondition> conditions, long before, int atMost, CancellationToken cancellationToken)
    {
        var found = await FindEachAsync(conditions, before, atMost, cancellationToken);
        if (found.Find(one => one.IsComplete && one.Ids.Count <= Few) is null)
        {
            return found.Aggregate((one, other) => one.And(other));
        }

        var rest = found.Where(one => one.IsComplete).Aggregate((one, other) => one.And(other)).Ids;
        for (var i = 0; i < conditions.Count && rest.Count > 0; i++)
        {
            if (!found[i].IsComplete)
            {
                rest = await KeepAsync(conditions[i], rest, cancellationToken);
            }
        }

        return TextMatches.Of(rest, 0);
    }

    private async Task<List<TextMatches>> FindEachAsync(
        IReadOnlyList<TextCondition> conditions, long before, int atMost, CancellationToken cancellationToken)
    {
        var found = new List<TextMatches>();
        foreach (var condition in conditions)
        {
            found.Add(await FindAsync(condition, before, atMost, cancellationToken));
        }

        return found;
    }

    private async Task<TextMatches> FindPartAsync(
        TextCondition.Has part, long before, int atMost, CancellationToken cancellationToken)
    {
        if (_complete.TryGetValue(part, out var known))
        {
            return known;
        }

        var found = await search.FindAsync(part.Where, part.Part, before, atMost, cancellationToken);
        if (found.IsComplete)
        {
            _complete.Add(part, found);
        }

        return found;
    }

    private async Task<IReadOnlyList<long>> KeepAsync(
        TextCondition condition, IReadOnlyList<long> ids, CancellationToken cancellationToken)
    {
        switch (condition)
        {
            case TextCondition.Has part:
                return await search.KeepAsync(part.Where, part.Part, ids, cancellationToken);
            case TextCondition.Any any:
                var kept = new HashSet<long>();
                foreach (var one in any.Conditions)
                {
                    kept.UnionWith(await KeepAsync(one, [.. ids.Where(id => !kept.Contains(id))], cancellationToken));
                }

                return [.. kept];
            default:
                foreach (var one in ((TextCondition.All)condition).Conditions)
                {
                    ids = await KeepAsync(one, ids, cancellationToken);
                }

                return ids;
        }
    }
}
