using NUnit.Framework;
using Shouldly;
using Tickiti.Domain.Tokens;
using Tickiti.FunctionalTests.Common;

namespace Tickiti.FunctionalTests.Tokens;

public sealed class AuthenticationTests(TestDatabase database) : ApiTests(database)
{
    private const string Show = "/api/v1/token";

    [TestCase(null)]
    [TestCase("")]
    [TestCase("|")]
    [TestCase("1|")]
    [TestCase("|secret")]
    [TestCase("-1|secret")]
    [TestCase("99999999999999999999|secret")]
    [TestCase("1|the-secret-of-the-first-toke")]
    public async Task Call_WithoutAGoodToken_IsUnauthenticated(string? token)
    {
        var answer = await Server.ClientOf(token).PostAsync(Show);

        answer.Status.ShouldBe(401);
        answer.Error.ShouldBe("unauthenticated");
        answer.Header("WWW-Authenticate").ShouldBe("Bearer");
    }

    [Test]
    public async Task Call_WithAHugeSecret_IsUnauthenticated() =>
        (await Server.ClientOf($"1|{new string('x', 5000)}").PostAsync(Show)).Status.ShouldBe(401);

    [Test]
    public async Task Call_AfterTheTokenExpired_IsUnauthenticated()
    {
        var client = await ClientWithAsync([Ability.CreateTicket], expiresAt: Server.Clock.GetUtcNow().AddHours(1));
        (await client.PostAsync(Show)).Status.ShouldBe(200);

        Server.Clock.Advance(TimeSpan.FromHours(1));

        (await client.PostAsync(Show)).Error.ShouldBe("unauthenticated");
    }

    [Test]
    public async Task Call_AfterTheTokenWasRevoked_IsUnauthenticatedAtOnce()
    {
        var client = await ClientWithAsync([Ability.CreateTicket]);
        var id = (await client.PostAsync(Show)).Data.GetProperty("api_token").GetProperty("id").GetInt64();

        (await Admin.PostAsync("/api/v1/administration/api-tokens/revoke", new { id })).Status.ShouldBe(200);

        (await client.PostAsync(Show)).Status.ShouldBe(401);
    }

    [Test]
    public async Task Call_AfterItsOwnerWasDeactivated_IsUnauthenticatedAtOnce()
    {
        var user = await AddUserAsync("ada@example.org");
        var client = await ClientWithAsync([Ability.CreateTicket], owner: user);
        (await client.PostAsync(Show)).Status.ShouldBe(200);

        await Admin.PostAsync($"/api/v1/administration/users/{user}/update", new { is_active = false });

        (await client.PostAsync(Show)).Status.ShouldBe(401);
    }

    [Test]
    public async Task Call_AfterItsOwnerBecameAnAdmin_MayAdminister()
    {
        var user = await AddUserAsync("ada@example.org");
        var client = await ClientWithAsync([Ability.WorkflowRead], owner: user);
        (await client.PostAsync("/api/v1/workflow/queues")).Error.ShouldBe("forbidden");

        await Admin.PostAsync($"/api/v1/administration/users/{user}/update", new { is_admin = true });

        (await client.PostAsync("/api/v1/workflow/queues")).Status.ShouldBe(200);
    }

    [TestCase("203.0.113.7", 200)]
    [TestCase("::ffff:203.0.113.7", 200)]
    [TestCase("203.0.114.1", 403)]
    [TestCase("2001:db8::1", 403)]
    public async Task Call_FromAnAddress_IsLetInWhereTheTokenAllowsIt(string peer, int status)
    {
        var client = await ClientWithAsync([Ability.CreateTicket], allowedIp: "203.0.113.0/24");

        (await client.PostAsync(Show, peer: peer)).Status.ShouldBe(status);
    }

    [Test]
    public async Task Call_SayingThatItWasForwarded_IsNotBelieved()
    {
        var client = await ClientWithAsync([Ability.CreateTicket], allowedIp: "203.0.113.0/24");
        using var content = new StringContent("{}", null, "application/json");

        var answer = await client.SendAsync(HttpMethod.Post, Show, content, peer: "198.51.100.1", forwardedFor: "203.0.113.7");

        answer.Status.ShouldBe(403);
    }

    [Test]
    public async Task Call_OnAnotherNode_KnowsARevocationWithinASecond()
    {
        var client = await ClientWithAsync([Ability.CreateTicket]);
        var id = (await client.PostAsync(Show)).Data.GetProperty("api_token").GetProperty("id").GetInt64();
        await using var other = Server.StartSibling();
        var there = other.ClientOf(TickitiServer.AdminToken);
        await there.PostAsync("/api/v1/administration/api-tokens/revoke", new { id });

        Server.Clock.Advance(TimeSpan.FromSeconds(1));

        (await client.PostAsync(Show)).Status.ShouldBe(401);
    }

    [Test]
    public async Task LastUse_OfAToken_IsWrittenWhenTheServerStops()
    {
        await using (var other = Server.StartSibling())
        {
            await other.ClientOf(TickitiServer.AdminToken).PostAsync(Show);
        }

        Server.Clock.Advance(TimeSpan.FromSeconds(1));
        var token = (await Admin.PostAsync(Show)).Data.GetProperty("api_token");

        token.GetProperty("last_used_at").GetDateTimeOffset().ShouldBe(Server.Clock.GetUtcNow(), TimeSpan.FromMinutes(1));
    }
}
