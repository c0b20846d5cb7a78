using System.Globalization;
using Npgsql;

namespace Tickiti.Benchmarks;

/// <summary>
/// Creates tickets over HTTP with a fresh key each, against the server as it is shipped, in a process of its own. Beside it, in
/// the same run, what a bare endpoint with one insert does.
/// </summary>
internal static class TicketCreating
{
    private const int Connections = 16;
    private const string Secret = "the-secret-of-a-benchmark";

    private const string Body = """
        {"originator_email_address":"marcus@trailblazers-club.example","data":{"subject":"Carbon plate cracked on first marathon","content":"<p>The Vapor Pro 3 plate snapped at mile 14 of Berlin Marathon.</p>"}}
        """;

    private static readonly string Api = Path.GetFullPath(
        Path.Combine(AppContext.BaseDirectory, "../../../../../src/Tickiti.Api/bin/Release/net10.0/Tickiti.Api.dll"));

    /// <param name="args">sqlite|postgres, seconds (10), seconds of warm-up (30).</param>
    public static async Task<int> RunAsync(string[] args)
    {
        var database = args.ElementAtOrDefault(0) ?? "sqlite";
        var time = Seconds(args.ElementAtOrDefault(1), 10);
        var warmUp = Seconds(args.ElementAtOrDefault(2), 30);
        if (!File.Exists(Api) || (database == "postgres" && Postgres is null))
        {
            Console.WriteLine("Build with -c Release first; for postgres TICKITI_TEST_POSTGRES must name a server.");
            return 2;
        }

        Console.WriteLine($"create_ticket on {database}: {Connections} connections, {time.TotalSeconds:0} s after {warmUp.TotalSeconds:0} s of warm-up");
        var each = await MeasureFloorAsync(database, "each", time);
        if (database == "sqlite")
        {
            await MeasureFloorAsync(database, "grouped", time);
        }

        var ours = await MeasureAsync(database, time, warmUp);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"share of the floor with a commit each: {ours.PerSecond / each.PerSecond:P0}"));
        return ours.Refused == 0 ? 0 : 1;
    }

    private static string? Postgres => Environment.GetEnvironmentVariable("TICKITI_TEST_POSTGRES");

    private static TimeSpan Seconds(string? text, int otherwise) =>
        TimeSpan.FromSeconds(text is null ? otherwise : int.Parse(text, CultureInfo.InvariantCulture));

    private static async Task<LoadReport> MeasureFloorAsync(string database, string commits, TimeSpan time)
    {
        await using var place = await Place.MakeAsync(database);
        var source = place.ConnectionString ?? $"Data Source={Path.Combine(place.Folder, "floor.db")}";
        using var server = await ServerProcess.StartAsync(
            typeof(TicketCreating).Assembly.Location, ["create-ticket-floor", database, commits, source], new Dictionary<string, string>());
        var load = new RawHttpLoad(server.Port, "/", null, Body);
        load.Run(Connections, TimeSpan.FromSeconds(Math.Min(5, time.TotalSeconds)));
        return Report($"floor, one insert, commit {commits}", load.Run(Connections, time), server);
    }

    private static async Task<LoadReport> MeasureAsync(string database, TimeSpan time, TimeSpan warmUp)
    {
        await using var place = await Place.MakeAsync(database);
        var settings = new Dictionary<string, string>
        {
            ["Tickiti__DataDirectory"] = place.Folder,
            ["Tickiti__Bootstrap__AdminToken"] = Secret,
        };
        if (place.ConnectionString is { } connection)
        {
            settings["Tickiti__Database__Provider"] = "PostgreSql";
            settings["ConnectionStrings__Tickiti"] = connection;
        }

        using var server = await ServerProcess.StartAsync(Api, [], settings);
        var load = new RawHttpLoad(server.Port, "/api/create_ticket", $"1|{Secret}", Body);
        Report("Tickiti, warm-up", load.Run(Connections, warmUp), server);
        return Report("Tickiti", load.Run(Connections, time), server);
    }

    private static LoadReport Report(string what, LoadReport report, ServerProcess server)
    {
        var (now, peak) = server.Memory();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what,-34} {report.PerSecond,8:N0}/s  p50 {report.Median.TotalMilliseconds,6:N1} ms  p99 {report.P99.TotalMilliseconds,6:N1} ms  max {report.Max.TotalMilliseconds,6:N0} ms  RSS {now} MiB (peak {peak})"));
        if (report.Refused > 0)
        {
            Console.WriteLine($"{report.Refused} refused, the first: {report.FirstRefusal}");
        }

        return report;
    }

    /// <summary>A folder and, on a server, a database for one measurement; both go at the end.</summary>
    private sealed class Place(string folder, string? connectionString) : IAsyncDisposable
    {
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

        public async ValueTask DisposeAsync()
        {
            Directory.Delete(folder, recursive: true);
            if (connectionString is not null)
            {
                await ExecuteAsync($"DROP DATABASE {new NpgsqlConnectionStringBuilder(connectionString).Database} WITH (FORCE)");
            }
        }

        private static async Task ExecuteAsync(string sql)
        {
            await using var connection = new NpgsqlConnection(Postgres);
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync();
        }
    }
}
