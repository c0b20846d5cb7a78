using Microsoft.Data.SqlClient;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query.SqlExpressions;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using Tickiti.Application.Common;
using Tickiti.Infrastructure.Search;
using Tickiti.Infrastructure.Tickets;

namespace Tickiti.Infrastructure.Persistence.SqlServer;

public sealed class SqlServerTickitiDbContext(DbContextOptions<SqlServerTickitiDbContext> options)
    : TickitiDbContext(options)
{
    // No collation decides what is equal.
    private const string Binary = "Latin1_General_100_BIN2";

    // Knows the capitals of every script.
    private const string EveryScript = "Latin1_General_100_CI_AS_SC";

    private protected override string SettledPosition => ResponsePlaceSchema.SqlServerSettled;

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.Entity<ResponsePlace>().Property(place => place.Position)
            .HasConversion(new NumberToBytesConverter<long>()).HasColumnType("rowversion");
        modelBuilder.MapFunctions("SUBSTRING", (text, part) => FunctionTranslations.IsPositive(FunctionTranslations.Call(
            "CHARINDEX", typeof(int), IntTypeMapping.Default, Folded(part), Folded(text))));

        // A trigger forbids the OUTPUT clause by which EF sees what was written.
        foreach (var index in SqlServerSearchIndex.All)
        {
            var entity = modelBuilder.Model.GetEntityTypes().Single(type => type.GetTableName() == index.Table && !type.IsOwned());
            modelBuilder.Entity(entity.ClrType).ToTable(table => table.HasTrigger(index.Trigger));
        }
    }

    // Uniqueness is decided by the keys that value objects make, never by a collation that thinks "abc" and "ABC" are one.
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        configurationBuilder.Properties<string>().UseCollation(Binary);
    }

    private protected override Task<int> CommitAsync(
        IReadOnlyList<StagedInsert>? inserts, Func<CancellationToken, Task<int>> write, CancellationToken cancellationToken) =>
        write(cancellationToken);

    // EF's own batches: nothing else was measured on a real server.
    private protected override Task<int> InsertAsync(IReadOnlyList<StagedInsert> rows, CancellationToken cancellationToken) =>
        WriteByEfAsync(cancellationToken);

    protected override async Task<T> CommitTogetherAsync<T>(
        Func<CancellationToken, Task<T>> write, CancellationToken cancellationToken)
    {
        await using var transaction = await Database.BeginTransactionAsync(cancellationToken);
        var value = await write(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return value;
    }

    // Not composed: SQL Server has no function for it.
    private static CollateExpression Folded(SqlExpression text) => new(
        FunctionTranslations.Call("UPPER", typeof(string), text.TypeMapping!, new CollateExpression(text, EveryScript)), Binary);

    // Unique index, unique constraint, foreign key, deadlock victim.
    protected override bool IsConflict(Exception exception) =>
        exception is SqlException { Number: 2601 or 2627 or 547 or 1205 };
}
