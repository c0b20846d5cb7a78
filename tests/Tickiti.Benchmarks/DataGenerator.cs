using System.Data.Common;
using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using Npgsql;
using Tickiti.Infrastructure;

namespace Tickiti.Benchmarks;

/// <summary>
/// Fills a database by copies of its first ticket, response and sent mail, with texts of their own. No server may be running on it.
/// </summary>
internal static class DataGenerator
{
    private const int Words = 2_000;
    private const int Batch = 50_000;

    /// <param name="args">sqlite|postgres, tickets, connection string.</param>
    public static async Task<int> RunAsync(string[] args)
    {
        if (args is not [var database, var tickets, var connectionString])
        {
            Console.WriteLine("generate sqlite|postgres TICKETS CONNECTION-STRING");
            return 2;
        }

        await FillAsync(database, connectionString, int.Parse(tickets, CultureInfo.InvariantCulture));
        return 0;
    }

    /// <summary>Tickets with one response each, and as many sent mails.</summary>
    public static async Task FillAsync(string database, string connectionString, int tickets)
    {
        // SQLite's assembly is found by a resolver of that module.
        RuntimeHelpers.RunModuleConstructor(typeof(TickitiOptions).Module.ModuleHandle);
        var isSqlite = database == "sqlite";
        await using DbConnection connection = isSqlite ? new SqliteConnection(connectionString) : new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        if (isSqlite)
        {
            await ExecuteAsync(connection, "PRAGMA synchronous=OFF; PRAGMA cache_size=-262144;");
        }

        await ExecuteAsync(connection, "CREATE TEMP TABLE words (k INTEGER PRIMARY KEY, w TEXT NOT NULL)");
        await ExecuteAsync(connection, $"INSERT INTO words VALUES {string.Join(", ", Enumerable.Range(0, Words).Select(k => $"({k}, '{WordOf(k)}')"))}");
        for (var from = 2; from <= tickets; from += Batch)
        {
            var to = Math.Min(tickets, from + Batch - 1);
            await using var transaction = await connection.BeginTransactionAsync();
            await CopyAsync(connection, isSqlite, "Tickets", from, to, new()
            {
                ["Number"] = "220000 + i",
                ["SecureId"] = "'bench' || CAST(i AS TEXT)",
                ["Subject"] = SubjectOf("i"),
            });
            await CopyAsync(connection, isSqlite, "Responses", from, to, new() { ["TicketId"] = "i", ["Text"] = TextOf("i") });
            await CopyAsync(connection, isSqlite, "SentMails", from, to, new()
            {
                ["Subject"] = SubjectOf("i"),
                ["ToAddress"] = "'customer' || CAST(i AS TEXT) || '@customers.example'",
                ["MessageId"] = "'bench' || CAST(i AS TEXT) || '@tickiti.example'",
                ["Status"] = "'sent'",
            });
            if (isSqlite)
            {
                await IndexAsync(connection);
            }

            await transaction.CommitAsync();
        }

        await ExecuteAsync(connection, $"""UPDATE "IdBlocks" SET "Next" = {tickets + 5_000} WHERE "Name" IN ('Ticket', 'Response', 'SentMail')""");
        await ExecuteAsync(connection, isSqlite ? "PRAGMA wal_checkpoint(TRUNCATE)" : "VACUUM ANALYZE");
    }

    // The indexer's own work, at once: these texts are ASCII, whose case SQLite knows.
    private static Task IndexAsync(DbConnection connection) => ExecuteAsync(connection, """
        INSERT INTO "TicketSearch" (rowid, "Subject")
          SELECT one."Id", upper(one."Subject") FROM "TicketSearchDue" due JOIN "Tickets" one ON one."Id" = due."Id";
        DELETE FROM "TicketSearchDue";
        INSERT INTO "ResponseSearch" (rowid, "Text")
          SELECT (one."TicketId" << 32) | one."Id", upper(one."Text") FROM "ResponseSearchDue" due JOIN "Responses" one ON one."Id" = due."Id";
        DELETE FROM "ResponseSearchDue";
        INSERT INTO "SentMailSearch" (rowid, "Subject", "ToAddress")
          SELECT one."Id", upper(one."Subject"), upper(one."ToAddress") FROM "SentMailSearchDue" due JOIN "SentMails" one ON one."Id" = due."Id";
        DELETE FROM "SentMailSearchDue";
        """);

    private static async Task CopyAsync(
        DbConnection connection, bool isSqlite, string table, int from, int to, Dictionary<string, string> values)
    {
        values.Add("Id", "i");
        var columns = await ColumnsAsync(connection, table);
        var list = string.Join(", ", columns.Select(column => $"\"{column}\""));
        var chosen = string.Join(", ", columns.Select(column => values.GetValueOrDefault(column, $"first.\"{column}\"")));
        var numbers = isSqlite
            ? $"(WITH RECURSIVE n(i) AS (SELECT {from} UNION ALL SELECT i + 1 FROM n WHERE i < {to}) SELECT i FROM n)"
            : $"(SELECT i FROM generate_series({from}, {to}) i)";
        await ExecuteAsync(connection, $"""
            INSERT INTO "{table}" ({list}) SELECT {chosen}
            FROM {numbers} numbers CROSS JOIN (SELECT * FROM "{table}" ORDER BY "Id" LIMIT 1) first ORDER BY i
            """);
    }

    private static async Task<List<string>> ColumnsAsync(DbConnection connection, string table)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = $"SELECT * FROM \"{table}\" LIMIT 0";
        await using var reader = await command.ExecuteReaderAsync();
        return [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetName)];
    }

    // A third of the subjects share a word.
    private static string SubjectOf(string i) =>
        $"{Word(i, 7, 0)} || ' ' || {Word(i, 131, 3)} || CASE WHEN {i} % 3 = 0 THEN ' order ' ELSE ' ' END || {Word(i, 1_009, 5)} || ' ref' || CAST({i} AS TEXT)";

    private static string TextOf(string i) =>
        string.Join(" || ' ' || ", Enumerable.Range(1, 20).Select(k => Word(i, 17 + (2 * k), 31 * k)));

    private static string Word(string i, int factor, int offset) =>
        string.Create(CultureInfo.InvariantCulture, $"(SELECT w FROM words WHERE k = ({i} / {offset + 1} + {i} * {factor}) % {Words})");

    private static string WordOf(int k)
    {
        string[] syllables = ["ka", "lo", "mi", "ren", "tus", "vor", "sel", "pin", "dra", "quo", "zem", "bir"];
        return syllables[k % 12] + syllables[k / 12 % 12] + syllables[k / 144 % 12] + syllables[k * 7 % 12];
    }

    private static async Task ExecuteAsync(DbConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = 3_600;
        await command.ExecuteNonQueryAsync();
    }
}
