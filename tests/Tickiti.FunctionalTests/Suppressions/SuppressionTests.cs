using NUnit.Framework;
using Shouldly;
using Tickiti.FunctionalTests.Common;

namespace Tickiti.FunctionalTests.Suppressions;

public sealed class SuppressionTests(TestDatabase database) : ApiTests(database)
{
    private const string Path = "/api/v1/mail/suppressions";

    [Test]
    public async Task Create_OfAnAddress_RefusesMailToItUntilItIsDeleted()
    {
        var added = (await Admin.PostAsync($"{Path}/create", new { email = " Ada@Customer.test ", note = "Asked by phone." })).Data.GetProperty("suppression");
        added.GetProperty("email").GetString().ShouldBe("ada@customer.test");
        added.GetProperty("reason").GetString().ShouldBe("manual");
        added.GetProperty("note").GetString().ShouldBe("Asked by phone.");
        added.GetProperty("expires_at").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        (await SendAsync("ada@customer.test")).Error.ShouldBe("recipient_suppressed");

        (await Admin.PostAsync($"{Path}/delete", new { email = "ADA@customer.test" })).Data.GetProperty("email").GetString().ShouldBe("ada@customer.test");
        (await SendAsync("ada@customer.test")).Status.ShouldBe(200);
        (await Admin.PostAsync($"{Path}/delete", new { email = "ada@customer.test" })).Status.ShouldBe(404);
    }

    [Test]
    public async Task Create_Twice_UpdatesTheOne()
    {
        var first = (await Admin.PostAsync($"{Path}/create", new { email = "ada@customer.test", note = "first" })).Data.GetProperty("suppression");
        var second = (await Admin.PostAsync($"{Path}/create", new { email = "ada@customer.test", reason = "unsubscribe" })).Data.GetProperty("suppression");

        second.GetProperty("id").GetInt64().ShouldBe(first.GetProperty("id").GetInt64());
        second.GetProperty("reason").GetString().ShouldBe("unsubscribe");
        (await Admin.PostAsync(Path)).Data.GetProperty("suppressions").GetArrayLength().ShouldBe(1);
    }

    [Test]
    public async Task Bounce_AfterThirtyDays_IsOver()
    {
        await Admin.PostAsync($"{Path}/create", new { email = "ada@customer.test", reason = "bounce" });
        Server.Clock.Advance(TimeSpan.FromDays(29));
        (await SendAsync("ada@customer.test")).Status.ShouldBe(422);
        Server.Clock.Advance(TimeSpan.FromDays(2));

        (await SendAsync("ada@customer.test")).Status.ShouldBe(200);
        (await Admin.PostAsync(Path)).Data.GetProperty("suppressions").GetArrayLength().ShouldBe(0);
    }

    [TestCase("""{}""", "email")]
    [TestCase("""{"email":"nobody"}""", "email")]
    [TestCase("""{"email":"a@b.test","reason":"dislike"}""", "reason")]
    [TestCase("""{"email":"a@b.test","reason":""}""", "reason")]
    [TestCase("""{"email":"a@b.test","note":5}""", "note")]
    public async Task Create_OfWhatIsNone_IsRefused(string body, string field)
    {
        var answer = await Admin.PostTextAsync($"{Path}/create", body);

        answer.Status.ShouldBe(422);
        answer.Fields.ShouldBe([field]);
    }

    [Test]
    public async Task List_ByCursorAndPart_FindsEachOnce()
    {
        for (var i = 0; i < 5; i++)
        {
            await Admin.PostAsync($"{Path}/create", new { email = $"person{i}@customer.test" });
        }

        await Admin.PostAsync($"{Path}/create", new { email = "other@shop.test" });
        var seen = new List<string?>();
        string? cursor = null;
        do
        {
            var page = (await Admin.PostAsync(Path, new { q = "CUSTOMER", limit = 2, cursor })).Data;
            seen.AddRange(page.GetProperty("suppressions").EnumerateArray().Select(one => one.GetProperty("email").GetString()));
            cursor = page.GetProperty("next_cursor").GetString();
        }
        while (cursor is not null);

        seen.ShouldBe(Enumerable.Range(0, 5).Reverse().Select(i => $"person{i}@customer.test"));
        (await Admin.PostAsync(Path, new { cursor = "x" })).Fields.ShouldBe(["cursor"]);
        (await Admin.PostAsync(Path, new { limit = 501 })).Fields.ShouldBe(["limit"]);
    }

    private Task<ApiAnswer> SendAsync(string to) =>
        Admin.PostAsync("/api/send_email", new { to_address = to, subject = "Hi", content = "<p>x</p>" }, NewKey());
}
