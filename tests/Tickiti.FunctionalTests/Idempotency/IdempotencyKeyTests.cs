using System.Text;
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
    public async Task Mint_ForAnAction_IsGoodForItAndForNoOther()
    {
        var minted = await Anonymous.PostAsync("/api/idempotency_key", new { action = "create_ticket" });
        var key = minted.Data.GetProperty("idempotency_key").GetString()!;
        var ticket = new
        {
            originator_email_address = "a@example.org",
            data = new { subject = "S", content = "C" },
        };

        minted.Data.GetProperty("action").GetString().ShouldBe("create_ticket");
        (await Admin.PostAsync("/api/send_email", new { }, key)).Error.ShouldBe("idempotency_key_conflict");
        (await Admin.PostAsync("/api/create_ticket", ticket, key[..^1] + (key[^1] == 'A' ? 'Q' : 'A'))).Fields.ShouldBe(["Idempotency-Key"]);
        (await Admin.PostAsync("/api/create_ticket", ticket, key)).Status.ShouldBe(200);
    }

    [TestCase("/api/create_ticket")]
    [TestCase("/api/ticket_respond")]
    [TestCase("/api/send_email")]
    [TestCase("/api/v1/tickets")]
    [TestCase("/api/v1/tickets/respond")]
    public async Task Key_WhereItIsRequired_IsAskedForBeforeTheFields(string path)
    {
        var answer = await Admin.PostAsync(path);

        answer.Status.ShouldBe(422);
        answer.Fields.ShouldBe(["Idempotency-Key"]);
    }

    [Test]
    public async Task Mint_WithALongBody_IsRefused()
    {
        var body = Encoding.ASCII.GetBytes($"{{\"text\":\"{new string('x', 2 * 1024 * 1024)}\"}}");

        (await Anonymous.PostBytesAsync("/api/idempotency_key", body)).Error.ShouldBe("payload_too_large");
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
