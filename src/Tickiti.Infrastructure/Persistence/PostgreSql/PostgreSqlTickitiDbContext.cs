using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Query.SqlExpressions;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Tickiti.Infrastructure.Search;
using Tickiti.Infrastructure.Tickets;

namespace Tickiti.Infrastructure.Persistence.PostgreSql;

/// <summary>What is only new rows goes through the <see cref="PostgreSqlInsertGate"/>; everything else in a transaction of its own.</summary>
public sealed class PostgreSqlTickitiDbContext : TickitiDbContext
{
    private readonly PostgreSqlInsertGate? _gate;

    public PostgreSqlTickitiDbContext(DbContextOptions<PostgreSqlTickitiDbContext> options)
        : base(options) =>
        _gate = options.FindExtension<CoreOptionsExtension>()?.ApplicationServiceProvider?.GetService<PostgreSqlInsertGate>();

    private protected override string SettledPosition => ResponsePlaceSchema.PostgreSqlSettled;

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.MapFunctions("substr", (text, part) => FunctionTranslations.IsPositive(FunctionTranslations.Call(
            "strpos", typeof(int), IntTypeMapping.Default, Folded(text), Folded(part))));
    }

    private protected override Task<int> CommitAsync(
        IReadOnlyList<StagedInsert>? inserts, Func<CancellationToken, Task<int>> write, CancellationToken cancellationToken) =>
        inserts is { Count: > 0 } && _gate is not null ? _gate.InsertAsync(inserts, cancellationToken) : write(cancellationToken);

    private protected override async Task<int> InsertAsync(IReadOnlyList<StagedInsert> rows, CancellationToken cancellationToken)
    {
        await Database.OpenConnectionAsync(cancellationToken);
        try
        {
            return await PostgreSqlInserts.RunAsync((NpgsqlConnection)Database.GetDbConnection(), rows, cancellationToken);
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

    private static SqlExpression Folded(SqlExpression text) => FunctionTranslations.Call(
        "upper",
        typeof(string),
        text.TypeMapping!,
        new CollateExpression(
            FunctionTranslations.Call("normalize", typeof(string), text.TypeMapping!, text), PostgreSqlSearchIndexes.Unicode));

    protected override bool IsConflict(Exception exception) => exception is PostgresException
    {
        SqlState: PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.ForeignKeyViolation
            or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected,
    };

    protected override bool IsBlocked(Exception exception) =>
        exception is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable };
}
