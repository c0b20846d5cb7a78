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

    [Test]
    public async Task Endpoints_ByEveryKindOfToken_LetInWhoMay()
    {
        var staff = await AddUserAsync("staff@example.org");
        var ofStaff = await ClientWithAsync(Ability.All, owner: staff);
        var elsewhere = await ClientWithAsync(Ability.All, allowedIp: "203.0.113.7");
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

    private static IEnumerable<string> AllBut(string ability) =>
        Ability.All.Where(one => one != ability && !Ability.Allows([one], ability));
}
