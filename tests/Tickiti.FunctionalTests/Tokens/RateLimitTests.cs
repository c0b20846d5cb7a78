using System.Globalization;
using NUnit.Framework;
using Shouldly;
using Tickiti.FunctionalTests.Common;
using Tickiti.Testing;

namespace Tickiti.FunctionalTests.Tokens;

public sealed class RateLimitTests
{
    [Test]
    public async Task Token_AboveItsLimit_IsToldWhenToComeBack()
    {
        await using var server = ServerWith("Tickiti:RateLimits:PerToken", "30");
        var admin = server.ClientOf(TickitiServer.AdminToken);
        var minted = await admin.PostAsync(
            "/api/v1/administration/api-tokens/create", new { name = "Other", owner = "system", abilities = new[] { "mail:read" } });
        var other = server.ClientOf(minted.Data.GetProperty("token").GetString());

        var first = await other.PostAsync("/api/v1/mail/subjects");
        (first.Header("RateLimit-Limit"), first.Header("RateLimit-Remaining")).ShouldBe(("30", "29"));
        Number(first, "RateLimit-Reset").ShouldBe(2);
        var last = first;
        for (var i = 0; i < 40 && last.Status != 429; i++)
        {
            // What is forbidden counts, too.
            last = await other.PostAsync(i % 2 == 0 ? "/api/v1/mail/subjects" : "/api/v1/mail/subjects/create");
        }

        last.Status.ShouldBe(429);
        last.Error.ShouldBe("rate_limited");
        last.Header("RateLimit-Remaining").ShouldBe("0");
        Number(last, "Retry-After").ShouldBeInRange(1, 2);
        Number(last, "RateLimit-Reset").ShouldBeInRange(55, 60);
        (await admin.PostAsync("/api/v1/mail/subjects")).Status.ShouldBe(200, "another token has its own");
        await Probe.UntilAsync(async () => (await other.PostAsync("/api/v1/mail/subjects")).Status == 200, TimeSpan.FromSeconds(10));
    }

    [Test]
    public async Task Token_WhereNothingIsConfigured_HasNoLimit()
    {
        await using var server = new TickitiServer(TestDatabase.Sqlite);
        var admin = server.ClientOf(TickitiServer.AdminToken);
        var answers = new List<ApiAnswer>();
        for (var i = 0; i < 100; i++)
        {
            answers.Add(await admin.PostAsync("/api/v1/token"));
        }

        answers.ShouldAllBe(answer => answer.Status == 200 && answer.Header("RateLimit-Limit") == null);
    }

    [Test]
    public async Task Address_WithoutAToken_IsLimitedByItsNetwork()
    {
        await using var server = ServerWith("Tickiti:RateLimits:PerAddress", "20");
        var anonymous = server.ClientOf(null);

        (await MintAsync("2001:db8::1")).Header("RateLimit-Remaining").ShouldBe("1");
        (await MintAsync("2001:db8::2")).Status.ShouldBe(200);
        (await MintAsync("2001:db8::3")).Status.ShouldBe(429);
        (await MintAsync("2001:db8:0:1::1")).Status.ShouldBe(200);

        Task<ApiAnswer> MintAsync(string peer) => anonymous.PostAsync("/api/idempotency_key", peer: peer);
    }

    private static TickitiServer ServerWith(string key, string value) =>
        new(TestDatabase.Sqlite, builder => builder.UseSetting(key, value));

    private static int Number(ApiAnswer answer, string header) => int.Parse(answer.Header(header)!, CultureInfo.InvariantCulture);
}
