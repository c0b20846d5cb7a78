using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Tickiti.Infrastructure.Persistence.PostgreSql;

public sealed class PostgreSqlTickitiDbContext(DbContextOptions<PostgreSqlTickitiDbContext> options)
    : TickitiDbContext(options)
{
    // Npgsql sends a batch in one round trip, and without a BEGIN the server runs it as one transaction.
    private protected override Task<int> CommitAsync(
        IReadOnlyList<StagedInsert>? inserts, Func<CancellationToken, Task<int>> write, CancellationToken cancellationToken) =>
        write(cancellationToken);

    private protected override async Task<int> InsertAsync(IReadOnlyList<StagedInsert> rows, CancellationToken cancellationToken)
    {
        if (rows.Count == 0)
        {
            return 0;
        }

        await Database.OpenConnectionAsync(cancellationToken);
        try
        {
            await using var batch = new NpgsqlBatch((NpgsqlConnection)Database.GetDbConnection());
            await using var parameters = batch.Connection!.CreateCommand();
            foreach (var row in rows)
            {
                batch.BatchCommands.Add(CommandFor(row, parameters));
            }

            return await batch.ExecuteNonQueryAsync(cancellationToken);
        }
        finally
        {
            await Database.CloseConnectionAsync();
        }
    }

    protected override async Task<T> CommitTogetherAsync<T>(
        Func<CancellationToken, Task<T>> write, CancellationToken cancellationToken)
    {
        await using var transaction = await Database.BeginTransactionAsync(cancellationToken);
        var value = await write(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return value;
    }

    private static NpgsqlBatchCommand CommandFor(StagedInsert row, NpgsqlCommand parameters)
    {
        var command = new NpgsqlBatchCommand(row.Plan.Sql);
        for (var i = 0; i < row.Values.Length; i++)
        {
            // The mapping knows the column's type, which a null does not tell.
            command.Parameters.Add(row.Plan.Mappings[i].CreateParameter(parameters, InsertPlan.ParameterName(i), row.Values[i]));
        }

        return command;
    }

    protected override bool IsConflict(Exception exception) => exception is PostgresException
    {
        SqlState: PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.ForeignKeyViolation
            or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected,
    };
}
