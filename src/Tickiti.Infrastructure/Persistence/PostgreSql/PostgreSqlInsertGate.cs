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
    /// <summary>Two, so that a group that waits (for a lock, for the disk) does not hold up everyone.</summary>
    private const int Lanes = 2;

    // Few enough that one refusal does not cost many their share.
    private const int MaxGroup = 64;

    private readonly Channel<Unit> _waiting = Channel.CreateUnbounded<Unit>();
    private readonly string _connectionString;
    private readonly Task _lanes;

    /// <param name="connectionString">Of the pool that the contexts use, too.</param>
    public PostgreSqlInsertGate(string connectionString)
    {
        _connectionString = connectionString;
        _lanes = Task.WhenAll(Enumerable.Range(0, Lanes).Select(_ => Task.Run(RunLaneAsync)));
    }

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _lanes;
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

    private async Task RunLaneAsync()
    {
        var group = new List<Unit>();
        while (await _waiting.Reader.WaitToReadAsync())
        {
            Gather(group);
            await WriteAsync(group);
            group.Clear();
        }
    }

    private void Gather(List<Unit> group)
    {
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
    }

    private async Task WriteAsync(List<Unit> group)
    {
        try
        {
            await WriteTogetherAsync(group);
            group.ForEach(unit => unit.Answer.TrySetResult(unit.Rows.Count));
        }
        catch (Exception refused) when (group.Count > 1 && refused is PostgresException or not NpgsqlException)
        {
            // The server refused the statement, or the driver the values: nothing of the group is in the database.
            foreach (var unit in group)
            {
                await WriteAsync([unit]);
            }
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
