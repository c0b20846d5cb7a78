using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Infrastructure.Persistence;
using Tickiti.Infrastructure.Persistence.Sqlite;

namespace Tickiti.Infrastructure.Search;

/// <summary>By the full text tables, and among the rows that wait for them (docs/adr/0010-search.md).</summary>
internal sealed class SqliteTextSearch(TickitiDbContext db, TextScan scan) : ITextSearch
{
    // The index holds all stretches of three characters.
    private const int Shortest = 3;

    public Task<TextMatches> FindAsync(
        SearchedText where, string part, long before, int atMost, CancellationToken cancellationToken)
    {
        var folded = FoldedText.Of(part);
        return folded.EnumerateRunes().Count() < Shortest
            ? scan.FindAsync(where, part, before, atMost, cancellationToken)
            : FindAsync(SqliteSearchIndex.Of(where), part, folded, before, atMost, cancellationToken);
    }

    public Task<IReadOnlyList<long>> KeepAsync(
        SearchedText where, string part, IReadOnlyList<long> ids, CancellationToken cancellationToken) =>
        scan.KeepAsync(where, part, ids, cancellationToken);

    /// <summary>Of the statement's two halves one has the index's keys, the other the ids of rows that wait; a row is in one of them.</summary>
    internal static string Sql(SqliteSearchIndex index) =>
        $"""
         SELECT * FROM (SELECT rowid AS "Key", 0 AS "IsDue" FROM "{index.Name}"
           WHERE "{index.Name}" MATCH @phrase AND rowid < @before ORDER BY rowid DESC LIMIT @atMost)
         UNION ALL
         SELECT one."{index.Found}", 1
           FROM (SELECT "Id" FROM "{index.Due}" ORDER BY "Id" DESC LIMIT {ITextSearch.MaxScanned}) due
           JOIN "{index.Table}" one ON one."Id" = due."Id"
           WHERE {string.Join(" OR ", index.Columns.Select(column => $"{SqliteFunctions.HasText}(one.\"{column}\", @part)"))}
         """;

    private async Task<TextMatches> FindAsync(
        SqliteSearchIndex index, string part, string folded, long before, int atMost, CancellationToken cancellationToken)
    {
        var rows = await db.Database.SqlQueryRaw<Match>(
                Sql(index),
                new SqliteParameter("@phrase", $"\"{folded.Replace("\"", "\"\"", StringComparison.Ordinal)}\""),
                new SqliteParameter("@part", part),
                new SqliteParameter("@before", index.FirstKeyOf(before)),
                new SqliteParameter("@atMost", atMost))
            .ToListAsync(cancellationToken);
        var keys = rows.Where(row => !row.IsDue).Select(row => index.IdOfKey(row.Key)).ToList();
        var from = keys.Count < atMost ? 0 : keys[^1];
        return TextMatches.Of(keys.Concat(rows.Where(row => row.IsDue).Select(row => row.Key)), from);
    }

    private sealed record Match(long Key, bool IsDue);
}
