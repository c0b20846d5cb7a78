using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Shouldly;
using Tickiti.Application.Common;
using Tickiti.Infrastructure.Persistence;
using Tickiti.Infrastructure.Persistence.Sqlite;
using Tickiti.IntegrationTests.Common;

namespace Tickiti.IntegrationTests.Persistence;

/// <summary>Several writers share one transaction; none may feel the others.</summary>
public sealed class SqliteWriteGateTests
{
    private TestDatabase _database = null!;
    private SqliteWriteGate _gate = null!;
    private TaskCompletionSource _open = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        _gate = GateOver(Path.Combine(_database.Folder, "gate.db"));
        await _gate.WriteAsync(
            (connection, transaction) => RunAsync(
                connection,
                transaction,
                "CREATE TABLE Parents(Id INTEGER PRIMARY KEY);"
                + "CREATE TABLE Rows(Id INTEGER PRIMARY KEY, ParentId INTEGER NULL REFERENCES Parents(Id), Content BLOB NULL)"),
            CancellationToken.None);
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _gate.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Test]
    public async Task Write_WhenOneOfAGroupFails_TheOthersAreWritten()
    {
        var group = Group(
            InsertAsync(1),
            async (connection, transaction) =>
            {
                await InsertAsync(2)(connection, transaction);
                throw new InvalidOperationException("only mine");
            },
            InsertAsync(3));

        await group[0];
        await Should.ThrowAsync<InvalidOperationException>(group[1]);
        await group[2];
        (await RowsAsync()).ShouldBe([1, 3]);
    }

    [Test]
    public async Task Write_WhenOneOfAGroupBreaksAConstraint_TheOthersAreWritten()
    {
        var group = Group(InsertAsync(1), InsertAsync(1), InsertAsync(2));

        await group[0];
        (await Should.ThrowAsync<SqliteException>(group[1])).SqliteErrorCode.ShouldBe(19);
        await group[2];
        (await RowsAsync()).ShouldBe([1, 2]);
    }

    [Test]
    public async Task Write_WhenCancelledWhileItWaits_IsNotDoneAndTheOthersAre()
    {
        using var cancelled = new CancellationTokenSource();
        Hold();
        var first = _gate.WriteAsync(InsertAsync(1), CancellationToken.None);
        var second = _gate.WriteAsync(InsertAsync(2), cancelled.Token);
        await cancelled.CancelAsync();
        _open.SetResult();

        await first;
        await Should.ThrowAsync<OperationCanceledException>(second);
        (await RowsAsync()).ShouldBe([1]);
    }

    [Test]
    public async Task Write_WhenCancelledWhileItRuns_IsCarriedThrough()
    {
        using var cancelled = new CancellationTokenSource();

        await _gate.WriteAsync(
            async (connection, transaction) =>
            {
                await cancelled.CancelAsync();
                return await InsertAsync(1)(connection, transaction);
            },
            cancelled.Token);

        (await RowsAsync()).ShouldBe([1]);
    }

    [Test]
    public async Task Write_WhenTheCommitFails_NobodyOfTheGroupIsAnsweredAndTheNextGroupIsWritten()
    {
        var group = Group(
            InsertAsync(1),
            (connection, transaction) => RunAsync(
                connection, transaction, "PRAGMA defer_foreign_keys=ON; INSERT INTO Rows(Id, ParentId) VALUES(2, 4711)"),
            InsertAsync(3));

        foreach (var write in group)
        {
            await Should.ThrowAsync<SqliteException>(write);
        }

        (await RowsAsync()).ShouldBeEmpty();
        await _gate.WriteAsync(InsertAsync(4), CancellationToken.None);
        (await RowsAsync()).ShouldBe([4]);
    }

    [Test]
    public async Task Write_WhenTheDatabaseIsFull_FailsAndWhatWasAnsweredIsThere()
    {
        var group = Group(
            InsertAsync(1),
            async (connection, transaction) =>
            {
                await RunAsync(connection, transaction, "PRAGMA max_page_count=16");
                return await RunAsync(connection, transaction, "INSERT INTO Rows(Id, Content) VALUES(2, zeroblob(1000000))");
            },
            InsertAsync(3));

        (await Should.ThrowAsync<SqliteException>(group[1])).SqliteErrorCode.ShouldBe(13);
        var answered = new List<long>();
        foreach (var (write, id) in new[] { (group[0], 1L), (group[2], 3L) })
        {
            await Task.WhenAny(write);
            if (write.IsCompletedSuccessfully)
            {
                answered.Add(id);
            }
        }

        (await RowsAsync()).ShouldBe(answered);
        await _gate.WriteAsync((connection, transaction) => RunAsync(connection, transaction, "PRAGMA max_page_count=100000"), CancellationToken.None);
        await _gate.WriteAsync(InsertAsync(4), CancellationToken.None);
        (await RowsAsync()).ShouldContain(4);
    }

    [Test]
    public async Task Write_WhenTheDiskIsFull_NobodyIsAnsweredWithoutHisRow()
    {
        using var disk = SmallDisk.Mount(megabytes: 2);
        await using var gate = GateOver(Path.Combine(disk.Path, "full.db"));
        await gate.WriteAsync(
            (connection, transaction) => RunAsync(connection, transaction, "CREATE TABLE Rows(Id INTEGER PRIMARY KEY, Content BLOB)"),
            CancellationToken.None);

        var writes = Enumerable.Range(1, 200).Select(id => gate.WriteAsync(
            (connection, transaction) => RunAsync(
                connection, transaction, $"INSERT INTO Rows(Id, Content) VALUES({id}, randomblob(50000))"),
            CancellationToken.None)).ToList();
        await Task.WhenAll(writes.Select(write => Task.WhenAny(write)));

        writes.ShouldContain(write => write.IsFaulted);
        var answered = Enumerable.Range(1, 200).Where(id => writes[id - 1].IsCompletedSuccessfully).Select(id => (long)id);
        (await RowsAsync(Path.Combine(disk.Path, "full.db"))).ShouldBe(answered);
    }

    [Test]
    public async Task Dispose_WhenWritesWait_CarriesThemThrough()
    {
        var group = Enumerable.Range(1, 50).Select(id => _gate.WriteAsync(InsertAsync(id), CancellationToken.None)).ToList();

        await _gate.DisposeAsync();

        await Task.WhenAll(group);
        (await RowsAsync()).Count.ShouldBe(50);
    }

    [Test]
    public async Task Read_WhenItTriesToWrite_IsRefusedByTheConnection()
    {
        var node = await _database.StartNodeAsync();

        await node.InScopeAsync(async scope =>
        {
            var db = scope.GetRequiredService<ITickitiDb>();
            var write = db.Queues.ExecuteUpdateAsync(set => set.SetProperty(queue => queue.ClosedRepliesAfterDays, 1));

            (await Should.ThrowAsync<SqliteException>(write)).SqliteErrorCode.ShouldBe(8);
        });
    }

    private static SqliteWriteGate GateOver(string file) =>
        new(new SqliteConnectionStringBuilder { DataSource = file }.ToString(), "Full", TimeProvider.System);

    /// <summary>Writes that meet in one group: they queue up behind one that waits.</summary>
    private Task<int>[] Group(params Func<SqliteConnection, SqliteTransaction, Task<int>>[] writes)
    {
        Hold();
        var group = writes.Select(write => _gate.WriteAsync(write, CancellationToken.None)).ToArray();
        _open.SetResult();
        return group;
    }

    private void Hold()
    {
        _open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var open = _open.Task;
        _ = _gate.WriteAsync(
            async (_, _) =>
            {
                await open;
                return 0;
            },
            CancellationToken.None);
    }

    private static Func<SqliteConnection, SqliteTransaction, Task<int>> InsertAsync(long id) =>
        (connection, transaction) => RunAsync(connection, transaction, $"INSERT INTO Rows(Id) VALUES({id})");

    private static async Task<int> RunAsync(SqliteConnection connection, SqliteTransaction transaction, string sql)
    {
        await using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        return await command.ExecuteNonQueryAsync();
    }

    private Task<List<long>> RowsAsync() => RowsAsync(Path.Combine(_database.Folder, "gate.db"));

    private static async Task<List<long>> RowsAsync(string file)
    {
        await using var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT Id FROM Rows ORDER BY Id";
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<long>();
        while (await reader.ReadAsync())
        {
            rows.Add(reader.GetInt64(0));
        }

        return rows;
    }
}
