using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.Data.SqlClient;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using NUnit.Framework;
using Tickiti.Application;
using Tickiti.Infrastructure;
using Tickiti.Infrastructure.Persistence;
using Tickiti.Testing;

namespace Tickiti.IntegrationTests.Common;

/// <summary>An empty database of a kind, for one fixture; nodes are started over it as a test wants.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly DatabaseProvider _provider;
    private readonly string _name = $"tickiti_test_{Guid.NewGuid():N}";
    private readonly string? _server;
    private readonly ConcurrentBag<TestNode> _nodes = [];

    private TestDatabase(DatabaseProvider provider, string? server)
    {
        _provider = provider;
        _server = server;
        Folder = Directory.CreateTempSubdirectory("tickiti-test-").FullName;
    }

    /// <summary>The data directory of its nodes.</summary>
    public string Folder { get; }

    /// <summary>For every database there is a server for; the test is skipped otherwise.</summary>
    public static async Task<TestDatabase> CreateAsync(DatabaseProvider provider)
    {
        if (provider == DatabaseProvider.Sqlite)
        {
            return new TestDatabase(provider, null);
        }

        var variable = provider == DatabaseProvider.PostgreSql ? "TICKITI_TEST_POSTGRES" : "TICKITI_TEST_SQLSERVER";
        var server = Environment.GetEnvironmentVariable(variable);
        if (string.IsNullOrEmpty(server))
        {
            Assert.Ignore($"There is no {provider}: {variable} names no server (docs/operations.md, eng/servers.sh).");
        }

        var database = new TestDatabase(provider, server);
        if (provider == DatabaseProvider.PostgreSql)
        {
            // SQL Server's is made by its migrations, with the settings that EF gives it.
            await database.OnServerAsync($"CREATE DATABASE {database._name}");
        }

        return database;
    }

    /// <summary>A process of its own as far as it can tell: its own services, ids, leases and memory.</summary>
    public async Task<TestNode> StartNodeAsync(
        Action<IServiceCollection>? configure = null, IReadOnlyDictionary<string, string?>? settings = null)
    {
        var basis = new Dictionary<string, string?>
        {
            ["Tickiti:DataDirectory"] = Folder,
            ["Tickiti:Database:Provider"] = _provider.ToString(),
            ["Tickiti:Database:Synchronous"] = "Normal",
            ["ConnectionStrings:Tickiti"] = _provider switch
            {
                DatabaseProvider.Sqlite => null,
                DatabaseProvider.PostgreSql => new NpgsqlConnectionStringBuilder(_server) { Database = _name, MaxPoolSize = 20 }.ToString(),
                _ => new SqlConnectionStringBuilder(_server) { InitialCatalog = _name }.ToString(),
            },
        };
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(basis).AddInMemoryCollection(settings ?? new Dictionary<string, string?>()).Build();
        var services = new ServiceCollection();
        var clock = new ShiftedClock();
        var log = new CapturedLog();
        services.AddSingleton<IConfiguration>(configuration);
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(log));
        services.AddTickitiApplication();
        services.AddTickitiInfrastructure(configuration);
        services.AddSingleton<TimeProvider>(clock);
        configure?.Invoke(services);
        var node = new TestNode(services.BuildServiceProvider(validateScopes: true), clock, log);
        _nodes.Add(node);
        await node.Services.GetRequiredService<DatabaseStart>().RunAsync(CancellationToken.None);
        return node;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }

        if (_provider == DatabaseProvider.PostgreSql)
        {
            await OnServerAsync($"DROP DATABASE {_name} WITH (FORCE)");
        }
        else if (_provider == DatabaseProvider.SqlServer)
        {
            SqlConnection.ClearAllPools();
            await OnServerAsync($"DROP DATABASE IF EXISTS {_name}");
        }

        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        await TemporaryFolder.DeleteAsync(Folder);
    }

    private async Task OnServerAsync(string statement)
    {
        await using DbConnection connection = _provider == DatabaseProvider.PostgreSql ? new NpgsqlConnection(_server) : new SqlConnection(_server);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = statement;
        await command.ExecuteNonQueryAsync();
    }
}

/// <summary>One node over a database.</summary>
public sealed class TestNode(ServiceProvider services, ShiftedClock clock, CapturedLog log) : IAsyncDisposable
{
    private bool _isDisposed;

    public IServiceProvider Services => services;

    public ShiftedClock Clock => clock;

    public CapturedLog Log => log;

    /// <summary>Does something in a scope of its own, as a request would.</summary>
    public async Task<T> InScopeAsync<T>(Func<IServiceProvider, Task<T>> work)
    {
        await using var scope = services.CreateAsyncScope();
        return await work(scope.ServiceProvider);
    }

    public Task InScopeAsync(Func<IServiceProvider, Task> work) => InScopeAsync(async scope =>
    {
        await work(scope);
        return true;
    });

    /// <summary>A graceful stop; what is left out of it is a crash.</summary>
    public async Task StopAsync()
    {
        foreach (var hosted in services.GetServices<IHostedService>())
        {
            await hosted.StopAsync(CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            await services.DisposeAsync();
        }
    }
}
