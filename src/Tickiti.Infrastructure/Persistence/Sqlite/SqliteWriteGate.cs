using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace Tickiti.Infrastructure.Persistence.Sqlite;

/// <summary>
/// SQLite has one writer, and a commit that survives a power cut costs a disk flush. Writers that wait here share both: each
/// gets a savepoint of its own in one transaction, and nobody is answered before its commit.
/// </summary>
public sealed class SqliteWriteGate : IAsyncDisposable
{
    // A group ends when it is this large or nobody waits; the disk flush of one group is the gathering time of the next.
    private const int MaxGroup = 256;
    private static readonly TimeSpan MaxGroupTime = TimeSpan.FromMilliseconds(25);

    private readonly Channel<Unit> _waiting = Channel.CreateUnbounded<Unit>(new() { SingleReader = true });
    private readonly SqliteConnection _writer;
    private readonly Dictionary<string, SqliteCommand> _inserts = [];
    private readonly string _synchronous;
    private readonly TimeProvider _clock;
    private readonly Task _loop;

    public SqliteWriteGate(string connectionString, string synchronous, TimeProvider clock)
    {
        _writer = new SqliteConnection(connectionString);
        _synchronous = synchronous;
        _clock = clock;
        _loop = Task.Run(RunAsync);
    }

    /// <summary>Runs a write in the next group.</summary>
    /// <param name="write">Given the connection and transaction; called once, not concurrently with another.</param>
    /// <param name="cancellationToken">Heeded until the write begins; after that it is carried through.</param>
    public async Task<T> WriteAsync<T>(
        Func<SqliteConnection, SqliteTransaction, Task<T>> write, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var unit = new Unit<T>(write, cancellationToken);
        ObjectDisposedException.ThrowIf(!_waiting.Writer.TryWrite(unit), this);

        return await unit.Answer;
    }

    /// <summary>Inserts rows by statements that stay prepared. Only within a write.</summary>
    internal int Insert(IReadOnlyList<StagedInsert> rows, SqliteTransaction transaction)
    {
        foreach (var row in rows)
        {
            Insert(row, transaction);
        }

        return rows.Count;
    }

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _loop;
        ForgetInserts();
        await _writer.DisposeAsync();
    }

    private async Task RunAsync()
    {
        var group = new List<Unit>();
        while (await _waiting.Reader.WaitToReadAsync())
        {
            try
            {
                await OpenAsync();
                await WriteGroupAsync(group);
            }
            catch (Exception exception)
            {
                // The commit, or the connection itself, failed: nothing of the group is in the database.
                Drain(group);
                group.ForEach(unit => unit.Fail(exception));
                await ResetAsync();
            }

            group.ForEach(unit => unit.Release());
            group.Clear();
        }
    }

    // Whatever is wrong with the connection, those who come after are to be heard.
    private async Task ResetAsync()
    {
        try
        {
            ForgetInserts();
            await _writer.CloseAsync();
        }
        catch (SqliteException)
        {
            // It is opened anew, or fails again before the eyes of the next writer.
        }
    }

    private async Task WriteGroupAsync(List<Unit> group)
    {
        var began = _clock.GetTimestamp();
        await using var transaction = _writer.BeginTransaction(deferred: false);
        while (group.Count < MaxGroup && (group.Count == 0 || _clock.GetElapsedTime(began) < MaxGroupTime)
            && _waiting.Reader.TryRead(out var unit))
        {
            group.Add(unit);
            await unit.RunAsync(_writer, transaction);
        }

        await transaction.CommitAsync();
    }

    private void Insert(StagedInsert row, SqliteTransaction transaction)
    {
        if (row.IsLarge)
        {
            // A statement holds on to the values that it ran with last; large ones go with a statement of their own.
            using var once = InsertOf(row.Plan);
            Run(once, row.Values, transaction);
            return;
        }

        if (!_inserts.TryGetValue(row.Plan.Sql, out var command))
        {
            command = InsertOf(row.Plan);
            _inserts.Add(row.Plan.Sql, command);
        }

        Run(command, row.Values, transaction);
    }

    private SqliteCommand InsertOf(InsertPlan plan)
    {
        var command = _writer.CreateCommand();
        command.CommandText = plan.Sql;
        for (var i = 0; i < plan.Mappings.Count; i++)
        {
            command.Parameters.Add(new SqliteParameter(InsertPlan.ParameterName(i), value: null));
        }

        return command;
    }

    private static void Run(SqliteCommand command, object[] values, SqliteTransaction transaction)
    {
        command.Transaction = transaction;
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
        }

        command.ExecuteNonQuery();
    }

    private void ForgetInserts()
    {
        foreach (var command in _inserts.Values)
        {
            command.Dispose();
        }

        _inserts.Clear();
    }

    // When not even a transaction could be begun, those who wait are told instead of waiting for ever.
    private void Drain(List<Unit> group)
    {
        if (group.Count == 0)
        {
            while (group.Count < MaxGroup && _waiting.Reader.TryRead(out var unit))
            {
                group.Add(unit);
            }
        }
    }

    private async Task OpenAsync()
    {
        if (_writer.State == System.Data.ConnectionState.Open)
        {
            return;
        }

        await _writer.OpenAsync();
        await using var pragmas = _writer.CreateCommand();

        // A cache of 4 MB: more of it was not faster, the system keeps the file's pages too.
        pragmas.CommandText = $"PRAGMA journal_mode=WAL; PRAGMA synchronous={_synchronous}; PRAGMA foreign_keys=ON; "
            + "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-4096; PRAGMA wal_autocheckpoint=4000;";
        await pragmas.ExecuteNonQueryAsync();
    }

    private abstract class Unit
    {
        public abstract Task RunAsync(SqliteConnection connection, SqliteTransaction transaction);

        public abstract void Fail(Exception exception);

        /// <summary>After the commit.</summary>
        public abstract void Release();
    }

    private sealed class Unit<T>(Func<SqliteConnection, SqliteTransaction, Task<T>> write, CancellationToken cancellationToken)
        : Unit
    {
        private const string Savepoint = "unit";

        private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private Exception? _failure;
        private T? _value;

        public Task<T> Answer => _answer.Task;

        public override async Task RunAsync(SqliteConnection connection, SqliteTransaction transaction)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                _failure = new OperationCanceledException(cancellationToken);
                return;
            }

            await transaction.SaveAsync(Savepoint, CancellationToken.None);
            try
            {
                _value = await write(connection, transaction);
                await transaction.ReleaseAsync(Savepoint, CancellationToken.None);
            }
            catch (Exception exception)
            {
                // Throws where SQLite gave up the whole transaction (a full disk): then the group fails, as it must.
                _failure = exception;
                await transaction.RollbackAsync(Savepoint, CancellationToken.None);
                await transaction.ReleaseAsync(Savepoint, CancellationToken.None);
            }
        }

        public override void Fail(Exception exception) => _failure ??= exception;

        public override void Release()
        {
            if (_failure is OperationCanceledException)
            {
                _answer.TrySetCanceled(cancellationToken);
            }
            else if (_failure is not null)
            {
                _answer.TrySetException(_failure);
            }
            else
            {
                _answer.TrySetResult(_value!);
            }
        }
    }
}
