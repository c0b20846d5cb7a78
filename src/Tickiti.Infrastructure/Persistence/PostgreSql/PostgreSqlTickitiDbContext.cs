using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query.SqlExpressions;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using NpgsqlTypes;

namespace Tickiti.Infrastructure.Persistence.PostgreSql;

public sealed class PostgreSqlTickitiDbContext(DbContextOptions<PostgreSqlTickitiDbContext> options)
    : TickitiDbContext(options)
{
    private static readonly ConditionalWeakTable<InsertPlan, NpgsqlDbType[]> Types = [];

    // The database's own collation may know ASCII only; ICU's root collation knows every script.
    private const string Unicode = "und-x-icu";

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.MapFunctions("substr", (text, part) => FunctionTranslations.IsPositive(FunctionTranslations.Call(
            "strpos", typeof(int), IntTypeMapping.Default, Lower(text), Lower(part))));
    }

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
            foreach (var row in rows)
            {
                batch.BatchCommands.Add(CommandFor(row));
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

    private static SqlExpression Lower(SqlExpression text) =>
        FunctionTranslations.Call("lower", typeof(string), text.TypeMapping!, new CollateExpression(text, Unicode));

    protected override bool IsConflict(Exception exception) => exception is PostgresException
    {
        SqlState: PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.ForeignKeyViolation
            or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected,
    };

    // Parameters by position: Npgsql sends the statement as it stands, without parsing it.
    private static NpgsqlBatchCommand CommandFor(StagedInsert row)
    {
        var command = new NpgsqlBatchCommand(row.Plan.PositionalSql);
        var types = Types.GetValue(row.Plan, TypesOf);
        for (var i = 0; i < row.Values.Length; i++)
        {
            command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = types[i], Value = row.Values[i] });
        }

        return command;
    }

    // The mapping knows the column's type, which a null does not tell.
    private static NpgsqlDbType[] TypesOf(InsertPlan plan)
    {
        using var command = new NpgsqlCommand();
        return [.. plan.Mappings.Select(mapping => ((NpgsqlParameter)mapping.CreateParameter(command, "p", null)).NpgsqlDbType)];
    }
}
