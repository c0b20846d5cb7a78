using System.Text.Json;
using NUnit.Framework;
using Shouldly;
using Tickiti.Api.OpenApi;
using Tickiti.FunctionalTests.Common;

namespace Tickiti.FunctionalTests.OpenApi;

public sealed class OpenApiTests
{
    private static readonly string Golden = Path.Combine(Repository.Root, "docs", "api", "openapi.json");

    // "." is the prefix itself.
    private static readonly (string Prefix, string Paths)[] Contract =
    [
        ("/api/", """
            create_ticket ticket_respond send_email render_template idempotency_key tickiti_api_index tickets/create
            tickets/{number}/respond
            """),
        ("/api/v1/", """
            token idempotency_key
            """),
        ("/api/v1/administration/", """
            api-tokens api-tokens/create api-tokens/update api-tokens/revoke users users/create users/{user}/update
            storage/retention
            """),
        ("/api/v1/tickets", """
            . /respond /close /merge /participants/add /participants/remove /originator-update /response-move /split
            /attachment-upload /query /show /responses /responses/query /attachment
            """),
        ("/api/v1/workflow/", """
            queues queues/create queues/update queues/delete queues/move interventions interventions/create
            interventions/update interventions/delete interventions/generate-token
            """),
        ("/api/v1/templates", """
            . /show /search /create /update /delete /render
            """),
        ("/api/v1/mail/", """
            mailboxes mailboxes/create mailboxes/update mailboxes/set-password mailboxes/delete mailboxes/test
            mailboxes/poll mailboxes/health mailboxes/reconcile subjects subjects/create subjects/delete excluded-emails
            excluded-emails/create excluded-emails/delete sent-mail sent-mail/search sent-mail/show sent-mail/resolve
            suppressions suppressions/create suppressions/delete quarantine quarantine/raw quarantine/retry
            quarantine/discard
            """),
    ];

    private TickitiServer _server = null!;
    private string _document = "";

    [OneTimeSetUp]
    public async Task ReadDocument()
    {
        _server = new TickitiServer(TestDatabase.Sqlite);
        _document = (await _server.ClientOf(null).GetAsync("/openapi/v1.json")).Text.ReplaceLineEndings("\n") + "\n";
    }

    [OneTimeTearDown]
    public async Task StopServer() => await _server.DisposeAsync();

    /// <summary>To accept a change: <c>TICKITI_WRITE_GOLDEN=1 dotnet test tests/Tickiti.FunctionalTests --filter OpenApiTests</c>.</summary>
    [Test]
    public async Task Document_Always_IsTheOneInTheRepository()
    {
        if (Environment.GetEnvironmentVariable("TICKITI_WRITE_GOLDEN") == "1")
        {
            await File.WriteAllTextAsync(Golden, _document);
        }

        (await File.ReadAllTextAsync(Golden)).ShouldBe(_document, "see the comment on this test for how to accept a change");
    }

    [Test]
    public void Operations_Always_HaveASummaryAndExamples()
    {
        var lacking = new List<string>();
        var operations = new HashSet<string>();
        foreach (var path in JsonDocument.Parse(_document).RootElement.GetProperty("paths").EnumerateObject())
        {
            foreach (var operation in path.Value.EnumerateObject())
            {
                var name = $"{operation.Name.ToUpperInvariant()} {path.Name}";
                operations.Add(name);
                if (!operation.Value.TryGetProperty("summary", out _) || Examples.ResponseOf(name) is null
                    || Examples.RequestOf(name) is null)
                {
                    lacking.Add(name);
                }
            }
        }

        lacking.ShouldBeEmpty();
        Examples.Keys.Where(key => !operations.Contains(key)).ShouldBeEmpty("examples of endpoints that do not exist");
        operations.Count.ShouldBeGreaterThan(14);
    }

    [Test]
    public void Routes_OfTheContract_AreAllThere()
    {
        var promised = Contract.SelectMany(group => group.Paths
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Select(rest => rest == "." ? group.Prefix : group.Prefix + rest)).ToList();
        var documented = JsonDocument.Parse(_document).RootElement.GetProperty("paths").EnumerateObject()
            .Where(path => path.Value.TryGetProperty("post", out _)).Select(path => path.Name).ToList();

        promised.Except(documented).ShouldBeEmpty();
        RouteTable.Of(_server).Select(route => route.Name).ShouldBe(documented.Select(path => $"POST {path}"), ignoreOrder: true);
        promised.Count.ShouldBeGreaterThan(70);
    }
}
