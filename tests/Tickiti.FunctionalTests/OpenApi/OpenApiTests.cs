using System.Text.Json;
using NUnit.Framework;
using Shouldly;
using Tickiti.Api.OpenApi;
using Tickiti.FunctionalTests.Common;

namespace Tickiti.FunctionalTests.OpenApi;

public sealed class OpenApiTests
{
    private static readonly string Golden = Path.Combine(Repository.Root, "docs", "api", "openapi.json");

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
}
