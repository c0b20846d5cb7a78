using System.Globalization;
using Npgsql;

namespace Tickiti.Benchmarks;

/// <summary>A folder and, on a server, a database for one measurement; both go at the end, unless they are kept.</summary>
internal sealed class Place(string folder, string? connectionString, bool isKept = false) : IAsyncDisposable
{
    public static readonly string Api = Path.GetFullPath(
        Path.Combine(AppContext.BaseDirectory, "../../../../../src/Tickiti.Api/bin/Release/net10.0/Tickiti.Api.dll"));

    public static string? Postgres => Environment.GetEnvironmentVariable("TICKITI_TEST_POSTGRES");

    public string Folder => folder;

    public string? ConnectionString => connectionString;

    public static async Task<Place> MakeAsync(string database)
    {
        // Beside the program and not in a temporary folder, which is often memory: a flush must reach a disk.
        var name = $"tickiti_bench_{Guid.NewGuid():N}";
        var folder = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, name)).FullName;
        if (database != "postgres")
        {
            return new Place(folder, null);
        }

        await ExecuteAsync($"CREATE DATABASE {name}");
        return new Place(folder, new NpgsqlConnectionStringBuilder(Postgres) { Database = name }.ToString());
    }

    /// <summary>The place of so many tickets below that folder, which stays for the next run.</summary>
    public static async Task<Place> KeepAsync(string database, string folder, int tickets)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"tickiti_bench_{tickets}");
        folder = Directory.CreateDirectory(Path.Combine(Path.GetFullPath(folder), $"{database}-{tickets}")).FullName;
        if (database != "postgres")
        {
            return new Place(folder, null, isKept: true);
        }

        if (!await ExistsAsync(name))
        {
            await ExecuteAsync($"CREATE DATABASE {name}");
        }

        return new Place(folder, new NpgsqlConnectionStringBuilder(Postgres) { Database = name }.ToString(), isKept: true);
    }

    /// <summary>For the server as it is shipped.</summary>
    public Dictionary<string, string> Settings(string adminToken)
    {
        var settings = new Dictionary<string, string>
        {
            ["Tickiti__DataDirectory"] = folder,
            ["Tickiti__Bootstrap__AdminToken"] = adminToken,
        };
        if (connectionString is not null)
        {
            settings["Tickiti__Database__Provider"] = "PostgreSql";
            settings["ConnectionStrings__Tickiti"] = connectionString;
        }

        return settings;
    }

    public async ValueTask DisposeAsync()
    {
        if (isKept)
        {
            return;
        }

        Directory.Delete(folder, recursive: true);
        if (connectionString is not null)
        {
            await ExecuteAsync($"DROP DATABASE {new NpgsqlConnectionStringBuilder(connectionString).Database} WITH (FORCE)");
        }
    }

    private static async Task<bool> ExistsAsync(string name)
    {
        await using var connection = new NpgsqlConnection(Postgres);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT count(*) FROM pg_database WHERE datname = $1", connection);
        command.Parameters.AddWithValue(name);
        return (long)(await command.ExecuteScalarAsync())! > 0;
    }

    private static async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Postgres);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
