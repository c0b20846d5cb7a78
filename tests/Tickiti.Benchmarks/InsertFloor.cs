using System.Data.Common;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Tickiti.Benchmarks;

/// <summary>
/// What creating a ticket cannot be faster than: HTTP, JSON, and one row inserted by plain ADO.NET, with a commit each or with
/// commits that are shared.
/// </summary>
internal static class InsertFloor
{
    private const string Table =
        "CREATE TABLE floor (id INTEGER PRIMARY KEY, originator TEXT NOT NULL, subject TEXT NOT NULL, content TEXT NOT NULL)";

    private const string Insert = "INSERT INTO floor (id, originator, subject, content) VALUES (@id, @originator, @subject, @content)";

    private static long _lastId;

    /// <param name="args">sqlite|postgres, each|grouped, connection string.</param>
    public static async Task<int> RunAsync(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var write = args switch
        {
            ["sqlite", "each", var source] => EachOnSqlite(source),
            ["sqlite", "grouped", var source] => GroupedOnSqlite(source),
            ["postgres", "each", var source] => EachOnPostgres(source),
            _ => throw new ArgumentException("sqlite|postgres each|grouped CONNECTION", nameof(args)),
        };
        app.MapPost("/", async (FloorTicket ticket) =>
        {
            var id = Interlocked.Increment(ref _lastId);
            await write(id, ticket);
            var answer = new { ok = true, data = new { ticket_number = 220_000 + id, ticket_id = id } };
            return Results.Bytes(JsonSerializer.SerializeToUtf8Bytes(answer), "application/json");
        });
        await app.RunAsync();
        return 0;
    }

    private static Func<long, FloorTicket, Task> EachOnSqlite(string source)
    {
        var connection = OpenSqlite(source);
        var gate = new SemaphoreSlim(1);
        var command = Prepared(connection.CreateCommand());
        return async (id, ticket) =>
        {
            await gate.WaitAsync();
            try
            {
                Execute(command, id, ticket);
            }
            finally
            {
                gate.Release();
            }
        };
    }

    private static Func<long, FloorTicket, Task> GroupedOnSqlite(string source)
    {
        var waiting = Channel.CreateUnbounded<(long Id, FloorTicket Ticket, TaskCompletionSource Done)>();
        _ = Task.Run(async () =>
        {
            var connection = OpenSqlite(source);
            var command = Prepared(connection.CreateCommand());
            var group = new List<TaskCompletionSource>();
            while (await waiting.Reader.WaitToReadAsync())
            {
                using (var transaction = connection.BeginTransaction(deferred: false))
                {
                    command.Transaction = transaction;
                    while (waiting.Reader.TryRead(out var one))
                    {
                        Execute(command, one.Id, one.Ticket);
                        group.Add(one.Done);
                    }

                    transaction.Commit();
                }

                group.ForEach(done => done.SetResult());
                group.Clear();
            }
        });
        return (id, ticket) =>
        {
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting.Writer.TryWrite((id, ticket, done));
            return done.Task;
        };
    }

    private static Func<long, FloorTicket, Task> EachOnPostgres(string source)
    {
        var database = NpgsqlDataSource.Create(source);
        using (var create = database.CreateCommand(Table.Replace("INTEGER", "bigint", StringComparison.Ordinal)))
        {
            create.ExecuteNonQuery();
        }

        return async (id, ticket) =>
        {
            await using var connection = await database.OpenConnectionAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = Insert;
            Add(command, id, ticket);
            await command.PrepareAsync();
            await command.ExecuteNonQueryAsync();
        };
    }

    private static SqliteConnection OpenSqlite(string source)
    {
        var connection = new SqliteConnection(source);
        connection.Open();
        using var start = connection.CreateCommand();
        start.CommandText = $"PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; {Table};";
        start.ExecuteNonQuery();
        return connection;
    }

    private static SqliteCommand Prepared(SqliteCommand command)
    {
        command.CommandText = Insert;
        Add(command, 0, new FloorTicket("", new FloorContent("", "")));
        command.Prepare();
        return command;
    }

    private static void Execute(SqliteCommand command, long id, FloorTicket ticket)
    {
        command.Parameters[0].Value = id;
        command.Parameters[1].Value = ticket.Originator_email_address;
        command.Parameters[2].Value = ticket.Data.Subject;
        command.Parameters[3].Value = ticket.Data.Content;
        command.ExecuteNonQuery();
    }

    private static void Add(DbCommand command, long id, FloorTicket ticket)
    {
        (string Name, object Value)[] values =
        [
            ("id", id), ("originator", ticket.Originator_email_address), ("subject", ticket.Data.Subject), ("content", ticket.Data.Content),
        ];
        foreach (var (name, value) in values)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = value;
            command.Parameters.Add(parameter);
        }
    }
}

// The names of the wire, without a serializer's settings.
internal sealed record FloorTicket(string Originator_email_address, FloorContent Data);

internal sealed record FloorContent(string Subject, string Content);
