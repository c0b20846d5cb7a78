using System.Data.Common;
using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Tickiti.Benchmarks;

/// <summary>
/// Fills a database by copies of its first ticket, response and sent mail, with texts of their own. No server may be running on it.
/// </summary>
internal static class DataGenerator
{
    private const int Words = 5_000;
    private const int Batch = 50_000;

    /// <summary>Words of one text in 40 and of one in 1,000.</summary>
    public static string Frequent => WordOf(45);

    public static string Rare => WordOf(4_990);

    /// <summary>
    /// Tickets with one response each, and as many sent mails. What a search asks for stands in one ticket of ten in ten, or of more: a
    /// desk of ten has one of everything.
    /// </summary>
    public static async Task FillAsync(string database, string connectionString, int tickets)
    {
        var isSqlite = database == "sqlite";
        await using DbConnection connection = isSqlite ? new SqliteConnection(connectionString) : new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await ExecuteAsync(connection, isSqlite
            ? "PRAGMA synchronous=OFF; PRAGMA cache_size=-262144;"
            : "SET synchronous_commit = off; SET maintenance_work_mem = '1GB';");
        await ExecuteAsync(connection, "CREATE TEMP TABLE words (k INTEGER PRIMARY KEY, w TEXT NOT NULL)");
        await ExecuteAsync(connection, $"INSERT INTO words VALUES {string.Join(", ", Enumerable.Range(0, Words).Select(k => $"({k}, '{WordOf(k)}')"))}");
        var indexes = isSqlite ? [] : await TakeSearchIndexesAsync(connection);
        for (var from = 2; from <= tickets; from += Batch)
        {
            var to = Math.Min(tickets, from + Batch - 1);
            await using var transaction = await connection.BeginTransactionAsync();
            await AddAsync(connection, isSqlite, from, to, tickets);
            await transaction.CommitAsync();
        }

        foreach (var index in indexes)
        {
            await ExecuteAsync(connection, index);
        }

        await ExecuteAsync(connection, $"""UPDATE "IdBlocks" SET "Next" = {tickets + 5_000} WHERE "Name" IN ('Ticket', 'Response', 'SentMail', 'Suppression')""");
        await ExecuteAsync(connection, isSqlite ? "PRAGMA wal_checkpoint(TRUNCATE)" : "VACUUM ANALYZE");
    }

    private static async Task AddAsync(DbConnection connection, bool isSqlite, int from, int to, int all)
    {
        // A ticket a minute until now.
        var created = isSqlite
            ? $"strftime('%Y-%m-%d %H:%M:%f', 'now', (i - {all}) || ' minutes')"
            : $"now() + (i - {all}) * interval '1 minute'";
        var updated = $"CASE WHEN i % 100000 = 10 THEN {(isSqlite ? "strftime('%Y-%m-%d %H:%M:%f', 'now')" : "now()")} ELSE {created} END";
        await CopyAsync(connection, isSqlite, "Tickets", from, to, new()
        {
            ["Number"] = "220000 + i",
            ["SecureId"] = "'bench' || CAST(i AS TEXT)",
            ["Subject"] = SubjectOf("i"),
            ["Status"] = "CASE WHEN i % 100000 = 2 THEN 'on-hold' WHEN i % 50 = 3 THEN 'open' ELSE 'closed' END",
            ["Priority"] = "CASE WHEN i % 100000 = 4 THEN '40' WHEN i % 10 = 5 THEN '30' ELSE '20' END",
            ["QueueId"] = """CASE WHEN i % 20 = 6 THEN (SELECT max("Id") FROM "Queues") ELSE first."QueueId" END""",
            ["AssignedToId"] = """CASE WHEN i % 100 = 7 THEN (SELECT max("Id") FROM "Users") END""",
            ["OriginatorEmail"] = "CASE WHEN i % 100 = 8 THEN 'frequent@customers.example' ELSE 'customer' || CAST(i AS TEXT) || '@customers.example' END",
            ["CreatedAt"] = created,
            ["UpdatedAt"] = updated,
            ["LastResponseAt"] = created,
        });
        await ExecuteAsync(connection, $"""
            INSERT INTO "Participants" ("TicketId", "Email")
            SELECT "Id", CASE WHEN "Id" % 100 = 9 THEN 'partner@customers.example' ELSE 'colleague' || CAST("Id" AS TEXT) || '@customers.example' END
            FROM "Tickets" WHERE "Id" BETWEEN {from} AND {to} AND ("Id" % 100 = 9 OR "Id" % 7 = 0)
            """);
        await CopyAsync(connection, isSqlite, "Responses", from, to, new()
        {
            ["TicketId"] = "i",
            ["Text"] = TextOf("i"),
            ["CreatedAt"] = created,
            ["UpdatedAt"] = created,
        });
        await CopyAsync(connection, isSqlite, "SentMails", from, to, new()
        {
            ["Subject"] = SubjectOf("i"),
            ["ToAddress"] = "'customer' || CAST(i AS TEXT) || '@customers.example'",
            ["MessageId"] = "'bench' || CAST(i AS TEXT) || '@tickiti.example'",
            ["Status"] = "'sent'",
            ["SentAt"] = created,
            ["CreatedAt"] = created,
        });
        await CopyAsync(connection, isSqlite, "Suppressions", from, to, new()
        {
            ["Email"] = "'customer' || CAST(i AS TEXT) || '@customers.example'",
            ["CreatedAt"] = created,
        });
        if (isSqlite)
        {
            await IndexAsync(connection);
        }
    }

    // Built at the end, over all rows, they cost a fraction.
    private static async Task<List<string>> TakeSearchIndexesAsync(DbConnection connection)
    {
        var (names, definitions) = (new List<string>(), new List<string>());
        await using (var command = connection.CreateCommand())
        {
            command.CommandText = "SELECT indexname, indexdef FROM pg_indexes WHERE indexdef LIKE '% USING gin %'";
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                names.Add(reader.GetString(0));
                definitions.Add(reader.GetString(1));
            }
        }

        foreach (var name in names)
        {
            await ExecuteAsync(connection, $"DROP INDEX \"{name}\"");
        }

        return definitions;
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
        INSERT INTO "SuppressionSearch" (rowid, "Email")
          SELECT one."Id", upper(one."Email") FROM "SuppressionSearchDue" due JOIN "Suppressions" one ON one."Id" = due."Id";
        DELETE FROM "SuppressionSearchDue";
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

    // Without the one that PostgreSQL makes itself.
    private static async Task<List<string>> ColumnsAsync(DbConnection connection, string table)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = $"SELECT * FROM \"{table}\" LIMIT 0";
        await using var reader = await command.ExecuteReaderAsync();
        return [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetName).Where(name => name != "Searched")];
    }

    // A third of the subjects have one word, another third another one.
    private static string SubjectOf(string i) =>
        $"{Word(i, 1)} || ' ' || {Word(i, 2)} || CASE {i} % 3 WHEN 0 THEN ' order ' WHEN 1 THEN ' invoice ' ELSE ' ' END || {Word(i, 3)} || ' ref' || CAST({i} AS TEXT)";

    private static string TextOf(string i) => string.Join(" || ' ' || ", Enumerable.Range(4, 20).Select(k => Word(i, k)));

    // As in a language, few words are frequent and many are rare: the first one is in three texts of four, the last in one of a thousand.
    private static string Word(string i, int place)
    {
        var one = string.Create(CultureInfo.InvariantCulture, $"((({i} % 10007) * {(place * 7919) + 13} + {i} / 10007 * {(place * 104_729) + 7} + {place * 5077}) % 10007)");
        return string.Create(CultureInfo.InvariantCulture, $"(SELECT w FROM words WHERE k = {one} * {one} / 10007 * {one} / 10007 * {Words} / 10007)");
    }

    // Three to nine letters, and as frequent as letters are.
    private static string WordOf(int k)
    {
        const string Consonants = "ttttttnnnnnnsssssshhhhhrrrrrrddddllllccmmmwwffggyyppbbvkjxqz";
        const string Vowels = "eeeeeeaaaaaooooiiiiuu";
        var random = new Random(k);
        var word = new StringBuilder();
        for (var left = 3 + (k % 7); left > 0; left--)
        {
            var letters = (word.Length + k) % 2 == 0 || random.Next(5) == 0 ? Consonants : Vowels;
            word.Append(letters[random.Next(letters.Length)]);
        }

        return word.ToString();
    }

    private static async Task ExecuteAsync(DbConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = 3_600;
        await command.ExecuteNonQueryAsync();
    }
}
