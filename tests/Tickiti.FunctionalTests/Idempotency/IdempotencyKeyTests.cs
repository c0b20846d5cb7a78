using NUnit.Framework;
using Shouldly;
using Tickiti.FunctionalTests.Common;

namespace Tickiti.FunctionalTests.Idempotency;

public sealed class IdempotencyKeyTests(TestDatabase database) : ApiTests(database)
{
    [TestCase("/api/idempotency_key")]
    [TestCase("/api/v1/idempotency_key")]
    public async Task Mint_WithoutAction_AnswersAUuid(string path)
    {
        var answer = await Anonymous.PostAsync(path);

        Guid.Parse(answer.Data.GetProperty("idempotency_key").GetString()!).Version.ShouldBe(4);
    }

    [Test]
    public async Task Mint_WithUnknownAction_NamesTheField()
    {
        var answer = await Anonymous.PostAsync("/api/idempotency_key", new { action = "fly" });

        answer.Status.ShouldBe(422);
        answer.Fields.ShouldBe(["action"]);
    }

    [Test]
    public async Task Mint_TooOften_IsLimitedPerAddress()
    {
        var answers = new List<ApiAnswer>();
        while (answers.Count < 1000 && answers.LastOrDefault()?.Status != 429)
        {
            answers.Add(await Anonymous.PostAsync("/api/idempotency_key", peer: "203.0.113.7"));
        }

        answers[^1].Error.ShouldBe("rate_limited");
        answers[^1].Header("Retry-After").ShouldBe("1");
        (await Anonymous.PostAsync("/api/idempotency_key", peer: "203.0.113.8")).Status.ShouldBe(200);
    }
}
