using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Infrastructure.Persistence;
using Tickiti.Infrastructure.Persistence.Sqlite;

namespace Tickiti.Infrastructure.Search;

/// <summary>By the full text tables, and among the rows that wait for them (docs/adr/0010-search.md).</summary>
internal sealed class SqliteTextSearch(TickitiDbContext db, TellingParts telling, TextScan scan) : ITextSearch
{
    // The index holds all stretches of three characters.
    private const int Shortest = 3;

    public Task<TextMatches> FindAsync(
        SearchedText where, string part, long before, int atMost, CancellationToken cancellationToken)
    {
        var (index, folded) = (SqliteSearchIndex.Of(where), FoldedText.Of(part));
        return folded.EnumerateRunes().Count() < Shortest
            ? FindAsync(index, AmongNewest(index), part, folded, null, ITextSearch.MaxScanned, long.MaxValue, cancellationToken)
            : FindByIndexAsync(where, index, part, folded, before, atMost, cancellationToken);
    }

    public Task<IReadOnlyList<long>> KeepAsync(
        SearchedText where, string part, IReadOnlyList<long> ids, CancellationToken cancellationToken) =>
        scan.KeepAsync(where, part, ids, cancellationToken);

    /// <summary>Of the statement's two halves one has the index's keys, the other the ids of rows that wait; a row is in one of them.</summary>
    internal static string ByIndex(SqliteSearchIndex index) =>
        $"""
         SELECT * FROM (SELECT rowid AS "Key", 0 AS "IsDue" FROM "{index.Name}"
           WHERE "{index.Name}" MATCH @phrase AND rowid < @before AND (@phrase = @whole OR {Holds(index)}) ORDER BY rowid DESC LIMIT @atMost)
         {OrIsDue(index)}
         """;

    /// <summary>What is too short for the index is looked for in the newest of its texts, which are folded already.</summary>
    internal static string AmongNewest(SqliteSearchIndex index) =>
        $"""
         SELECT rowid AS "Key", 0 AS "IsDue" FROM (SELECT rowid, {index.ColumnList()} FROM "{index.Name}"
           WHERE rowid < @before ORDER BY rowid DESC LIMIT @atMost) WHERE {Holds(index)}
         {OrIsDue(index)}
         """;

    internal static SqliteParameter[] Parameters(string part, string folded, string phrase, long before, int atMost) =>
    [
        new("@phrase", Quoted(phrase)),
        new("@whole", Quoted(folded)),
        new("@folded", folded),
        new("@part", part),
        new("@before", before),
        new("@atMost", atMost),
    ];

    private static string Holds(SqliteSearchIndex index) => string.Join(" OR ", index.Columns.Select(column => $"instr(\"{column}\", @folded) > 0"));

    private static string OrIsDue(SqliteSearchIndex index) =>
        $"""
         UNION ALL
         SELECT one."{index.Found}", 1
           FROM (SELECT "Id" FROM "{index.Due}" ORDER BY "Id" DESC LIMIT {ITextSearch.MaxScanned}) due
           JOIN "{index.Table}" one ON one."Id" = due."Id"
           WHERE {string.Join(" OR ", index.Columns.Select(column => $"{SqliteFunctions.HasText}(one.\"{column}\", @part)"))}
         """;

    private static string Quoted(string text) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private async Task<TextMatches> FindByIndexAsync(
        SearchedText where, SqliteSearchIndex index, string part, string folded, long before, int atMost, CancellationToken cancellationToken)
    {
        var phrase = await telling.OfAsync(where, folded, (count, token) => SampleAsync(index, count, token), cancellationToken);
        return await FindAsync(index, ByIndex(index), part, folded, phrase, atMost, index.FirstKeyOf(before), cancellationToken);
    }

    private async Task<TextMatches> FindAsync(
        SqliteSearchIndex index,
        string sql,
        string part,
        string folded,
        string? phrase,
        int atMost,
        long before,
        CancellationToken cancellationToken)
    {
        object[] parameters = Parameters(part, folded, phrase ?? folded, before, atMost);
        var rows = await db.Database.SqlQueryRaw<Match>(sql, parameters).ToListAsync(cancellationToken);
        var keys = rows.Where(row => !row.IsDue).Select(row => index.IdOfKey(row.Key)).ToList();
        var from = phrase is null || keys.Count < atMost ? 0 : keys[^1];
        return TextMatches.Of(keys.Concat(rows.Where(row => row.IsDue).Select(row => row.Key)), from);
    }

    private Task<List<string>> SampleAsync(SqliteSearchIndex index, int count, CancellationToken cancellationToken)
    {
        var text = string.Join(" || char(10) || ", index.Columns.Select(column => $"substr(\"{column}\", 1, 1000)"));
        var sql = $"SELECT {text} AS \"Value\" FROM \"{index.Name}\" ORDER BY rowid DESC LIMIT @count";
        return db.Database.SqlQueryRaw<string>(sql, new SqliteParameter("@count", count)).ToListAsync(cancellationToken);
    }

    private sealed record Match(long Key, bool IsDue);
}
