using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;
using Tickiti.Infrastructure.Mail.Local;
using Tickiti.Infrastructure.Search;
using Tickiti.Infrastructure.Tickets;

namespace Tickiti.Infrastructure.Persistence;

/// <summary>Makes everything ready before the server listens: schema, folders, shared keys, first rows.</summary>
public sealed class DatabaseStart(IServiceProvider services)
{
    // Building an index of a large table takes its time, and so does waiting for the node that builds it.
    private static readonly TimeSpan LongestMigration = TimeSpan.FromHours(1);

    /// <returns>What a person must be told once, if this was the first start.</returns>
    public async Task<FirstStart?> RunAsync(CancellationToken cancellationToken)
    {
        await using var scope = services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TickitiDbContext>();
        var options = scope.ServiceProvider.GetRequiredService<IOptions<DatabaseOptions>>().Value;
        var dialect = scope.ServiceProvider.GetRequiredService<DatabaseDialect>();
        if (options.MigrateOnStart)
        {
            await MigrateAsync(dialect, cancellationToken);
        }

        // A SQLite file is nobody's but the server's own.
        if (options.MigrateOnStart || dialect.Provider == DatabaseProvider.Sqlite)
        {
            await ResponsePlaceSchema.PrepareAsync(dialect, cancellationToken);
            await scope.ServiceProvider.GetRequiredService<SearchSchema>().PrepareAsync(dialect, cancellationToken);
        }

        scope.ServiceProvider.GetRequiredService<LocalFolders>().CreateFirst();
        await scope.ServiceProvider.GetRequiredService<KeyRingWrapping>().PrepareAsync(db, cancellationToken);
        await LoadKeysAsync(scope.ServiceProvider.GetRequiredService<SettingsSigningKeys>(), db, cancellationToken);
        return await scope.ServiceProvider.GetRequiredService<Bootstrap>().RunAsync(cancellationToken);
    }

    private static async Task LoadKeysAsync(SettingsSigningKeys keys, TickitiDbContext db, CancellationToken cancellationToken)
    {
        try
        {
            await keys.LoadAsync(db, cancellationToken);
        }
        catch (CryptographicException unreadable)
        {
            throw new InvalidOperationException(
                "The secrets in this database cannot be read with the key ring at hand. On SQLite the ring is the folder 'keys' "
                + "in the data directory; on other databases it lies in the database and may be wrapped by Tickiti:Secrets:KeyFile.",
                unreadable);
        }
    }

    private static async Task MigrateAsync(DatabaseDialect dialect, CancellationToken cancellationToken)
    {
        await using var db = dialect.CreateForMigration();
        db.Database.SetCommandTimeout(LongestMigration);
        if (dialect.Provider == DatabaseProvider.PostgreSql)
        {
            await LockAsync(db, cancellationToken);
        }

        // Asked first: MigrateAsync compares the whole model with the last migration's, which a test has done long before.
        if ((await db.Database.GetPendingMigrationsAsync(cancellationToken)).Any())
        {
            await db.Database.MigrateAsync(cancellationToken);
        }
    }

    // Nodes that start together migrate once. On PostgreSQL, EF's own lock ends with the transaction of one migration, and another node
    // could come in before the next. This one goes with the session, when the context is done.
    private static async Task LockAsync(TickitiDbContext db, CancellationToken cancellationToken)
    {
        var creator = db.GetService<IRelationalDatabaseCreator>();
        if (!await creator.ExistsAsync(cancellationToken))
        {
            await CreateAsync(creator, cancellationToken);
        }

        await db.Database.OpenConnectionAsync(cancellationToken);
        await db.Database.ExecuteSqlRawAsync("SELECT pg_advisory_lock(hashtext('tickiti.migrations'))", cancellationToken);
    }

    private static async Task CreateAsync(IRelationalDatabaseCreator creator, CancellationToken cancellationToken)
    {
        try
        {
            await creator.CreateAsync(cancellationToken);
        }
        catch (PostgresException other) when (other.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
        {
            // Another node was first.
        }
    }
}
