using Microsoft.Data.SqlClient;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Tickiti.Infrastructure.Persistence.PostgreSql;
using Tickiti.Infrastructure.Persistence.Sqlite;
using Tickiti.Infrastructure.Persistence.SqlServer;

namespace Tickiti.Infrastructure.Persistence;

/// <summary>The chosen database: how to reach it, and what to call it when a person asks.</summary>
public sealed class DatabaseDialect
{
    // A list is one parameter, so its statement is one text, built and planned once; with a parameter an element, which is EF's
    // default, each length is a statement of its own, and building it costs more than running it.
    private const ParameterTranslationMode Lists = ParameterTranslationMode.Parameter;

    // - A row or a key that another node's writer holds is waited for 2.5 s, and then looked at again. A group that is refused is
    //   tried one by one, so that this happens twice.
    // - A statement prepared while a table was empty would go on scanning it until its statistics are next taken; what is asked of
    //   large tables has its index, and small ones without one are scanned all the same.
    // - What is scanned so would be taken for a statement worth compiling.
    private const string SessionSettings = "-c lock_timeout=2500 -c enable_seqscan=off -c jit=off";

    private readonly string _forMigration;

    private DatabaseDialect(DatabaseProvider provider, string connectionString, string description, string? forMigration = null)
    {
        Provider = provider;
        ConnectionString = connectionString;
        Description = description;
        _forMigration = forMigration ?? connectionString;
    }

    public DatabaseProvider Provider { get; }

    /// <summary>For reading; on SQLite, writing has a connection of its own.</summary>
    public string ConnectionString { get; }

    /// <summary>Where it is, without its password.</summary>
    public string Description { get; }

    /// <exception cref="InvalidOperationException">The settings make no sense; the message says what to do.</exception>
    public static DatabaseDialect Of(DatabaseOptions options, string? connectionString, string dataDirectory)
    {
        if (options.Provider == DatabaseProvider.Sqlite)
        {
            var sqlite = new SqliteConnectionStringBuilder(
                string.IsNullOrWhiteSpace(connectionString) ? "Data Source=tickiti.db" : connectionString);
            sqlite.DataSource = Path.GetFullPath(sqlite.DataSource, dataDirectory);
            sqlite.DefaultTimeout = 30;
            return new DatabaseDialect(options.Provider, sqlite.ToString(), $"SQLite file {sqlite.DataSource}");
        }

        if (string.IsNullOrWhiteSpace(connectionString))
        {
            throw new InvalidOperationException(
                $"Tickiti:Database:Provider is {options.Provider}, but ConnectionStrings:Tickiti is empty. Set it, "
                + "for example by the environment variable ConnectionStrings__Tickiti.");
        }

        return options.Provider == DatabaseProvider.PostgreSql
            ? PostgreSql(connectionString)
            : SqlServer(connectionString);
    }

    public void Configure(DbContextOptionsBuilder builder)
    {
        switch (Provider)
        {
            case DatabaseProvider.Sqlite:
                builder.UseSqlite(ReadOnly(ConnectionString), sqlite => sqlite.UseParameterizedCollectionMode(Lists))
                    .AddInterceptors(SqliteFunctions.Interceptor);
                break;
            case DatabaseProvider.PostgreSql:
                builder.UseNpgsql(ConnectionString);
                break;
            default:
                builder.UseSqlServer(ConnectionString, server => server.UseParameterizedCollectionMode(Lists));
                break;
        }
    }

    /// <summary>A context that may change the schema.</summary>
    internal TickitiDbContext CreateForMigration()
    {
        switch (Provider)
        {
            case DatabaseProvider.Sqlite:
                Directory.CreateDirectory(Path.GetDirectoryName(new SqliteConnectionStringBuilder(ConnectionString).DataSource)!);
                return new SqliteTickitiDbContext(
                    new DbContextOptionsBuilder<SqliteTickitiDbContext>().UseSqlite(ConnectionString).Options);
            case DatabaseProvider.PostgreSql:
                return new PostgreSqlTickitiDbContext(
                    new DbContextOptionsBuilder<PostgreSqlTickitiDbContext>().UseNpgsql(_forMigration).Options);
            default:
                return new SqlServerTickitiDbContext(
                    new DbContextOptionsBuilder<SqlServerTickitiDbContext>().UseSqlServer(ConnectionString).Options);
        }
    }

    private static string ReadOnly(string connectionString) =>
        new SqliteConnectionStringBuilder(connectionString) { Mode = SqliteOpenMode.ReadOnly }.ToString();

    private static DatabaseDialect PostgreSql(string connectionString)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        if (!connectionString.Contains("Application Name", StringComparison.OrdinalIgnoreCase))
        {
            builder.ApplicationName = "Tickiti";
        }

        // The statements of the hot writes and reads are few and always the same: planned once a connection.
        if (builder.MaxAutoPrepare == 0)
        {
            builder.MaxAutoPrepare = 100;
        }

        var forMigration = builder.ToString();

        // Nothing is ever set on a session, so there is nothing to reset when it goes back to the pool: seven statements less a use.
        builder.NoResetOnClose = true;

        // What the administrator says comes last, and wins.
        builder.Options = $"{SessionSettings} {builder.Options}".Trim();
        return new DatabaseDialect(
            DatabaseProvider.PostgreSql, builder.ToString(), $"PostgreSQL database {builder.Database} on {builder.Host}:{builder.Port}",
            forMigration);
    }

    private static DatabaseDialect SqlServer(string connectionString)
    {
        var builder = new SqlConnectionStringBuilder(connectionString);
        if (builder.Authentication is not (SqlAuthenticationMethod.NotSpecified or SqlAuthenticationMethod.SqlPassword))
        {
            throw new InvalidOperationException(
                $"ConnectionStrings:Tickiti asks for the sign-in mode {builder.Authentication}, which this build has not: "
                + "Azure's sign-in libraries are left out. Use a SQL login or Windows sign-in (docs/adr/0001-packages.md).");
        }

        return new DatabaseDialect(
            DatabaseProvider.SqlServer, builder.ToString(), $"SQL Server database {builder.InitialCatalog} on {builder.DataSource}");
    }
}
