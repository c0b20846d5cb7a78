using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Tickiti.Infrastructure.Persistence.PostgreSql;

public sealed class PostgreSqlTickitiDbContext(DbContextOptions<PostgreSqlTickitiDbContext> options)
    : TickitiDbContext(options)
{
    // Npgsql sends a batch as one round trip under one implicit transaction, up to this many statements.
    private const int MaxBatch = 500;

    protected override Task<int> CommitAsync(Func<CancellationToken, Task<int>> write, CancellationToken cancellationToken)
    {
        // Inserts alone fail or succeed as a whole in that implicit transaction. An UPDATE that finds its row changed is no
        // error to the database, so it needs a transaction that we can roll back.
        var onlyInserts = ChangeTracker.Entries().Count() < MaxBatch
            && ChangeTracker.Entries().All(entry => entry.State is EntityState.Added or EntityState.Unchanged);
        Database.AutoTransactionBehavior = onlyInserts ? AutoTransactionBehavior.Never : AutoTransactionBehavior.WhenNeeded;
        return write(cancellationToken);
    }

    protected override async Task<T> CommitTogetherAsync<T>(
        Func<CancellationToken, Task<T>> write, CancellationToken cancellationToken)
    {
        await using var transaction = await Database.BeginTransactionAsync(cancellationToken);
        var value = await write(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return value;
    }

    protected override bool IsConflict(Exception exception) => exception is PostgresException
    {
        SqlState: PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.ForeignKeyViolation
            or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected,
    };
}
