using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Shouldly;
using Tickiti.Application.Common;
using Tickiti.FunctionalTests.Common;

namespace Tickiti.FunctionalTests.Idempotency;

/// <summary>What a key promises, at a write that takes one if it comes.</summary>
public sealed class IdempotencyTests(TestDatabase database) : ApiTests(database)
{
    private const string Create = "/api/v1/workflow/queues/create";

    [Test]
    public async Task Retry_WithTheSamePayload_IsAnsweredWithTheSameBytes()
    {
        var key = NewKey();
        var first = await Admin.PostTextAsync(Create, """{"name":"Sales","notify_emails":["a@example.org"]}""", key);

        var second = await Admin.PostTextAsync(Create, """{ "notify_emails" : ["\u0061@example.org"], "name": "Sales" }""", key);

        first.Status.ShouldBe(200);
        first.IsReplay.ShouldBeFalse();
        second.IsReplay.ShouldBeTrue();
        second.Text.ShouldBe(first.Text);
        (await QueueCountAsync()).ShouldBe(2);
    }

    [TestCase("""{"name":"Marketing"}""")]
    [TestCase("""{"name":""}""")]
    [TestCase("""{"name":7}""")]
    [TestCase("""[]""")]
    public async Task Retry_WithAnotherPayload_IsAConflictWhetherValidOrNot(string body)
    {
        var key = NewKey();
        await Admin.PostAsync(Create, new { name = "Sales" }, key);

        var answer = await Admin.PostTextAsync(Create, body, key);

        answer.Status.ShouldBe(409);
        answer.Error.ShouldBe("idempotency_key_conflict");
    }

    [Test]
    public async Task Retry_WithBrokenJson_IsMalformed()
    {
        var key = NewKey();
        await Admin.PostAsync(Create, new { name = "Sales" }, key);

        (await Admin.PostTextAsync(Create, "{", key)).Error.ShouldBe("malformed_json");
    }

    [Test]
    public async Task Retry_AtAnotherEndpointOrPath_IsAConflict()
    {
        var key = NewKey();
        var (ada, bob) = (await AddUserAsync("ada@example.org"), await AddUserAsync("bob@example.org"));
        await Admin.PostAsync($"/api/v1/administration/users/{ada}/update", new { name = "x" }, key);

        (await Admin.PostAsync($"/api/v1/administration/users/{bob}/update", new { name = "x" }, key)).Status.ShouldBe(409);
        (await Admin.PostAsync(Create, new { name = "x" }, key)).Status.ShouldBe(409);
        (await Admin.PostAsync($"/api/v1/administration/users/{ada}/update", new { name = "x" }, key)).IsReplay.ShouldBeTrue();
    }

    [Test]
    public async Task Retry_AfterARefusal_IsANewTry()
    {
        var key = NewKey();
        (await Admin.PostAsync(Create, new { name = "Inbox" }, key)).Status.ShouldBe(422);

        var answer = await Admin.PostAsync(Create, new { name = "Sales" }, key);

        answer.Status.ShouldBe(200);
        answer.IsReplay.ShouldBeFalse();
    }

    [Test]
    public async Task Retry_ByAnotherToken_IsANewOperation()
    {
        var key = NewKey();
        await Admin.PostAsync(Create, new { name = "Sales" }, key);
        var other = await ClientWithAsync(["workflow:write"]);

        (await other.PostAsync(Create, new { name = "Marketing" }, key)).Status.ShouldBe(200);
    }

    [Test]
    public async Task Retry_OnAnotherNode_IsAnsweredWithTheSameBytes()
    {
        var key = NewKey();
        var first = await Admin.PostAsync(Create, new { name = "Sales" }, key);
        await using var other = Server.StartSibling();
        var there = other.ClientOf(TickitiServer.AdminToken);

        var second = await there.PostAsync(Create, new { name = "Sales" }, key);

        second.IsReplay.ShouldBeTrue();
        second.Text.ShouldBe(first.Text);
        (await there.PostAsync(Create, new { name = "Marketing" }, key)).Status.ShouldBe(409);
    }

    [Test]
    public async Task ManyAtOnce_WithOneKey_AreOneOperation()
    {
        var key = NewKey();

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Admin.PostAsync(Create, new { name = "Sales" }, key)));

        answers.Select(answer => answer.Text).Distinct().ShouldHaveSingleItem();
        answers.Count(answer => answer.IsReplay).ShouldBe(15);
        (await QueueCountAsync()).ShouldBe(2);
    }

    [Test]
    public async Task Retry_OfAnAnswerWithASecret_TellsItAgainThoughTheDatabaseDoesNot()
    {
        var key = NewKey();
        var first = await MintAsync();

        var second = await MintAsync();

        second.IsReplay.ShouldBeTrue();
        second.Text.ShouldBe(first.Text);
        var secret = first.Data.GetProperty("token").GetString()!.Split('|')[1];
        await using var scope = Server.Services.CreateAsyncScope();
        var stored = await scope.ServiceProvider.GetRequiredService<ITickitiDb>().IdempotencyRecords.AsNoTracking().SingleAsync();
        System.Text.Encoding.UTF8.GetString(stored.Body).ShouldNotContain(secret);

        Task<ApiAnswer> MintAsync() => Admin.PostAsync(
            "/api/v1/administration/api-tokens/create",
            new { name = "x", owner = "system", abilities = new[] { "send-email" } },
            key);
    }

    [TestCase("   ")]
    [TestCase("naïve")]
    public async Task Key_WhenMalformed_IsNamed(string key)
    {
        var answer = await Admin.PostAsync(Create, new { name = "Sales" }, key);

        answer.Status.ShouldBe(422);
        answer.Fields.ShouldBe(["Idempotency-Key"]);
        (await QueueCountAsync()).ShouldBe(1);
    }

    [TestCase(255, 200)]
    [TestCase(256, 422)]
    public async Task Key_OfALength_IsTakenUpToTheLimit(int length, int status) =>
        (await Admin.PostAsync(Create, new { name = "Sales" }, new string('k', length))).Status.ShouldBe(status);

    private async Task<int> QueueCountAsync() =>
        (await Admin.PostAsync("/api/v1/workflow/queues")).Data.GetProperty("queues").GetArrayLength();
}
