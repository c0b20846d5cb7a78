using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Npgsql;
using Tickiti.Infrastructure.Persistence;

namespace Tickiti.Infrastructure.Search;

/// <summary>
/// What a search needs of a database and EF's model cannot say: full text tables, triggers, indexes over expressions. Made after
/// the migrations, at each start, where it is missing.
/// </summary>
internal sealed partial class SearchSchema(ILogger<SearchSchema> log)
{
    public async Task PrepareAsync(DatabaseDialect dialect, CancellationToken cancellationToken)
    {
        await using var db = dialect.CreateForMigration();
        if (dialect.Provider == DatabaseProvider.Sqlite)
        {
            await PrepareSqliteAsync(db, cancellationToken);
        }
        else if (dialect.Provider == DatabaseProvider.PostgreSql)
        {
            await PreparePostgreSqlAsync(db, cancellationToken);
        }
        else
        {
            await PrepareSqlServerAsync(db, cancellationToken);
        }
    }

    private static async Task PrepareSqliteAsync(TickitiDbContext db, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        foreach (var index in SqliteSearchIndex.All)
        {
            var isNew = await db.Database
                .SqlQuery<int>($"SELECT count(*) AS Value FROM sqlite_master WHERE type = 'table' AND name = {index.Name}")
                .SingleAsync(cancellationToken) == 0;
            await db.Database.ExecuteSqlRawAsync(index.Schema(), cancellationToken);
            if (isNew)
            {
                await db.Database.ExecuteSqlRawAsync(index.Refill(), cancellationToken);
            }
        }

        await transaction.CommitAsync(cancellationToken);
    }

    private async Task PreparePostgreSqlAsync(TickitiDbContext db, CancellationToken cancellationToken)
    {
        try
        {
            db.Database.SetCommandTimeout(TimeSpan.FromHours(1));
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);

            // Nodes that start together do it once.
            await db.Database.ExecuteSqlRawAsync(
                "SELECT pg_advisory_xact_lock(hashtext('tickiti.search'))", cancellationToken);
            await db.Database.ExecuteSqlRawAsync(PostgreSqlSearchIndexes.Schema, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }
        catch (PostgresException refused) when (refused.SqlState
            is PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.FeatureNotSupported or PostgresErrorCodes.UndefinedFile)
        {
            NotIndexed(log, refused.MessageText);
        }
    }

    private static async Task PrepareSqlServerAsync(TickitiDbContext db, CancellationToken cancellationToken)
    {
        db.Database.SetCommandTimeout(TimeSpan.FromHours(1));
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        foreach (var batch in SqlServerSearchIndex.Schema)
        {
            await db.Database.ExecuteSqlRawAsync(batch, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message =
        "Searches look at the newest 10,000 rows only: the indexes for them could not be made ({Reason}). Let an administrator run "
        + "CREATE EXTENSION pg_trgm; CREATE EXTENSION btree_gin; in this database and start again.")]
    private static partial void NotIndexed(ILogger logger, string reason);
}
