using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using NUnit.Framework;
using Shouldly;
using Tickiti.Api.OpenApi;
using Tickiti.FunctionalTests.Common;
using Tickiti.FunctionalTests.Templates;

namespace Tickiti.FunctionalTests.Conformance;

/// <summary>
/// What holds for any JSON. Each run has a seed of its own and prints it; <c>TICKITI_TEST_SEED</c> repeats one.
/// </summary>
public sealed class AnyJsonTests(TestDatabase database) : ApiTests(database)
{
    private int _seed;

    [SetUp]
    public void ChooseSeed()
    {
        var given = Environment.GetEnvironmentVariable("TICKITI_TEST_SEED");
        _seed = given is null ? Random.Shared.Next() : int.Parse(given, CultureInfo.InvariantCulture);
        TestContext.Out.WriteLine($"TICKITI_TEST_SEED={_seed}");
    }

    [Test]
    public async Task Endpoints_GivenAnyJson_AnswerInTheEnvelopeAndNeverFail()
    {
        var json = new OddJson(new Random(_seed));
        var routes = RouteTable.Of(Server);
        var wrong = new List<string>();
        var statuses = new List<int>();
        for (var round = Database == TestDatabase.Sqlite ? 20 : 5; round > 0; round--)
        {
            foreach (var route in routes)
            {
                var body = round % 4 == 0 ? json.Any() : json.Mutate(Examples.RequestOf(route.Name));
                var answer = await Admin.PostTextAsync(route.Path, body, NewKey());
                statuses.Add(answer.Status);
                if (!IsEnveloped(answer))
                {
                    wrong.Add($"{route.Name} {Shortened(body)}: {answer.Status} {Shortened(answer.Text)}");
                }

                // The token may have revoked itself.
                if (answer.Status == 200 && route.Name.Contains("api-tokens", StringComparison.Ordinal))
                {
                    await Server.ResetAsync();
                }
            }
        }

        wrong.ShouldBeEmpty($"seed {_seed}");
        statuses.ShouldContain(200);
        statuses.ShouldContain(404);
        statuses.ShouldContain(422);
        statuses.ShouldNotContain(401);
        statuses.Count.ShouldBeGreaterThan(200);
    }

    [Test]
    public async Task Payloads_EqualButForTheirSpelling_Replay_AndOthersConflict()
    {
        await Admin.AddTemplateAsync("bag", "s", "<p>c</p>");
        var spelling = new JsonSpelling(new Random(_seed));
        var endpoints = new (string Path, Func<JsonObject, JsonObject> BodyOf)[]
        {
            ("/api/render_template", bag => new JsonObject { ["template_identifier"] = "bag", ["data"] = bag }),
            ("/api/create_ticket", bag => new JsonObject
            {
                ["originator_email_address"] = "a@example.com",
                ["data"] = new JsonObject { ["subject"] = "s", ["content"] = "c" },
                ["more"] = bag,
            }),
            ("/api/send_email", bag => new JsonObject
            {
                ["to_address"] = "a@example.com", ["subject"] = "s", ["content"] = "c", ["more"] = bag,
            }),
        };
        for (var round = Database == TestDatabase.Sqlite ? 25 : 8; round > 0; round--)
        {
            foreach (var (path, bodyOf) in endpoints)
            {
                var bag = spelling.Bag(4);
                var key = NewKey();
                var text = spelling.Write(bodyOf(bag.DeepClone().AsObject()));
                var first = await Admin.PostTextAsync(path, text, key);
                first.Status.ShouldBe(200, $"seed {_seed}: {path} {text}");

                text = spelling.Write(bodyOf(bag.DeepClone().AsObject()));
                var again = await Admin.PostTextAsync(path, text, key);
                (again.Status, again.Text, again.IsReplay).ShouldBe((200, first.Text, true), $"seed {_seed}: {path} {text}");

                text = spelling.Write(bodyOf(Other(bag)));
                (await Admin.PostTextAsync(path, text, key)).Error.ShouldBe("idempotency_key_conflict", $"seed {_seed}: {path} {text}");
            }
        }
    }

    // One step away: a field more, a field less, or a value that has become its text.
    private JsonObject Other(JsonObject bag)
    {
        var other = bag.DeepClone().AsObject();
        var name = other.First().Key;
        switch ((_seed + other.Count) % 3)
        {
            case 0:
                other["another"] = null;
                break;
            case 1:
                other.Remove(name);
                break;
            default:
                other[name] = $"not {other[name]?.ToJsonString()}";
                break;
        }

        return other;
    }

    private static bool IsEnveloped(ApiAnswer answer) =>
        answer.Status is >= 200 and < 500
        && answer.Body.ValueKind == JsonValueKind.Object
        && answer.Body.GetProperty("ok").GetBoolean() == answer.Status < 300
        && (answer.Status < 300
            ? answer.Body.TryGetProperty("data", out _)
            : !string.IsNullOrEmpty(answer.Error) && !string.IsNullOrEmpty(answer.Body.GetProperty("message").GetString()));

    private static string Shortened(string text) => text.Length <= 600 ? text : text[..600] + "...";
}
