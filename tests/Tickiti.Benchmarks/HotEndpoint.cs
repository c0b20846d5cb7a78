using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Tickiti.Benchmarks;

/// <summary>
/// Calls a keyed endpoint over HTTP with a fresh key each, against the server as it is shipped, in a process of its own; then
/// with one key again and again; and starts the server once more on the database that is there by then. Beside it, in the same
/// run, what a bare endpoint with one insert does.
/// </summary>
internal sealed class HotEndpoint(string name, string path, string body)
{
    private readonly string _body = body;

    private const int Connections = 16;
    private const string Secret = "the-secret-of-a-benchmark";

    public static HotEndpoint CreateTicket { get; } = new("create_ticket", "/api/create_ticket", """
        {"originator_email_address":"marcus@trailblazers-club.example","data":{"subject":"Carbon plate cracked on first marathon","content":"<p>The Vapor Pro 3 plate snapped at mile 14 of Berlin Marathon.</p>"}}
        """);

    private const string Email = """
        {"to_address":"marcus@trailblazers-club.example","subject":"Your order is on its way","content":"<p>Dear Marcus,</p><p>your order is on its way. It will be with you in a few days.</p>"}
        """;

    /// <summary>Through the local mailbox, whose sender works beside it as it would in service.</summary>
    public static HotEndpoint SendEmail { get; } = new("send_email", "/api/send_email", Email);

    /// <summary>Through a mailbox whose server is away: accepting and committing alone.</summary>
    public static HotEndpoint QueueEmail { get; } = new("send_email, nothing leaves", "/api/send_email", Email)
    {
        Mailbox = """
            {"name":"Away","address":"away@example.com","outgoing_mailbox_type":"smtp","smtp_enable":true,"smtp_server":"127.0.0.1","smtp_port":1,"smtp_security":"none"}
            """,
    };

    /// <summary>One to connect before.</summary>
    private string? Mailbox { get; init; }

    /// <param name="args">sqlite|postgres, seconds (10), seconds of warm-up (30).</param>
    public async Task<int> RunAsync(string[] args)
    {
        var database = args.ElementAtOrDefault(0) ?? "sqlite";
        var time = Seconds(args.ElementAtOrDefault(1), 10);
        var warmUp = Seconds(args.ElementAtOrDefault(2), 30);
        if (!File.Exists(Place.Api) || (database == "postgres" && Place.Postgres is null))
        {
            Console.WriteLine("Build with -c Release first; for postgres TICKITI_TEST_POSTGRES must name a server.");
            return 2;
        }

        Console.WriteLine($"{name} on {database}: {Connections} connections, {time.TotalSeconds:0} s after {warmUp.TotalSeconds:0} s of warm-up");
        var each = await MeasureFloorAsync(database, "each", time);
        if (database == "sqlite")
        {
            await MeasureFloorAsync(database, "grouped", time);
        }

        var ours = await MeasureAsync(database, time, warmUp);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"share of the floor with a commit each: {ours.PerSecond / each.PerSecond:P0}"));
        return ours.Refused == 0 ? 0 : 1;
    }

    private static TimeSpan Seconds(string? text, int otherwise) =>
        TimeSpan.FromSeconds(text is null ? otherwise : int.Parse(text, CultureInfo.InvariantCulture));

    // The bare endpoint knows the one body.
    private static async Task<LoadReport> MeasureFloorAsync(string database, string commits, TimeSpan time)
    {
        await using var place = await Place.MakeAsync(database);
        var source = place.ConnectionString ?? $"Data Source={Path.Combine(place.Folder, "floor.db")}";
        using var server = await ServerProcess.StartAsync(
            typeof(HotEndpoint).Assembly.Location, ["create-ticket-floor", database, commits, source], new Dictionary<string, string>());
        var load = new RawHttpLoad(server.Port, "/", null, CreateTicket._body);
        load.Run(Connections, TimeSpan.FromSeconds(Math.Min(5, time.TotalSeconds)));
        return Report($"floor, one insert, commit {commits}", load.Run(Connections, time), server);
    }

    private async Task<LoadReport> MeasureAsync(string database, TimeSpan time, TimeSpan warmUp)
    {
        await using var place = await Place.MakeAsync(database);
        LoadReport report;
        using (var server = await ServerProcess.StartAsync(Place.Api, [], place.Settings(Secret)))
        {
            await ConnectMailboxAsync(server.Port);
            var load = new RawHttpLoad(server.Port, path, $"1|{Secret}", _body);
            Report("Tickiti, warm-up", load.Run(Connections, warmUp), server);
            report = Report("Tickiti", load.Run(Connections, time), server);
            Report("Tickiti, replays", (load with { IsReplay = true }).Run(Connections, time), server);
        }

        await MeasureStartAsync(place);
        return report;
    }

    private async Task ConnectMailboxAsync(int port)
    {
        if (Mailbox is null)
        {
            return;
        }

        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new("Bearer", $"1|{Secret}");
        using var connected = new StringContent(Mailbox, Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync($"http://127.0.0.1:{port}/api/v1/mail/mailboxes/create", connected);
        answer.EnsureSuccessStatusCode();
    }

    private static async Task MeasureStartAsync(Place place)
    {
        var began = Stopwatch.GetTimestamp();
        using var server = await ServerProcess.StartAsync(Place.Api, [], place.Settings(Secret));
        using var http = new HttpClient();
        using var ready = await http.GetAsync($"http://127.0.0.1:{server.Port}/health/ready");
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"on the existing database /health/ready answers {(int)ready.StatusCode} after {Stopwatch.GetElapsedTime(began).TotalMilliseconds:N0} ms"));
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
}
