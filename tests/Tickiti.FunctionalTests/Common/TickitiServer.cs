using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Data.SqlClient;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Tickiti.Application.Common;
using Tickiti.Application.Tokens;
using Tickiti.Infrastructure.Persistence;
using Tickiti.Testing;

namespace Tickiti.FunctionalTests.Common;

/// <summary>The whole server on a database of its own; without a socket, but with everything else.</summary>
public sealed class TickitiServer(TestDatabase database, Action<IWebHostBuilder>? configure = null, string? sharedName = null)
    : WebApplicationFactory<Program>
{
    /// <summary>Says where a call comes from, as the socket would.</summary>
    public const string PeerHeader = "X-Test-Peer";

    private const string AdminSecret = "the-secret-of-the-first-token";

    // What a start makes once and keeps in memory stays.
    private static readonly string[] KeptTables = ["Settings", "IdBlocks", "DataProtectionKeys", "__EFMigrationsHistory"];

    private readonly TestLog _log = new();
    private readonly string _name = sharedName ?? $"tickiti_test_{Guid.NewGuid():N}";

    public static string AdminToken => $"1|{AdminSecret}";

    public string DataDirectory => Path.Combine(Path.GetTempPath(), _name);

    public TestClock Clock { get; private init; } = new();

    /// <summary>Another node on the same database.</summary>
    public TickitiServer StartSibling() => new(database, configure, _name) { Clock = Clock };

    public ApiClient ClientOf(string? token) => new(CreateClient(), token);

    public void WriteErrorsTo(TextWriter writer) => _log.WriteTo(writer);

    /// <summary>As after the first start: all rows gone but those it makes.</summary>
    public async Task ResetAsync()
    {
        await using var scope = Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TickitiDbContext>();
        var sql = db.GetService<ISqlGenerationHelper>();
        // References that may be empty are emptied first: some go in a circle (a queue's mailbox, a mailbox's queue).
        var statements = db.Model.GetEntityTypes().SelectMany(type => type.GetForeignKeys())
            .Where(key => !key.IsRequired && key.Properties.Count == 1)
            .Select(key => (Table: key.DeclaringEntityType.GetTableName()!, Column: key.Properties[0].GetColumnName()))
            .Select(key => $"UPDATE {sql.DelimitIdentifier(key.Table)} SET {sql.DelimitIdentifier(key.Column)} = NULL;")
            .Concat(DependentsFirst(db.Model).Select(table => $"DELETE FROM {sql.DelimitIdentifier(table)};"));
        await db.WriteAsync(
            token => db.Database.ExecuteSqlRawAsync(string.Concat(statements), token), CancellationToken.None);
        Services.GetRequiredService<IDirectory>().Forget();
        Services.GetRequiredService<ITokenDirectory>().Forget();
        await Services.GetRequiredService<DatabaseStart>().RunAsync(CancellationToken.None);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (sharedName is not null)
        {
            return;
        }

        await DropAsync();
        await TemporaryFolder.DeleteAsync(DataDirectory);
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseSetting("Tickiti:DataDirectory", DataDirectory);
        builder.UseSetting("Tickiti:Bootstrap:AdminToken", AdminSecret);
        builder.UseSetting("Tickiti:Database:Provider", database.Provider);
        builder.UseSetting("Tickiti:Database:Synchronous", "Normal");
        builder.ConfigureLogging(logging => logging.ClearProviders().AddProvider(_log));
        if (database.Server is not null)
        {
            builder.UseSetting("ConnectionStrings:Tickiti", ConnectionString(_name));
        }

        builder.ConfigureTestServices(services =>
            services.AddSingleton<IStartupFilter, PeerFromHeader>().AddSingleton<TimeProvider>(Clock));
        configure?.Invoke(builder);
    }

    private string ConnectionString(string name) => database.Provider == "PostgreSql"
        ? new NpgsqlConnectionStringBuilder(database.Server) { Database = name, MaxPoolSize = 20 }.ToString()
        : new SqlConnectionStringBuilder(database.Server) { InitialCatalog = name }.ToString();

    private async Task DropAsync()
    {
        if (database.Provider == "PostgreSql")
        {
            NpgsqlConnection.ClearAllPools();
            await using var connection = new NpgsqlConnection(database.Server);
            await connection.OpenAsync();
            await using var drop = new NpgsqlCommand($"DROP DATABASE IF EXISTS {_name} WITH (FORCE)", connection);
            await drop.ExecuteNonQueryAsync();
        }
        else if (database.Provider == "SqlServer")
        {
            SqlConnection.ClearAllPools();
            await using var connection = new SqlConnection(database.Server);
            await connection.OpenAsync();
            await using var drop = new SqlCommand($"DROP DATABASE IF EXISTS {_name}", connection);
            await drop.ExecuteNonQueryAsync();
        }
    }

    private static List<string> DependentsFirst(IModel model)
    {
        var order = new List<string>();
        var seen = new HashSet<IEntityType>();
        foreach (var type in model.GetEntityTypes())
        {
            Visit(type);
        }

        return order;

        void Visit(IEntityType type)
        {
            if (!seen.Add(type))
            {
                return;
            }

            foreach (var dependent in type.GetReferencingForeignKeys().Where(key => key.IsRequired))
            {
                Visit(dependent.DeclaringEntityType);
            }

            if (type.GetTableName() is { } table && !KeptTables.Contains(table) && !order.Contains(table))
            {
                order.Add(table);
            }
        }
    }

    private sealed class PeerFromHeader : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((context, call) =>
            {
                var peer = context.Request.Headers[PeerHeader].ToString();
                context.Connection.RemoteIpAddress = IPAddress.Parse(peer.Length == 0 ? "127.0.0.1" : peer);
                return call(context);
            });
            next(app);
        };
    }
}
