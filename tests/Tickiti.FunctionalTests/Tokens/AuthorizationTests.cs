using NUnit.Framework;
using Shouldly;
using Tickiti.Domain.Tokens;
using Tickiti.FunctionalTests.Common;

namespace Tickiti.FunctionalTests.Tokens;

/// <summary>Who may call what: every endpoint there is, with every kind of token. New endpoints are in it by themselves.</summary>
public sealed class AuthorizationTests(TestDatabase database) : ApiTests(database)
{
    // Broken on purpose: who is let in gets 400, and changes nothing.
    private const string Broken = "{";

    private static readonly Dictionary<string, string?> WithoutVersion = new()
    {
        ["/api/create_ticket"] = Ability.CreateTicket,
        ["/api/tickets/create"] = Ability.CreateTicket,
        ["/api/ticket_respond"] = Ability.TicketRespond,
        ["/api/tickets/{number}/respond"] = Ability.TicketRespond,
        ["/api/send_email"] = Ability.SendEmail,
        ["/api/render_template"] = Ability.SendEmail,
        ["/api/tickiti_api_index"] = Ability.TicketIndex,
    };

    // What is not named here writes: a new endpoint is a write until somebody says otherwise.
    private static readonly HashSet<string> Reads =
    [
        "/api/v1/administration/api-tokens", "/api/v1/administration/storage", "/api/v1/administration/users",
        "/api/v1/mail/excluded-emails", "/api/v1/mail/mailboxes", "/api/v1/mail/mailboxes/health", "/api/v1/mail/mailboxes/reconcile",
        "/api/v1/mail/quarantine", "/api/v1/mail/quarantine/raw", "/api/v1/mail/sent-mail", "/api/v1/mail/sent-mail/search",
        "/api/v1/mail/sent-mail/show", "/api/v1/mail/subjects", "/api/v1/mail/suppressions",
        "/api/v1/templates", "/api/v1/templates/render", "/api/v1/templates/search", "/api/v1/templates/show",
        "/api/v1/tickets/attachment", "/api/v1/tickets/query", "/api/v1/tickets/responses", "/api/v1/tickets/responses/query",
        "/api/v1/tickets/show",
        "/api/v1/workflow/interventions", "/api/v1/workflow/interventions/calls", "/api/v1/workflow/queues",
    ];

    private static readonly string[] OfEverybody = ["/api/idempotency_key", "/api/v1/idempotency_key"];

    private const string OfAnyToken = "/api/v1/token";

    private static readonly string[] OutsideOfTheApi =
        ["/health/live", "/health/ready", "/metrics", "/openapi/{documentName}"];

    [Test]
    public void Endpoints_Always_AskForWhatTheirPathStandsFor()
    {
        foreach (var (name, _, _, rules) in RouteTable.Of(Server))
        {
            var path = name.Split(' ')[1];
            rules.IsAnonymous.ShouldBe(OfEverybody.Contains(path), name);
            rules.Ability.ShouldBe(rules.IsAnonymous || path == OfAnyToken ? null : AbilityOf(path), name);
        }

        RouteTable.WithoutRules(Server).ShouldBe(OutsideOfTheApi, ignoreOrder: true);
    }

    [Test]
    public async Task Endpoints_ByEveryKindOfToken_LetInWhoMay()
    {
        var staff = await AddUserAsync("staff@example.org");
        var ofStaff = await ClientWithAsync(Ability.All, owner: staff);
        var elsewhere = await ClientWithAsync(Ability.All, allowedIp: "203.0.113.7");
        var (revoked, expired, left) = (await RevokedAsync(), await ExpiredAsync(), await OfSomeoneWhoLeftAsync());
        var wrong = new List<string>();
        var endpoints = RouteTable.Of(Server);
        foreach (var (_, path, method, rules) in endpoints)
        {
            async Task ExpectAsync(string who, ApiClient client, int status)
            {
                var answer = await client.SendAsync(method, path, new StringContent(Broken, null, "application/json"));
                if (status == 200 ? answer.Status is 401 or 403 : answer.Status != status)
                {
                    wrong.Add($"{method} {path} by {who}: {answer.Status}, expected {status}");
                }
            }

            var letIn = rules.HasRawBody ? 200 : 400;
            await ExpectAsync("no token", Anonymous, rules.IsAnonymous ? letIn : 401);
            if (rules.IsAnonymous)
            {
                continue;
            }

            await ExpectAsync("a wrong secret", Server.ClientOf("1|wrong"), 401);
            await ExpectAsync("an unknown id", Server.ClientOf("999999|wrong"), 401);
            await ExpectAsync("a malformed token", Server.ClientOf("nonsense"), 401);
            await ExpectAsync("a revoked token", revoked, 401);
            await ExpectAsync("an expired token", expired, 401);
            await ExpectAsync("a token of someone who left", left, 401);
            await ExpectAsync("a token of another address", elsewhere, 403);
            await ExpectAsync("the first token", Admin, letIn);
            if (rules.Ability is { } ability)
            {
                await ExpectAsync("a token with the rest", await ClientWithAsync(AllBut(ability)), 403);
                await ExpectAsync("a token with just that", await ClientWithAsync([ability]), letIn);
                await ExpectAsync("an owner who is no admin", ofStaff, Ability.NeedsAdmin(ability) ? 403 : letIn);
                if (ability.EndsWith(":write", StringComparison.Ordinal))
                {
                    await ExpectAsync("a reader", await ClientWithAsync([ability[..^5] + "read"]), 403);
                }
                else if (ability.EndsWith(":read", StringComparison.Ordinal))
                {
                    await ExpectAsync("a writer", await ClientWithAsync([ability[..^4] + "write"]), letIn);
                }
            }
        }

        wrong.ShouldBeEmpty();
        endpoints.Count.ShouldBeGreaterThan(14);
    }

    private static string AbilityOf(string path) => WithoutVersion.TryGetValue(path, out var ability)
        ? ability!
        : $"{path.Split('/')[3]}:{(Reads.Contains(path) ? "read" : "write")}";

    private async Task<ApiClient> RevokedAsync()
    {
        var client = await ClientWithAsync(Ability.All);
        var id = (await client.PostAsync("/api/v1/token")).Data.GetProperty("api_token").GetProperty("id").GetInt64();
        await Admin.PostAsync("/api/v1/administration/api-tokens/revoke", new { id });
        return client;
    }

    private async Task<ApiClient> ExpiredAsync()
    {
        var client = await ClientWithAsync(Ability.All, expiresAt: Server.Clock.GetUtcNow().AddMinutes(1));
        Server.Clock.Advance(TimeSpan.FromMinutes(2));
        return client;
    }

    private async Task<ApiClient> OfSomeoneWhoLeftAsync()
    {
        var user = await AddUserAsync("left@example.org", isAdmin: true);
        var client = await ClientWithAsync(Ability.All, owner: user);
        await Admin.PostAsync($"/api/v1/administration/users/{user}/update", new { is_active = false });
        return client;
    }

    private static IEnumerable<string> AllBut(string ability) =>
        Ability.All.Where(one => one != ability && !Ability.Allows([one], ability));
}
