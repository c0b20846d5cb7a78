using System.Data.Common;
using System.Numerics;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Infrastructure.Persistence;

namespace Tickiti.Infrastructure.Search;

/// <summary>By tables of n-grams, and among the changes that wait for them (docs/adr/0014-search-on-sql-server.md).</summary>
internal sealed class SqlServerTextSearch(TickitiDbContext db, SqlServerSearchTables tables, TextScan scan) : ITextSearch
{
    // A long part is told apart by a few of its grams; the texts themselves are compared in the end.
    private const int MaxSampled = 16;
    private const int MaxJoined = 4;

    // What the newest blocks of a gram look like says how rare it is.
    private const int SampledBlocks = 32;

    // A look follows the rarest gram no further than this many blocks, of 64 ids each.
    internal const int MaxBlocks = 10_000;

    public async Task<TextMatches> FindAsync(
        SearchedText where, string part, long before, int atMost, CancellationToken cancellationToken) =>
        await tables.AreThereAsync(db, cancellationToken)
            ? await Cancellable(
                FindAsync(SqlServerSearchIndex.Of(where), FoldedText.Of(part), before, atMost, cancellationToken), cancellationToken)
            : await scan.FindAsync(where, part, before, atMost, cancellationToken);

    public async Task<IReadOnlyList<long>> KeepAsync(
        SearchedText where, string part, IReadOnlyList<long> ids, CancellationToken cancellationToken) =>
        await tables.AreThereAsync(db, cancellationToken)
            ? await Cancellable(
                KeepAsync(SqlServerSearchIndex.Of(where), FoldedText.Of(part), ids, cancellationToken), cancellationToken)
            : await scan.KeepAsync(where, part, ids, cancellationToken);

    /// <summary>The newest blocks of each gram: of it depends which grams are followed.</summary>
    internal static string SampleSql(SqlServerSearchIndex index, int grams) => string.Join(
        "\nUNION ALL ",
        Enumerable.Range(0, grams).Select(i =>
            $$"""
              SELECT * FROM (SELECT "Gram", "Block", "Mask" FROM "{{index.Grams}}" WHERE "Gram" = {{{i + 1}}} AND "Block" <= {0}
                ORDER BY "Block" DESC OFFSET 0 ROWS FETCH NEXT {{SampledBlocks}} ROWS ONLY) gram{{i}}
              """));

    /// <summary>The last block of a gram that one look reaches, where there are more.</summary>
    internal static string LastBlockSql(SqlServerSearchIndex index) =>
        $$"""
          SELECT "Block" AS "Value" FROM "{{index.Grams}}" WHERE "Gram" = {1} AND "Block" <= {0}
          ORDER BY "Block" DESC OFFSET {{MaxBlocks - 1}} ROWS FETCH NEXT 1 ROWS ONLY
          """;

    /// <summary>The ids that may hold all of the grams, the first of which is the rarest.</summary>
    internal static string JoinSql(SqlServerSearchIndex index, int grams)
    {
        var joins = Enumerable.Range(1, grams - 1).Select(i =>
            $$"""
              JOIN "{{index.Grams}}" gram{{i}} ON gram{{i}}."Gram" = {{{i + 2}}} AND gram{{i}}."Block" = gram0."Block" AND ({{Masks(i + 1)}}) <> 0

              """);
        return $$"""
            SELECT gram0."Block", {{Masks(grams)}} AS "Mask" FROM "{{index.Grams}}" gram0
            {{string.Concat(joins)}}WHERE gram0."Gram" = {2} AND gram0."Block" <= {0} AND gram0."Block" >= {1}
            ORDER BY gram0."Block" DESC {{SqlServerSearchIndex.Hints}}
            """;
    }

    /// <summary>Grams say "maybe": what is found is what the text says.</summary>
    internal static string CompareSql(SqlServerSearchIndex index) =>
        $$"""
          SELECT texts."Id", texts."Found" FROM OPENJSON({0}) WITH ("Block" bigint, "Mask" bigint) maybe
          JOIN "{{index.Texts}}" texts ON texts."Found" >= maybe."Block" * 64 AND texts."Found" < maybe."Block" * 64 + 64
            AND (texts."Bit" & maybe."Mask") <> 0
          WHERE CHARINDEX({1}, texts."Text") > 0 {{SqlServerSearchIndex.Hints}}
          """;

    internal static string KeepSql(SqlServerSearchIndex index) =>
        $$"""
          SELECT texts."Id", texts."Found" FROM OPENJSON({0}) WITH ("Found" bigint) asked
          JOIN "{{index.Texts}}" texts ON texts."Found" = asked."Found"
          WHERE CHARINDEX({1}, texts."Text") > 0 {{SqlServerSearchIndex.Hints}}
          """;

    internal static string NewestSql(SqlServerSearchIndex index) =>
        $$"""
          SELECT texts."Id", texts."Found" FROM (SELECT "Id", "Found", "Text" FROM "{{index.Texts}}"
            ORDER BY "Id" DESC OFFSET 0 ROWS FETCH NEXT {{ITextSearch.MaxScanned}} ROWS ONLY) texts
          WHERE CHARINDEX({0}, texts."Text") > 0
          """;

    private static string Masks(int grams) => string.Join(" & ", Enumerable.Range(0, grams).Select(i => $"gram{i}.\"Mask\""));

    // SqlClient may say of a command that was cancelled that the server failed.
    private static async Task<T> Cancellable<T>(Task<T> search, CancellationToken cancellationToken)
    {
        try
        {
            return await search;
        }
        catch (DbException exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException("The search was cancelled.", exception, cancellationToken);
        }
    }

    private async Task<TextMatches> FindAsync(
        SqlServerSearchIndex index, string folded, long before, int atMost, CancellationToken cancellationToken)
    {
        var waiting = await ReadWaitingAsync(index, folded, cancellationToken);
        var (indexed, from) = folded.Length < SearchGrams.Length
            ? (await NewestAsync(index, folded, cancellationToken), 0)
            : await FindByGramsAsync(index, folded, before, atMost, cancellationToken);
        return TextMatches.Of(waiting.With(indexed), from);
    }

    private async Task<IReadOnlyList<long>> KeepAsync(
        SqlServerSearchIndex index, string folded, IReadOnlyList<long> ids, CancellationToken cancellationToken)
    {
        var waiting = await ReadWaitingAsync(index, folded, cancellationToken);
        var indexed = await db.Database
            .SqlQueryRaw<Match>(KeepSql(index), JsonSerializer.Serialize(ids.Select(id => new { Found = id })), folded)
            .ToListAsync(cancellationToken);
        return [.. waiting.With(indexed).Intersect(ids)];
    }

    // Before the index is asked, never after: what leaves the list in between is in the index by then. What the index says of a
    // row on the list is old.
    private async Task<Waiting> ReadWaitingAsync(SqlServerSearchIndex index, string folded, CancellationToken cancellationToken)
    {
        var waiting = new Waiting([], []);
        var rows = db.Database.SqlQueryRaw<SqlServerDueRow>(index.DueSql("DESC", ITextSearch.MaxScanned)).AsAsyncEnumerable();
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            if (waiting.Rows.Add(row.Id) && row.Found is { } found && row.Folded().Contains(folded, StringComparison.Ordinal))
            {
                waiting.Found.Add(found);
            }
        }

        return waiting;
    }

    private Task<List<Match>> NewestAsync(SqlServerSearchIndex index, string folded, CancellationToken cancellationToken) =>
        db.Database.SqlQueryRaw<Match>(NewestSql(index), folded).ToListAsync(cancellationToken);

    private async Task<(List<Match> Matches, long From)> FindByGramsAsync(
        SqlServerSearchIndex index, string folded, long before, int atMost, CancellationToken cancellationToken)
    {
        var newest = SqlServerSearchIndex.BlockOf(before - 1);
        var grams = await ByRarityAsync(index, SearchGrams.SampleOf(folded, MaxSampled), newest, cancellationToken);
        if (grams[0].Blocks == 0)
        {
            return ([], 0);
        }

        var oldest = await OldestAsync(index, grams[0], newest, cancellationToken);
        var joined = grams.Take(MaxJoined).Select(gram => (object)gram.Gram).ToList();
        var maybe = await db.Database.SqlQueryRaw<Maybe>(JoinSql(index, joined.Count), [newest, oldest, .. joined])
            .ToListAsync(cancellationToken);
        var taken = Enough(maybe, atMost);
        var matches = taken == 0 ? [] : await db.Database
            .SqlQueryRaw<Match>(CompareSql(index), JsonSerializer.Serialize(maybe.Take(taken)), folded)
            .ToListAsync(cancellationToken);
        return (matches, SqlServerSearchIndex.FirstIdOf(taken < maybe.Count ? maybe[taken - 1].Block : oldest));
    }

    private async Task<List<Rarity>> ByRarityAsync(
        SqlServerSearchIndex index, IReadOnlyList<long> grams, long newest, CancellationToken cancellationToken)
    {
        var sample = await db.Database
            .SqlQueryRaw<Posting>(SampleSql(index, grams.Count), [newest, .. grams.Select(gram => (object)gram)])
            .ToListAsync(cancellationToken);
        var blocks = sample.ToLookup(posting => posting.Gram);
        var first = sample.Select(posting => posting.Block).DefaultIfEmpty().Max();
        return [.. grams.Select(gram => Rarity.Of(gram, [.. blocks[gram]], first)).OrderBy(gram => gram.Frequency)];
    }

    private async Task<long> OldestAsync(SqlServerSearchIndex index, Rarity gram, long newest, CancellationToken cancellationToken)
    {
        if (gram.Blocks < SampledBlocks)
        {
            return 0;
        }

        var last = await db.Database.SqlQueryRaw<long>(LastBlockSql(index), newest, gram.Gram).ToListAsync(cancellationToken);
        return last.FirstOrDefault();
    }

    // So many blocks, the newest first, that as many ids as wanted may match.
    private static int Enough(List<Maybe> maybe, int atMost)
    {
        var (taken, ids) = (0, 0);
        while (taken < maybe.Count && ids < atMost)
        {
            ids += BitOperations.PopCount((ulong)maybe[taken].Mask);
            taken++;
        }

        return taken;
    }

    private sealed record Posting(long Gram, long Block, long Mask);

    private sealed record Maybe(long Block, long Mask);

    private sealed record Match(long Id, long Found);

    private sealed record Waiting(HashSet<long> Rows, HashSet<long> Found)
    {
        public IEnumerable<long> With(IEnumerable<Match> indexed) =>
            indexed.Where(match => !Rows.Contains(match.Id)).Select(match => match.Found).Concat(Found);
    }

    /// <param name="Blocks">At most as many as are sampled.</param>
    /// <param name="Frequency">Ids a block; of a gram that has few in all, what it would be over all of those sampled.</param>
    private sealed record Rarity(long Gram, int Blocks, double Frequency)
    {
        public static Rarity Of(long gram, List<Posting> newest, long first)
        {
            var ids = newest.Sum(posting => BitOperations.PopCount((ulong)posting.Mask));
            var span = newest.Count < SampledBlocks ? first + 1 : first - newest.Min(posting => posting.Block) + 1;
            return new Rarity(gram, newest.Count, (double)ids / span);
        }
    }
}
