using Microsoft.Data.SqlClient;
using Microsoft.EntityFrameworkCore;

namespace Tickiti.Infrastructure.Persistence.SqlServer;

public sealed class SqlServerTickitiDbContext(DbContextOptions<SqlServerTickitiDbContext> options)
    : TickitiDbContext(options)
{
    protected override Task<int> CommitAsync(Func<CancellationToken, Task<int>> write, CancellationToken cancellationToken) =>
        write(cancellationToken);

    protected override async Task<T> CommitTogetherAsync<T>(
        Func<CancellationToken, Task<T>> write, CancellationToken cancellationToken)
    {
        await using var transaction = await Database.BeginTransactionAsync(cancellationToken);
        var value = await write(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return value;
    }

    // Unique index, unique constraint, foreign key, deadlock victim.
    protected override bool IsConflict(Exception exception) =>
        exception is SqlException { Number: 2601 or 2627 or 547 or 1205 };
}
