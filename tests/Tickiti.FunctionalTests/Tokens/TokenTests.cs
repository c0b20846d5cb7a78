using System.Text.Json;
using NUnit.Framework;
using Shouldly;
using Tickiti.Domain.Tokens;
using Tickiti.FunctionalTests.Common;

namespace Tickiti.FunctionalTests.Tokens;

public sealed class TokenTests(TestDatabase database) : ApiTests(database)
{
    private const string Tokens = "/api/v1/administration/api-tokens";

    [Test]
    public async Task Create_OfAToken_TellsItsSecretOnce()
    {
        var expiresAt = new DateTimeOffset(2090, 5, 2, 10, 5, 11, TimeSpan.FromHours(2));
        var user = await AddUserAsync("ada@example.org");

        var minted = await Admin.PostAsync($"{Tokens}/create", new
        {
            name = " Shop ",
            owner = user.ToString(System.Globalization.CultureInfo.InvariantCulture),
            abilities = new[] { Ability.SendEmail, Ability.SendEmail },
            allowed_ip = "127.0.0.0/8",
            expires_at = expiresAt,
        });

        var token = minted.Data.GetProperty("token").GetString()!;
        token.ShouldStartWith($"{minted.Data.GetProperty("id").GetInt64()}|");
        token.Split('|')[1].Length.ShouldBeGreaterThanOrEqualTo(40);
        var shown = (await Server.ClientOf(token).PostAsync("/api/v1/token")).Data.GetProperty("api_token");
        shown.GetProperty("name").GetString().ShouldBe("Shop");
        shown.GetProperty("owner").GetProperty("id").GetInt64().ShouldBe(user);
        shown.GetProperty("abilities").GetRawText().ShouldBe("""["send-email"]""");
        shown.GetProperty("expires_at").GetString().ShouldBe("2090-05-02T08:05:11+00:00");
        (await Admin.PostAsync(Tokens)).Text.ShouldNotContain(token.Split('|')[1]);
    }

    [TestCase("""{}""", "name", "owner", "abilities")]
    [TestCase("""{"name":" ","owner":"system","abilities":["send-email"]}""", "name")]
    [TestCase("""{"name":"x","owner":"nobody","abilities":["send-email"]}""", "owner")]
    [TestCase("""{"name":"x","owner":4711,"abilities":["send-email"]}""", "owner")]
    [TestCase("""{"name":"x","owner":"system","abilities":[]}""", "abilities")]
    [TestCase("""{"name":"x","owner":"system","abilities":["fly"]}""", "abilities[0]")]
    [TestCase("""{"name":"x","owner":"system","abilities":["send-email"],"allowed_ip":"home"}""", "allowed_ip")]
    [TestCase("""{"name":"x","owner":"system","abilities":["send-email"],"expires_at":"2020-01-01T00:00:00Z"}""", "expires_at")]
    public async Task Create_WithABadField_NamesIt(string body, params string[] fields)
    {
        var answer = await Admin.PostTextAsync($"{Tokens}/create", body);

        answer.Status.ShouldBe(422);
        answer.Fields.ShouldBe(fields);
    }

    [Test]
    public async Task Create_ForAnInactiveOwner_IsRefused()
    {
        var user = await AddUserAsync("ada@example.org");
        await Admin.PostAsync($"/api/v1/administration/users/{user}/update", new { is_active = false });

        var answer = await Admin.PostAsync($"{Tokens}/create", new { name = "x", owner = user, abilities = new[] { "send-email" } });

        answer.Fields.ShouldBe(["owner"]);
    }

    [Test]
    public async Task Create_OfMoreThanTheCallerHas_IsRefused()
    {
        var soon = DateTimeOffset.FromUnixTimeSeconds(Server.Clock.GetUtcNow().ToUnixTimeSeconds()).AddHours(1);
        var caller = await ClientWithAsync([Ability.AdministrationWrite, Ability.MailWrite], allowedIp: "127.0.0.0/8", expiresAt: soon);

        (await MintAsync(Ability.MailRead, "127.0.0.1", soon)).Status.ShouldBe(200);
        (await MintAsync(Ability.SendEmail, "127.0.0.1", soon)).Fields.ShouldBe(["abilities"]);
        (await MintAsync(Ability.MailRead, "0.0.0.0/0", soon)).Fields.ShouldBe(["allowed_ip"]);
        (await MintAsync(Ability.MailRead, null, soon)).Fields.ShouldBe(["allowed_ip"]);
        (await MintAsync(Ability.MailRead, "127.0.0.1", soon.AddMinutes(1))).Fields.ShouldBe(["expires_at"]);
        (await MintAsync(Ability.MailRead, "127.0.0.1", null)).Fields.ShouldBe(["expires_at"]);

        Task<ApiAnswer> MintAsync(string ability, string? allowedIp, DateTimeOffset? expiresAt) => caller.PostAsync(
            $"{Tokens}/create",
            new { name = "x", owner = "system", abilities = new[] { ability }, allowed_ip = allowedIp, expires_at = expiresAt });
    }

    [Test]
    public async Task Update_OfMoreThanTheCallerHas_IsRefused()
    {
        var caller = await ClientWithAsync([Ability.AdministrationWrite], allowedIp: "127.0.0.0/8");

        (await caller.PostAsync($"{Tokens}/update", new { id = 1, allowed_ip = (string?)null })).Fields.ShouldBe(["allowed_ip"]);
        (await caller.PostAsync($"{Tokens}/update", new { id = 1, name = "Renamed" })).Status.ShouldBe(200);
    }

    [Test]
    public async Task Update_OfSomeFields_LeavesTheOthers()
    {
        await ClientWithAsync([Ability.SendEmail], allowedIp: "127.0.0.1", expiresAt: Server.Clock.GetUtcNow().AddHours(1));
        var id = (await NewestAsync()).GetProperty("id").GetInt64();

        (await Admin.PostAsync($"{Tokens}/update", new { id, expires_at = (string?)null })).Status.ShouldBe(200);

        var token = await NewestAsync();
        token.GetProperty("name").GetString().ShouldBe("Test");
        token.GetProperty("allowed_ip").GetString().ShouldBe("127.0.0.1");
        token.GetProperty("expires_at").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [TestCase("update")]
    [TestCase("revoke")]
    public async Task Change_OfAnUnknownToken_IsNotFound(string verb) =>
        (await Admin.PostAsync($"{Tokens}/{verb}", new { id = 4711 })).Error.ShouldBe("not_found");

    private async Task<JsonElement> NewestAsync() => (await Admin.PostAsync(Tokens)).Data.GetProperty("api_tokens")[0];
}
