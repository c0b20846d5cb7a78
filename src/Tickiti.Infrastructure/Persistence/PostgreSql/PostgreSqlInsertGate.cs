using System.Threading.Channels;
using Npgsql;

namespace Tickiti.Infrastructure.Persistence.PostgreSql;

/// <summary>
/// Writers of nothing but new rows that come at the same time share statements, round trip and commit: under load that is most
/// of what such a write costs. Nobody is answered before the commit. Where one of a group is refused, each is written alone, so
/// that each is told what concerns him.
/// </summary>
public sealed class PostgreSqlInsertGate : IAsyncDisposable
{
    // One group after the other: what comes meanwhile makes the next one larger, and each costs less. A group that waits, for a lock
    // or for the disk, holds up those behind it no longer than this, unless there are many such.
    private const int MaxUnderWay = 16;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    // Few enough that one refusal does not cost many their share.
    private const int MaxGroup = 64;
    private const int AloneAtATime = 8;

    private readonly Channel<Unit> _waiting = Channel.CreateUnbounded<Unit>();
    private readonly SemaphoreSlim _underWay = new(MaxUnderWay);
    private readonly string _connectionString;
    private readonly TimeProvider _clock;
    private readonly Task _work;

    /// <param name="connectionString">Of the pool that the contexts use, too.</param>
    /// <param name="clock">Tells what waits for long.</param>
    public PostgreSqlInsertGate(string connectionString, TimeProvider clock)
    {
        _connectionString = connectionString;
        _clock = clock;
        _work = Task.Run(RunAsync);
    }

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _work;
        for (var i = 0; i < MaxUnderWay; i++)
        {
            await _underWay.WaitAsync();
        }

        _underWay.Dispose();
    }

    /// <summary>Writes rows as one transaction, durable when it returns.</summary>
    /// <param name="rows">In the order of <see cref="StagedInserts.Of"/>.</param>
    /// <param name="cancellationToken">Heeded until the write begins; after that it is carried through.</param>
    internal async Task<int> InsertAsync(IReadOnlyList<StagedInsert> rows, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (rows.Any(row => row.IsLarge))
        {
            // A group is held in memory whole, so what is large goes alone.
            await using var connection = new NpgsqlConnection(_connectionString);
            await connection.OpenAsync(cancellationToken);
            return await PostgreSqlInserts.RunAsync(connection, rows, CancellationToken.None);
        }

        var unit = new Unit(rows, cancellationToken);
        ObjectDisposedException.ThrowIf(!_waiting.Writer.TryWrite(unit), this);
        return await unit.Answer.Task;
    }

    private async Task RunAsync()
    {
        while (await _waiting.Reader.WaitToReadAsync())
        {
            await _underWay.WaitAsync();
            var group = Gather();
            var written = WriteTogetherAsync(group);
            _ = AnswerAndReleaseAsync(group, written);
            await written.WaitAsync(Patience, _clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private List<Unit> Gather()
    {
        var group = new List<Unit>();
        while (group.Count < MaxGroup && _waiting.Reader.TryRead(out var unit))
        {
            if (unit.CancellationToken.IsCancellationRequested)
            {
                unit.Answer.TrySetCanceled(unit.CancellationToken);
            }
            else
            {
                group.Add(unit);
            }
        }

        return group;
    }

    private async Task AnswerAndReleaseAsync(List<Unit> group, Task written)
    {
        try
        {
            await AnswerAsync(group, written);
        }
        finally
        {
            _underWay.Release();
        }
    }

    private async Task AnswerAsync(List<Unit> group, Task written)
    {
        try
        {
            await written;
            group.ForEach(unit => unit.Answer.TrySetResult(unit.Rows.Count));
        }
        catch (Exception refused) when (group.Count > 1 && refused is PostgresException or not NpgsqlException)
        {
            // The server refused the statement, or the driver the values: nothing of the group is in the database. Side by side,
            // as the one that was refused may have waited for a lock, and will again.
            await Parallel.ForEachAsync(
                group, new ParallelOptions { MaxDegreeOfParallelism = AloneAtATime }, async (unit, _) => await AnswerAsync([unit], WriteTogetherAsync([unit])));
        }
        catch (Exception exception)
        {
            // One alone is told what the server says. If the connection broke, nobody knows whether the commit was made.
            group.ForEach(unit => unit.Answer.TrySetException(exception));
        }
    }

    private async Task WriteTogetherAsync(List<Unit> group)
    {
        if (group.Count == 0)
        {
            return;
        }

        var rows = group is [var alone] ? alone.Rows : StagedInserts.InOrder([.. group.SelectMany(unit => unit.Rows)]);
        await using var connection = new NpgsqlConnection(_connectionString);
        await connection.OpenAsync(CancellationToken.None);
        await PostgreSqlInserts.RunAsync(connection, rows, CancellationToken.None);
    }

    private sealed record Unit(IReadOnlyList<StagedInsert> Rows, CancellationToken CancellationToken)
    {
        public TaskCompletionSource<int> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
