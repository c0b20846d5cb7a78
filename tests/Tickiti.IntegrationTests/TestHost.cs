using MediatR;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NUnit.Framework;
using Shouldly;
using Tickiti.Application;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Infrastructure;
using Tickiti.Infrastructure.Persistence;
using Tickiti.Testing;

namespace Tickiti.IntegrationTests;

/// <summary>The house without its front door: use cases over a database of its own, with a clock that the test moves.</summary>
public sealed class TestHost : IAsyncDisposable
{
    private readonly string _directory;
    private readonly string? _postgres;
    private readonly ServiceProvider _services;

    private TestHost(string directory, string? postgres, ServiceProvider services, ManualClock clock)
    {
        _directory = directory;
        _postgres = postgres;
        _services = services;
        Clock = clock;
    }

    public ManualClock Clock { get; }

    public IServiceProvider Services => _services;

    /// <summary>Skips the test where the database cannot be had.</summary>
    public static async Task<TestHost> StartAsync(DatabaseProvider provider, Action<IServiceCollection>? change = null)
    {
        var name = $"tickiti_{Guid.NewGuid():N}";
        var directory = Path.Combine(Path.GetTempPath(), name);
        var postgres = provider == DatabaseProvider.PostgreSql ? await CreatePostgresAsync(name) : null;
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Tickiti:DataDirectory"] = directory,
            ["Tickiti:Database:Provider"] = provider.ToString(),
            ["Tickiti:Database:Synchronous"] = "Normal",
            ["ConnectionStrings:Tickiti"] = postgres,
        }).Build();
        WireNames.UseInValidators();
        var clock = new ManualClock(new DateTimeOffset(2026, 5, 2, 10, 0, 0, TimeSpan.Zero));
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(configuration);
        services.AddLogging();
        services.AddTickitiApplication();
        services.AddTickitiInfrastructure(configuration);
        services.AddSingleton<TimeProvider>(clock);
        change?.Invoke(services);
        var host = new TestHost(directory, postgres, services.BuildServiceProvider(), clock);
        await host._services.GetRequiredService<DatabaseStart>().RunAsync(CancellationToken.None);
        return host;
    }

    public async Task<Result<T>> TrySendAsync<T>(IRequest<Result<T>> request)
    {
        await using var scope = _services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request);
    }

    /// <summary>Fails where the request is refused.</summary>
    public async Task<T> SendAsync<T>(IRequest<Result<T>> request)
    {
        var result = await TrySendAsync(request);
        result.Error.ShouldBeNull();
        return result.Value;
    }

    public async Task<T> WithDbAsync<T>(Func<ITickitiDb, Task<T>> use)
    {
        await using var scope = _services.CreateAsyncScope();
        return await use(scope.ServiceProvider.GetRequiredService<ITickitiDb>());
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        if (Directory.Exists(_directory))
        {
            Directory.Delete(_directory, recursive: true);
        }

        if (_postgres is not null)
        {
            await RunOnPostgresAsync($"DROP DATABASE \"{new NpgsqlConnectionStringBuilder(_postgres).Database}\" WITH (FORCE)");
        }
    }

    private static async Task<string> CreatePostgresAsync(string name)
    {
        await RunOnPostgresAsync($"CREATE DATABASE \"{name}\"");
        return new NpgsqlConnectionStringBuilder(PostgresServer()) { Database = name, MaxPoolSize = 20 }.ToString();
    }

    private static async Task RunOnPostgresAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(PostgresServer());
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static string PostgresServer()
    {
        var server = Environment.GetEnvironmentVariable("TICKITI_TEST_POSTGRES");
        if (server is null)
        {
            Assert.Ignore("TICKITI_TEST_POSTGRES names no PostgreSQL server; eng/servers.sh starts one.");
        }

        return server!;
    }
}
