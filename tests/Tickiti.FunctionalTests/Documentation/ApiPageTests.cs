using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using NUnit.Framework;
using Shouldly;
using Tickiti.FunctionalTests.Common;
using Tickiti.Testing;

namespace Tickiti.FunctionalTests.Documentation;

/// <summary>
/// Runs every call that the pages of docs/api show, as it is printed, against a server of its own. What the pages take for granted
/// stands on their first one: <c>$TICKITI</c> and <c>$TOKEN</c>; and what an answer before gave, by its name: <c>$MAILBOX_ID</c> is
/// <c>mailbox.id</c> or <c>mailbox_id</c>.
/// </summary>
[NonParallelizable]
public sealed class ApiPageTests
{
    // What curl prints goes to files, so that a page can show the plain command. Not every system has uuidgen.
    private const string Prelude = """
        set -euo pipefail
        curl() { command curl --silent --show-error --output "$ANSWER" --write-out '%{http_code}' "$@" > "$STATUS"; }
        command -v uuidgen > /dev/null || uuidgen() { cat /proc/sys/kernel/random/uuid; }

        """;

    private static readonly string[] Families =
        ["/api/v1/mail/", "/api/v1/administration/", "/api/v1/workflow/", "/api/v1/token", "/api/send_email", "/api/idempotency_key",
            "/api/v1/templates", "/api/v1/tickets", "/api/tickets/", "/api/create_ticket", "/api/ticket_respond", "/api/render_template",
            "/api/tickiti_api_index"];

    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"tickiti-pages-{Guid.NewGuid():N}");
    private ServerProcess _server = null!;

    private static IEnumerable<TestCaseData> Pages() =>
        ApiPage.All(Path.Combine(Repository.Root, "docs", "api")).Select(page => new TestCaseData(page).SetArgDisplayNames(page.Name));

    [OneTimeSetUp]
    public async Task StartServer()
    {
        _server = new ServerProcess(_folder, new Dictionary<string, string?>());
        await _server.StartAsync();
    }

    [OneTimeTearDown]
    public async Task StopServer()
    {
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [TestCaseSource(nameof(Pages))]
    public async Task Page_AsItIsPrinted_IsAnsweredAsItStates(object page)
    {
        var (variables, called) = (new Dictionary<string, string>(), (ApiPage)page);
        foreach (var call in called.Calls)
        {
            var (status, answer) = await RunAsync(call.Script, variables);
            var where = $"{called.Name}, line {call.Line}: {answer}";
            status.ShouldBe(call.Status, where);
            var body = JsonSerializer.Deserialize<JsonElement>(answer);
            if (call.Answer is { } stated)
            {
                StatedAnswer.Differences(stated, body).ShouldBeEmpty(where);
            }

            Remember(body, variables);
        }
    }

    [Test]
    public void Endpoints_OfTheseFamilies_AreAllShown()
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "docs", "api", "openapi.json")));
        var shown = ApiPage.All(Path.Combine(Repository.Root, "docs", "api")).SelectMany(page => page.Calls).Select(call => call.Script).ToList();

        document.RootElement.GetProperty("paths").EnumerateObject().Select(path => path.Name)
            .Where(path => Array.Exists(Families, family => path.StartsWith(family, StringComparison.Ordinal)))
            .Where(path => !shown.Exists(script => IsCallOf(path, script)))
            .ShouldBeEmpty();
    }

    [TestCase("""{"a":1}""", """{"a":1,"b":2}""", true)]
    [TestCase("""{"a":1}""", """{"b":2}""", false)]
    [TestCase("""{"a":1}""", """{"a":2}""", false)]
    [TestCase("""{"id":1,"queue_id":1}""", """{"id":2,"queue_id":7}""", true)]
    [TestCase("""{"a":true}""", """{"a":false}""", false)]
    [TestCase("""{"a":null}""", """{"a":"x"}""", false)]
    [TestCase("""{"a":"2026-05-02T10:05:11+00:00"}""", """{"a":"2027-01-01T00:00:00+00:00"}""", true)]
    [TestCase("""{"a":"2026-05-02T10:05:11+00:00"}""", """{"a":"soon"}""", false)]
    [TestCase("""{"a":"1|…"}""", """{"a":"1|f00"}""", true)]
    [TestCase("""{"a":"1|…"}""", """{"a":"2|f00"}""", false)]
    [TestCase("""[]""", """[1]""", false)]
    [TestCase("""[{"a":1}]""", """[{"a":1},{"a":2}]""", true)]
    public void Statement_ThatFits_AndNoOther_IsTaken(string stated, string actual, bool fits) =>
        StatedAnswer.Differences(JsonSerializer.Deserialize<JsonElement>(stated), JsonSerializer.Deserialize<JsonElement>(actual))
            .Any().ShouldBe(!fits);

    private async Task<(int Status, string Answer)> RunAsync(string script, Dictionary<string, string> variables)
    {
        script.Split("curl ").Length.ShouldBe(2, $"one call a block: {script}");
        var (answer, status) = (Path.Combine(_folder, "answer"), Path.Combine(_folder, "status"));
        var start = new ProcessStartInfo("bash", ["-c", Prelude + script])
        {
            WorkingDirectory = _folder,
            UseShellExecute = false,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        start.Environment["TICKITI"] = _server.Address;
        start.Environment["TOKEN"] = $"1|{ServerProcess.AdminSecret}";
        start.Environment["ANSWER"] = answer;
        start.Environment["STATUS"] = status;
        using var process = Process.Start(start)!;
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, $"{script}\n{errors}");
        return (int.Parse(await File.ReadAllTextAsync(status), CultureInfo.InvariantCulture), await File.ReadAllTextAsync(answer));
    }

    // sent_mail[0].id is $SENT_MAIL_ID, as mailbox.id is $MAILBOX_ID; a file of a response is $ATTACHMENT_ID.
    private static void Remember(JsonElement answer, Dictionary<string, string> variables)
    {
        if (!answer.TryGetProperty("data", out var data))
        {
            return;
        }

        if (AttachmentIn(data) is { } attachment)
        {
            variables["ATTACHMENT_ID"] = attachment;
        }

        foreach (var field in data.EnumerateObject())
        {
            var name = field.Name.ToUpperInvariant();
            var value = field.Value is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() > 0 ? list[0] : field.Value;
            if (value.ValueKind == JsonValueKind.Object && value.TryGetProperty("id", out var id))
            {
                variables[$"{name}_ID"] = id.ToString();
            }
            else if (value.ValueKind is JsonValueKind.Number or JsonValueKind.String)
            {
                variables[name == "TOKEN" ? "NEW_TOKEN" : name] = value.ToString();
            }
        }
    }

    private static string? AttachmentIn(JsonElement data) =>
        data.TryGetProperty("responses", out var responses)
            ? responses.EnumerateArray()
                .SelectMany(one => one.TryGetProperty("attachments", out var files) ? files.EnumerateArray().ToArray() : [])
                .Select(file => file.GetProperty("id").GetString()).FirstOrDefault()
            : null;

    private static bool IsCallOf(string path, string script)
    {
        var url = script.Split(' ').First(word => word.StartsWith("$TICKITI", StringComparison.Ordinal))["$TICKITI".Length..].TrimEnd('\\');
        var (asked, called) = (path.Split('/'), url.Split('/'));
        return asked.Length == called.Length && asked.Zip(called).All(pair => pair.First == pair.Second || pair.First.StartsWith('{'));
    }
}
