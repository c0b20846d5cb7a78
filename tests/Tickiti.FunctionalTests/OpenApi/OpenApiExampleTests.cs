using System.Text.Json;
using NUnit.Framework;
using Shouldly;
using Tickiti.FunctionalTests.Common;

namespace Tickiti.FunctionalTests.OpenApi;

/// <summary>The server takes what its own document shows.</summary>
public sealed class OpenApiExampleTests
{
    // Refused for what this test does not prepare, not for how the request is written.
    private static readonly Dictionary<string, int> Refused = new()
    {
        // pop.example.com does not answer, and no password is set.
        ["/api/v1/mail/mailboxes/test"] = 422,
        ["/api/v1/mail/mailboxes/reconcile"] = 422,
        // Tickets were moved into it by the example before.
        ["/api/v1/workflow/queues/delete"] = 422,
        // Only an uncertain mail is resolved, only a failed call repeated, only a broken mail kept in quarantine.
        ["/api/v1/mail/sent-mail/resolve"] = 404,
        ["/api/v1/workflow/interventions/calls/retry"] = 404,
        ["/api/v1/mail/quarantine/raw"] = 404,
        ["/api/v1/mail/quarantine/retry"] = 404,
        ["/api/v1/mail/quarantine/discard"] = 404,
    };

    private TickitiServer _server = null!;
    private ApiClient _admin = null!;

    // A database of its own, so that the first of a kind has the number 1, as in the examples.
    [OneTimeSetUp]
    public void StartServer()
    {
        _server = new TickitiServer(TestDatabase.Sqlite);
        _admin = _server.ClientOf(TickitiServer.AdminToken);
    }

    [TearDown]
    public void ShowErrors() => _server.WriteErrorsTo(TestContext.Out);

    [OneTimeTearDown]
    public async Task StopServer() => await _server.DisposeAsync();

    [Test]
    public async Task Examples_OfTheDocument_AreAcceptedByTheServer()
    {
        var requests = Requests(await _server.ClientOf(null).GetAsync("/openapi/v1.json"));
        await PrepareAsync();
        var refused = new List<string>();
        // What makes things comes first, and what takes them away last.
        foreach (var (path, body) in requests.OrderBy(one => Turn(one.Path)))
        {
            var place = path.Replace("{user}", "3").Replace("{number}", "220001");
            var answer = await _admin.PostTextAsync(place, body, Guid.NewGuid().ToString());
            if (answer.Status != Refused.GetValueOrDefault(path, 200))
            {
                refused.Add($"{path} {body}: {answer.Status} {answer.Text}");
            }
        }

        refused.ShouldBeEmpty();
        requests.Count.ShouldBeGreaterThan(70);
    }

    // The things that the examples name by number or address, and that no example before them makes.
    private async Task PrepareAsync()
    {
        await PostAsync("/api/v1/administration/users/create", new { name = "Sue", email = "sue@desk.example", is_staff = true });
        for (var id = 2; id < 7; id++)
        {
            await PostAsync("/api/v1/administration/api-tokens/create", new { name = "Shop", owner = "system", abilities = new[] { "send-email" } });
        }

        for (var id = 1; id < 17; id++)
        {
            await PostAsync("/api/send_email", new { to_address = "ada@example.com", subject = "s", content = "c" });
        }

        var ticket = new { originator_email_address = "marcus@trailblazers-club.example", subject = "s", content = "c" };
        await PostAsync("/api/tickets/create", ticket);
        for (var id = 2; id < 7; id++)
        {
            await PostAsync("/api/tickets/220001/respond", new { from_email = "sue@desk.example", content = "c", is_internal = true });
        }

        await PostAsync("/api/tickets/create", ticket);
        await PostAsync("/api/tickets/create", ticket);
    }

    private async Task PostAsync(string path, object body)
    {
        var answer = await _admin.PostAsync(path, body, Guid.NewGuid().ToString());
        answer.Status.ShouldBe(200, answer.Text);
    }

    private static int Turn(string path) => path switch
    {
        "/api/v1/templates/create" or "/api/send_email" => 0,
        "/api/create_ticket" => 1,
        _ when path.EndsWith("/create", StringComparison.Ordinal) => 2,
        "/api/v1/tickets" => 2,
        "/api/ticket_respond" => 3,
        _ when path.EndsWith("/delete", StringComparison.Ordinal) => 6,
        "/api/v1/tickets/merge" or "/api/v1/administration/api-tokens/revoke" => 5,
        _ => 4,
    };

    // The upload takes a form, which has no example in JSON.
    private static List<(string Path, string Body)> Requests(ApiAnswer document) =>
    [
        .. from path in document.Body.GetProperty("paths").EnumerateObject()
           where path.Name != "/api/v1/tickets/attachment-upload"
           let content = path.Value.GetProperty("post").TryGetProperty("requestBody", out var body) ? body.GetProperty("content") : default
           let example = content.ValueKind == JsonValueKind.Object
               && content.GetProperty("application/json").TryGetProperty("example", out var one) ? one : default
           select (path.Name, example.ValueKind == JsonValueKind.Undefined ? "{}" : example.GetRawText()),
    ];
}
