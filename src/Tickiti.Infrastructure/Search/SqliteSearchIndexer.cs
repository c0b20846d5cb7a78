using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Infrastructure.Persistence.Sqlite;

namespace Tickiti.Infrastructure.Search;

/// <summary>Brings the rows that wait into the full text tables, apart from the writes that made them.</summary>
internal sealed partial class SqliteSearchIndexer(SqliteWriteGate gate, TimeProvider clock, ILogger<SqliteSearchIndexer> log)
    : BackgroundService
{
    // Writers queue behind a batch, so it is short, and there are at least nine times its length between two of them.
    private const int MaxRows = 200;
    private const int MaxCharacters = 100_000;
    private const int Share = 9;
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(1);

    /// <summary>Indexes a batch: the rows and their leaving the list are one transaction.</summary>
    /// <returns>Whether more may be waiting.</returns>
    public Task<bool> IndexAsync(CancellationToken cancellationToken) => gate.WriteAsync(
        (connection, transaction) =>
        {
            var budget = new Budget();
            foreach (var index in SqliteSearchIndex.All)
            {
                Index(index, budget, connection, transaction);
            }

            return Task.FromResult(budget.IsSpent);
        },
        cancellationToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            var began = clock.GetTimestamp();
            var more = false;
            try
            {
                more = await IndexAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                IndexFailed(log, exception);
            }

            await Task.Delay(more ? clock.GetElapsedTime(began) * Share : Idle, clock, stoppingToken);
        }
    }

    private static void Index(SqliteSearchIndex index, Budget budget, SqliteConnection connection, SqliteTransaction transaction)
    {
        var (rows, last) = Read(index, budget, connection, transaction);
        if (rows.Count == 0)
        {
            return;
        }

        using var insert = connection.CreateCommand();
        insert.Transaction = transaction;
        insert.CommandText = $"""
            INSERT OR REPLACE INTO "{index.Name}" (rowid, {index.ColumnList()})
            VALUES (@key, {string.Join(", ", index.Columns.Select((_, i) => $"@text{i}"))})
            """;
        insert.Parameters.Add(new SqliteParameter("@key", SqliteType.Integer));
        for (var i = 0; i < index.Columns.Count; i++)
        {
            insert.Parameters.Add(new SqliteParameter($"@text{i}", SqliteType.Text));
        }

        // In the order of keys, or FTS5 would write a segment for each.
        foreach (var row in rows.OrderBy(row => row.Key))
        {
            insert.Parameters[0].Value = row.Key;
            for (var i = 0; i < row.Texts.Length; i++)
            {
                insert.Parameters[i + 1].Value = row.Texts[i];
            }

            insert.ExecuteNonQuery();
        }

        using var done = connection.CreateCommand();
        done.Transaction = transaction;
        done.CommandText = $"""DELETE FROM "{index.Due}" WHERE "Id" <= @last""";
        done.Parameters.AddWithValue("@last", last);
        done.ExecuteNonQuery();
    }

    private static (List<Row> Rows, long Last) Read(
        SqliteSearchIndex index, Budget budget, SqliteConnection connection, SqliteTransaction transaction)
    {
        using var select = connection.CreateCommand();
        select.Transaction = transaction;
        select.CommandText = $"""
            SELECT due."Id", {index.KeyOf("one")}, {string.Join(", ", index.Columns.Select(column => $"one.\"{column}\""))}
            FROM "{index.Due}" due JOIN "{index.Table}" one ON one."Id" = due."Id" ORDER BY due."Id"
            """;
        using var reader = select.ExecuteReader();
        var rows = new List<Row>();
        var last = 0L;
        while (!budget.IsSpent && reader.Read())
        {
            last = reader.GetInt64(0);
            var texts = new string[index.Columns.Count];
            for (var i = 0; i < texts.Length; i++)
            {
                texts[i] = Indexed(reader.GetString(i + 2));
                budget.Characters += texts[i].Length;
            }

            budget.Rows++;
            rows.Add(new Row(reader.GetInt64(1), texts));
        }

        return (rows, last);
    }

    // NUL ends a text for FTS5.
    private static string Indexed(string text) =>
        FoldedText.Of(text.Cut(ITextSearch.MaxIndexedLength)).Replace('\0', '\uFFFD');

    [LoggerMessage(Level = LogLevel.Warning, Message = "Texts could not be brought into the search index; tried again later")]
    private static partial void IndexFailed(ILogger logger, Exception exception);

    private sealed record Row(long Key, string[] Texts);

    private sealed class Budget
    {
        public int Rows { get; set; }

        public int Characters { get; set; }

        public bool IsSpent => Rows >= MaxRows || Characters >= MaxCharacters;
    }
}
