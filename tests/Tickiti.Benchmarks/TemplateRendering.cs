using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;

namespace Tickiti.Benchmarks;

/// <summary>
/// Fills in a template over HTTP with a fresh key each, on SQLite, against the server as it is shipped, in a process of its own.
/// </summary>
internal static class TemplateRendering
{
    private const int Connections = 16;
    private const string Secret = "the-secret-of-a-benchmark";

    private const string Body = """
        {"template_identifier":"invoice","data":{"name":"Marcus & Co","invoice_number":"INV-2026-0488","amount":"£189.00","items":[{"title":"Vapor Pro 3","price":180},{"title":"Laces","price":9.00}]}}
        """;

    private static readonly string Api = Path.GetFullPath(
        Path.Combine(AppContext.BaseDirectory, "../../../../../src/Tickiti.Api/bin/Release/net10.0/Tickiti.Api.dll"));

    /// <param name="args">Seconds (10), seconds of warm-up (15).</param>
    public static async Task<int> RunAsync(string[] args)
    {
        if (!File.Exists(Api))
        {
            Console.WriteLine("Build with -c Release first.");
            return 2;
        }

        var (time, warmUp) = (Seconds(args.ElementAtOrDefault(0), 10), Seconds(args.ElementAtOrDefault(1), 15));
        var folder = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, $"tickiti_bench_{Guid.NewGuid():N}")).FullName;
        try
        {
            using var server = await ServerProcess.StartAsync(
                Api, [], new Dictionary<string, string> { ["Tickiti__DataDirectory"] = folder, ["Tickiti__Bootstrap__AdminToken"] = Secret });
            await AddTemplateAsync(server.Port);
            var load = new RawHttpLoad(server.Port, "/api/render_template", $"1|{Secret}", Body);
            Report("warm-up", load.Run(Connections, warmUp));
            return Report("render_template", load.Run(Connections, time)).Refused == 0 ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task AddTemplateAsync(int port)
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", $"1|{Secret}");
        using var answer = await http.PostAsJsonAsync("/api/v1/templates/create", new
        {
            type = "email",
            identifier = "invoice",
            subject = "Invoice {{invoice_number}}",
            content = "<p>Dear {{name}}, {{amount}} are due.</p><ul>{{#each items}}<li>{{title}}: {{price}}</li>{{/each}}</ul>",
        });
        answer.EnsureSuccessStatusCode();
    }

    private static TimeSpan Seconds(string? text, int otherwise) =>
        TimeSpan.FromSeconds(text is null ? otherwise : int.Parse(text, CultureInfo.InvariantCulture));

    private static LoadReport Report(string what, LoadReport report)
    {
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what,-20} {report.PerSecond,8:N0}/s  p50 {report.Median.TotalMilliseconds,6:N1} ms  p99 {report.P99.TotalMilliseconds,6:N1} ms  {report.Refused} refused {report.FirstRefusal}"));
        return report;
    }
}
