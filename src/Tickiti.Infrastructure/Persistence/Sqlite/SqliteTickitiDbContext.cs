using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;
using Tickiti.Infrastructure.Tickets;

namespace Tickiti.Infrastructure.Persistence.Sqlite;

/// <summary>
/// Reads on a connection of its own that cannot write; writes behind the <see cref="SqliteWriteGate"/>, on its connection.
/// </summary>
public sealed class SqliteTickitiDbContext : TickitiDbContext
{
    private readonly SqliteWriteGate? _gate;

    public SqliteTickitiDbContext(DbContextOptions<SqliteTickitiDbContext> options)
        : base(options) =>
        _gate = options.FindExtension<CoreOptionsExtension>()?.ApplicationServiceProvider?.GetService<SqliteWriteGate>();

    private protected override string SettledPosition => ResponsePlaceSchema.SqliteSettled;

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.MapFunctions("substr", (text, part) => FunctionTranslations.Call(
            SqliteFunctions.HasText, typeof(bool), BoolTypeMapping.Default, text, part));
    }

    private protected override Task<int> CommitAsync(
        IReadOnlyList<StagedInsert>? inserts, Func<CancellationToken, Task<int>> write, CancellationToken cancellationToken) =>
        inserts is null
            ? CommitTogetherAsync(write, cancellationToken)
            : _gate!.WriteAsync((_, transaction) => Task.FromResult(_gate.Insert(inserts, transaction)), cancellationToken);

    private protected override Task<int> InsertAsync(IReadOnlyList<StagedInsert> rows, CancellationToken cancellationToken) =>
        Task.FromResult(_gate!.Insert(rows, (SqliteTransaction)Database.CurrentTransaction!.GetDbTransaction()));

    protected override Task<T> CommitTogetherAsync<T>(
        Func<CancellationToken, Task<T>> write, CancellationToken cancellationToken) =>
        _gate!.WriteAsync(
            async (connection, transaction) =>
            {
                var reader = Database.GetDbConnection();
                Database.SetDbConnection(connection);
                Database.AutoSavepointsEnabled = false;
                Database.UseTransaction(transaction);
                try
                {
                    // The caller's token could interrupt a statement and take down the whole group.
                    return await write(CancellationToken.None);
                }
                finally
                {
                    Database.UseTransaction(null);
                    Database.SetDbConnection(reader);
                }
            },
            cancellationToken);

    // SQLITE_CONSTRAINT_FOREIGNKEY, _PRIMARYKEY, _UNIQUE and _ROWID; a reference that restricts comes as _TRIGGER. What else
    // is constrained is no race: it would be refused again and again.
    protected override bool IsConflict(Exception exception) => exception is SqliteException { SqliteExtendedErrorCode: 787 or 1555 or 2067 or 2579 }
        || (exception is SqliteException { SqliteExtendedErrorCode: 1811 } trigger && trigger.Message.Contains("FOREIGN KEY", StringComparison.Ordinal));
}
