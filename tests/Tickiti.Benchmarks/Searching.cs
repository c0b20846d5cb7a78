using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Tickiti.Application.Common;

namespace Tickiti.Benchmarks;

/// <summary>
/// What finding and showing costs in a small desk and in a large one, over HTTP, one request after another. Both are asked for as many
/// rows as the small one has, so that both answer the same.
/// </summary>
internal static class Searching
{
    private const string Secret = "the-secret-of-a-benchmark";
    private const int Small = 10;

    private static readonly (string What, string Path, Func<int, int, string> Body)[] Requests =
    [
        ("tickets/query, newest 10", "tickets/query", (_, _) => Query(10)),
        ("  page in the middle", "tickets/query", (_, all) => Query(5, all / 2)),
        ("  subject, one has it", "tickets/query", (i, all) => Query(1, Is("subject", $"ref{Some(i, all)} "))),
        ("  subject, 1 of 3 have it", "tickets/query", (_, _) => Query(3, Is("subject", "order"))),
        ("  subject, nobody has it", "tickets/query", (_, _) => Query(10, Is("subject", "nowhere"))),
        ("  subject, two words of 1 in 3 each, never together", "tickets/query", (_, _) => Query(10, All("subject", "order", "invoice"))),
        ("  content, nobody has it, of frequent letters", "tickets/query", (_, _) => Query(10, Is("content", "thersetheno"))),
        ("  content, 1 of 40 have it", "tickets/query", (_, _) => Query(1, Is("content", DataGenerator.Frequent))),
        ("  content, 1 of 1,000 have it", "tickets/query", (_, _) => Query(1, Is("content", DataGenerator.Rare))),
        ("  subject_content, two words", "tickets/query", (_, _) => Query(1, All("subject_content", "order", DataGenerator.Frequent))),
        ("  subject, two letters, one has them", "tickets/query", (_, _) => Query(1, Is("subject", "qz"))),
        ("  subject, 1 of 3, open, 1 of 50", "tickets/query", (_, _) => Query(1, Is("subject", "order"), Is("status", "open"))),
        ("  status, 1 of 50", "tickets/query", (_, _) => Query(1, Is("status", "open"))),
        ("  status, 1 of 100,000", "tickets/query", (_, _) => Query(1, Is("status", "on-hold"))),
        ("  status, nearly all", "tickets/query", (_, _) => Query(8, Is("status", "closed"))),
        ("  status, two tokens", "tickets/query", (_, _) => Query(2, Is("status", "on-hold", "open"))),
        ("  priority, 1 of 100,000", "tickets/query", (_, _) => Query(1, Is("priority", "40"))),
        ("  queue, 1 of 20", "tickets/query", (_, _) => Query(1, Is("queue", "Returns"))),
        ("  assigned, 1 of 100", "tickets/query", (_, _) => Query(1, Is("assigned", "ada@desk.example"))),
        ("  assigned to nobody", "tickets/query", (_, _) => Query(9, Is("assigned", "none"))),
        ("  raised, one", "tickets/query", (i, all) => Query(1, Is("raised", $"customer{Some(i, all)}@customers.example"))),
        ("  raised, 1 of 100", "tickets/query", (_, _) => Query(1, Is("raised", "frequent@customers.example"))),
        ("  participant, 1 of 100", "tickets/query", (_, _) => Query(1, Is("participant", "partner@customers.example"))),
        ("  open, and a participant, never together", "tickets/query", (_, _) => Query(1, Is("status", "open"), Is("participant", "partner@customers.example"))),
        ("  open, and of a queue, never together", "tickets/query", (_, _) => Query(1, Is("status", "open"), Is("queue", "Returns"))),
        ("  ticket_number", "tickets/query", (i, all) => Query(1, Is("ticket_number", $"{220_000 + Some(i, all)}"))),
        ("  created from today", "tickets/query", (_, _) => Query(5, Is("created_from", Day(0)))),
        ("  created until long ago", "tickets/query", (_, all) => Query(10, Is("created_to", Day(all / 1440 / 2)))),
        ("  created long ago, open", "tickets/query", (_, all) => Query(1, Is("created_to", Day(all / 1440 / 2)), Is("status", "open"))),
        ("  updated from today", "tickets/query", (_, _) => Query(5, Is("updated_from", Day(0)))),
        ("  updated until long ago", "tickets/query", (_, all) => Query(9, Is("updated_to", Day(all / 1440 / 2)))),
        ("tickets/show", "tickets/show", (i, all) => $$"""{"ticket_number":{{220_000 + Some(i, all)}} }"""),
        ("tickets/responses", "tickets/responses", (i, all) => $$"""{"ticket_number":{{220_000 + Some(i, all)}} }"""),
        ("sent-mail/search, an address", "mail/sent-mail/search", (i, all) => $$"""{"limit":1,"q":"CUSTOMER{{Some(i, all)}}@"}"""),
        ("  1 of 3 have it", "mail/sent-mail/search", (_, _) => """{"limit":3,"q":"order"}"""),
        ("  nobody has it", "mail/sent-mail/search", (_, _) => """{"limit":10,"q":"nowhere"}"""),
        ("sent-mail, of 30 days", "mail/sent-mail", (_, _) => """{"limit":10,"range_days":30}"""),
        ("sent-mail/show", "mail/sent-mail/show", (i, all) => $$"""{"id":{{Some(i, all)}} }"""),
        ("suppressions, an address", "mail/suppressions", (i, all) => $$"""{"limit":1,"q":"customer{{Some(i, all)}}@"}"""),
    ];

    /// <param name="args">sqlite|postgres, tickets (200,000), requests of a kind (200), a folder to keep the data in for the next run.</param>
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

        var small = await MeasureAsync(database, Small, requests, null);
        var large = await MeasureAsync(database, tickets, requests, args.ElementAtOrDefault(3));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{database}: {Small} and {tickets:N0} tickets, {requests} requests of each kind; rows and ms"));
        for (var i = 0; i < Requests.Length; i++)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{Requests[i].What,-52} rows {small[i].Rows,2} {large[i].Rows,2}   p50 {small[i].Median,6:N1} {large[i].Median,6:N1}   p95 {small[i].P95,6:N1} {large[i].P95,6:N1}   × {large[i].P95 / small[i].P95:N1}"));
        }

        return 0;
    }

    /// <summary>Makes the data that <c>search</c> finds in that folder, if they are not there yet.</summary>
    /// <param name="args">sqlite|postgres, tickets, folder.</param>
    public static async Task<int> GenerateAsync(string[] args)
    {
        if (args is not [var database, var tickets, var folder])
        {
            Console.WriteLine("generate sqlite|postgres TICKETS FOLDER");
            return 2;
        }

        await using var place = await FilledAsync(database, Number(tickets, 0), folder);
        return 0;
    }

    private static int Number(string? text, int otherwise) => text is null ? otherwise : int.Parse(text, CultureInfo.InvariantCulture);

    private static int Some(int i, int all) => 1 + (int)(i * 7_919L % all);

    private static string Query(int rows, params string[] criteria) => Query(rows, null, criteria);

    private static string Query(int rows, int? after, params string[] criteria)
    {
        var cursor = after is { } id ? $$""","cursor":"{{Cursor.After(id)}}" """ : "";
        return $$"""{"row_limit":{{rows}}{{cursor}},"search_object":{"criteria":[{{string.Join(',', criteria)}}]} }""";
    }

    private static string Is(string mode, params string[] tokens) => Criterion(mode, "any", tokens);

    private static string All(string mode, params string[] tokens) => Criterion(mode, "all", tokens);

    private static string Criterion(string mode, string match, string[] tokens) =>
        $$"""{"mode":"{{mode}}","match":"{{match}}","tokens":["{{string.Join("\",\"", tokens)}}"]}""";

    private static string Day(int ago) => TimeProvider.System.GetUtcNow().AddDays(-ago).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static async Task<Place> FilledAsync(string database, int tickets, string? folder)
    {
        var place = folder is null ? await Place.MakeAsync(database) : await Place.KeepAsync(database, folder, tickets);
        var mark = Path.Combine(place.Folder, "filled");
        if (File.Exists(mark))
        {
            return place;
        }

        using (var first = await ServerProcess.StartAsync(Place.Api, [], place.Settings(Secret)))
        {
            using var client = Client(first.Port);
            await SendAsync(client, "/api/v1/workflow/queues/create", """{"name":"Returns"}""");
            await SendAsync(client, "/api/v1/administration/users/create", """{"name":"Ada","email":"ada@desk.example","is_staff":true}""");
            await SendAsync(client, "/api/create_ticket", """{"originator_email_address":"customer1@customers.example","data":{"subject":"qz invoice ref1","content":"text"}}""");
            await SendAsync(client, "/api/send_email", """{"to_address":"customer1@customers.example","subject":"invoice ref1","content":"text"}""");
            await SendAsync(client, "/api/v1/mail/suppressions/create", """{"email":"customer1@customers.example"}""");
        }

        var began = Stopwatch.GetTimestamp();
        await DataGenerator.FillAsync(database, place.ConnectionString ?? $"Data Source={Path.Combine(place.Folder, "tickiti.db")}", tickets);
        await File.WriteAllTextAsync(mark, "");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{tickets:N0} tickets and mails made in {Stopwatch.GetElapsedTime(began).TotalSeconds:N0} s"));
        return place;
    }

    private static async Task<List<(int Rows, double Median, double P95)>> MeasureAsync(string database, int tickets, int requests, string? folder)
    {
        await using var place = await FilledAsync(database, tickets, folder);
        using var server = await ServerProcess.StartAsync(Place.Api, [], place.Settings(Secret));
        using var caller = Client(server.Port);
        var measured = new List<(int, double, double)>();
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

    private static async Task<(int Rows, double Median, double P95)> RunAsync(HttpClient client, string path, Func<int, string> body, int requests)
    {
        var (times, rows) = (new List<double>(), 0);
        for (var i = 0; i < requests; i++)
        {
            var began = Stopwatch.GetTimestamp();
            var answer = await SendAsync(client, $"/api/v1/{path}", body(i));
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            rows = Rows(answer);
        }

        times.Sort();
        return (rows, times[times.Count / 2], times[times.Count * 95 / 100]);
    }

    private static int Rows(string answer)
    {
        using var json = JsonDocument.Parse(answer);
        var lists = json.RootElement.GetProperty("data").EnumerateObject().Where(one => one.Value.ValueKind == JsonValueKind.Array);
        return lists.Select(one => one.Value.GetArrayLength()).FirstOrDefault();
    }

    private static async Task<string> SendAsync(HttpClient client, string path, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        using var answer = await client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? text : throw new InvalidOperationException($"{path}: {(int)answer.StatusCode} {text}");
    }
}
