using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;

namespace Tickiti.Benchmarks;

/// <summary>What finding and showing costs in a small desk and in a large one, over HTTP, one request after another.</summary>
internal static class Searching
{
    private const string Secret = "the-secret-of-a-benchmark";
    private const int Small = 10;

    private static readonly (string What, string Path, Func<int, int, string> Body)[] Requests =
    [
        ("tickets/query, newest 100", "tickets/query", (_, _) => "{}"),
        ("tickets/query, subject, one has it", "tickets/query", (i, all) => Query("subject", $"ref{Some(i, all)} ")),
        ("tickets/query, subject, 1 of 3 have it", "tickets/query", (_, _) => Query("subject", "order")),
        ("tickets/query, subject, nobody has it", "tickets/query", (_, _) => Query("subject", "nowhere")),
        ("tickets/query, content, a word", "tickets/query", (i, _) => Query("content", i % 2 == 0 ? "kakaka" : "lomiren")),
        ("tickets/query, subject_content, two words", "tickets/query", (_, _) => Query("subject_content", "order", "kakalo")),
        ("tickets/query, subject, two letters", "tickets/query", (_, _) => Query("subject", "zz")),
        ("tickets/show", "tickets/show", (i, all) => $$"""{"ticket_number":{{220_000 + Some(i, all)}} }"""),
        ("sent-mail/search, an address", "mail/sent-mail/search", (i, all) => $$"""{"q":"CUSTOMER{{Some(i, all)}}@"}"""),
        ("sent-mail/search, 1 of 3 have it", "mail/sent-mail/search", (_, _) => """{"q":"order"}"""),
    ];

    /// <param name="args">sqlite|postgres, tickets (200,000), requests of a kind (200).</param>
    public static async Task<int> RunAsync(string[] args)
    {
        var database = args.ElementAtOrDefault(0) ?? "sqlite";
        var tickets = Number(args.ElementAtOrDefault(1), 200_000);
        var requests = Number(args.ElementAtOrDefault(2), 200);
        if (!File.Exists(Place.Api) || (database == "postgres" && Place.Postgres is null))
        {
            Console.WriteLine("Build with -c Release first; for postgres TICKITI_TEST_POSTGRES must name a server.");
            return 2;
        }

        var small = await MeasureAsync(database, Small, requests);
        var large = await MeasureAsync(database, tickets, requests);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{database}: {Small} and {tickets:N0} tickets, {requests} requests of each kind; ms"));
        for (var i = 0; i < Requests.Length; i++)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{Requests[i].What,-44} p50 {small[i].Median,7:N1} {large[i].Median,7:N1}   p95 {small[i].P95,7:N1} {large[i].P95,7:N1}   × {large[i].P95 / small[i].P95:N1}"));
        }

        return 0;
    }

    private static int Number(string? text, int otherwise) => text is null ? otherwise : int.Parse(text, CultureInfo.InvariantCulture);

    private static int Some(int i, int all) => 1 + (int)(i * 7_919L % all);

    private static string Query(string mode, params string[] tokens) =>
        $$"""{"search_object":{"criteria":[{"mode":"{{mode}}","match":"all","tokens":["{{string.Join("\",\"", tokens)}}"]} ]} }""";

    private static async Task<List<(double Median, double P95)>> MeasureAsync(string database, int tickets, int requests)
    {
        await using var place = await Place.MakeAsync(database);
        using (var first = await ServerProcess.StartAsync(Place.Api, [], place.Settings(Secret)))
        {
            using var client = Client(first.Port);
            await SendAsync(client, "/api/create_ticket", """{"originator_email_address":"a@customers.example","data":{"subject":"order ref1","content":"text"}}""");
            await SendAsync(client, "/api/send_email", """{"to_address":"customer1@customers.example","subject":"order ref1","content":"text"}""");
        }

        var began = Stopwatch.GetTimestamp();
        await DataGenerator.FillAsync(database, place.ConnectionString ?? $"Data Source={Path.Combine(place.Folder, "tickiti.db")}", tickets);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{tickets:N0} tickets and mails made in {Stopwatch.GetElapsedTime(began).TotalSeconds:N0} s"));
        using var server = await ServerProcess.StartAsync(Place.Api, [], place.Settings(Secret));
        using var caller = Client(server.Port);
        var measured = new List<(double, double)>();
        foreach (var (_, path, body) in Requests)
        {
            await RunAsync(caller, path, i => body(i, tickets), Math.Min(requests, 50));
            measured.Add(await RunAsync(caller, path, i => body(i, tickets), requests));
        }

        return measured;
    }

    private static HttpClient Client(int port)
    {
        var client = new HttpClient { BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}")) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", $"1|{Secret}");
        return client;
    }

    private static async Task<(double Median, double P95)> RunAsync(HttpClient client, string path, Func<int, string> body, int requests)
    {
        var times = new List<double>();
        for (var i = 0; i < requests; i++)
        {
            var began = Stopwatch.GetTimestamp();
            await SendAsync(client, $"/api/v1/{path}", body(i));
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        times.Sort();
        return (times[times.Count / 2], times[times.Count * 95 / 100]);
    }

    private static async Task SendAsync(HttpClient client, string path, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        using var answer = await client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        if (!answer.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"{path}: {(int)answer.StatusCode} {text}");
        }
    }
}
