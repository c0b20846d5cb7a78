using System.Text.Json;
using NUnit.Framework;
using Shouldly;
using Tickiti.FunctionalTests.Common;

namespace Tickiti.FunctionalTests.Mailboxes;

public sealed class MailboxesTests(TestDatabase database) : ApiTests(database)
{
    private const string Root = "/api/v1/mail/mailboxes";
    private const string Secret = "Tr0ub4dor&3";

    [Test]
    public async Task List_AfterTheFirstStart_HasTheLocalMailboxAndTheInbox()
    {
        var data = (await Admin.PostAsync(Root)).Data;

        var local = data.GetProperty("mailboxes").EnumerateArray().Single();
        local.GetProperty("mailbox_type").GetString().ShouldBe("local");
        local.GetProperty("outgoing_mailbox_type").GetString().ShouldBe("local");
        data.GetProperty("queues").EnumerateArray().Single().GetProperty("name").GetString().ShouldBe("Inbox");
    }

    [Test]
    public async Task Create_WhenGiven_AnswersTheMailboxWhole()
    {
        var mailbox = await CreateAsync(new { name = " Support ", address = "Support@Example.test" });

        mailbox.GetProperty("id").GetInt64().ShouldBeGreaterThan(1);
        mailbox.GetProperty("name").GetString().ShouldBe("Support");
        mailbox.GetProperty("queue_id").GetInt64().ShouldBe(1);
        mailbox.GetProperty("hourly_budget").ValueKind.ShouldBe(JsonValueKind.Null);
        mailbox.GetProperty("health").GetProperty("state").GetString().ShouldBe("disabled");
        mailbox.EnumerateObject().Select(field => field.Name).ShouldBe(
        [
            "id", "name", "address", "from_name", "mailbox_type", "queue_id", "intake", "import", "pop_enable", "pop_server",
            "pop_port", "pop_encryption", "pop_username", "pop_validate_cert", "leave_on_server", "leave_on_server_days",
            "outgoing_mailbox_type", "smtp_enable", "smtp_server", "smtp_port", "smtp_security", "smtp_username",
            "smtp_validate_cert", "plus_addressing", "return_path", "auto_response", "hourly_budget", "max_consecutive_errors",
            "secondary_report_threshold", "gmail_connected", "has_pop_password", "has_smtp_password", "has_client_secret",
            "health", "created_at", "updated_at",
        ]);
    }

    [TestCase("""{"address":"a@example.test"}""", "name")]
    [TestCase("""{"name":"A"}""", "address")]
    [TestCase("""{"name":"A","address":"no address"}""", "address")]
    [TestCase("""{"name":"A","address":"a@example.test","mailbox_type":"pigeon"}""", "mailbox_type")]
    [TestCase("""{"name":"A","address":"a@example.test","mailbox_type":"gmail"}""", "mailbox_type")]
    [TestCase("""{"name":"A","address":"a@example.test","mailbox_type":"office365"}""", "mailbox_type")]
    [TestCase("""{"name":"A","address":"a@example.test","mailbox_type":7}""", "mailbox_type")]
    [TestCase("""{"name":"A","address":"a@example.test","pop_port":0}""", "pop_port")]
    [TestCase("""{"name":"A","address":"a@example.test","pop_port":65536}""", "pop_port")]
    [TestCase("""{"name":"A","address":"a@example.test","pop_port":"995"}""", "pop_port")]
    [TestCase("""{"name":"A","address":"a@example.test","pop_port":99999999999}""", "pop_port")]
    [TestCase("""{"name":"A","address":"a@example.test","pop_encryption":"starttls"}""", "pop_encryption")]
    [TestCase("""{"name":"A","address":"a@example.test","queue_id":4711}""", "queue_id")]
    [TestCase("""{"name":"A","address":"a@example.test","pop_password":"x"}""", "pop_password")]
    [TestCase("""{"name":"A","address":"a@example.test","smtp_password":""}""", "smtp_password")]
    [TestCase("""{"name":"A","address":"a@example.test","client_secret":"x"}""", "client_secret")]
    [TestCase("""{"name":"A\nB","address":"a@example.test"}""", "name")]
    [TestCase("""{"name":"A","address":"a@example.test","pop_enable":true,"pop_username":"u"}""", "pop_server")]
    public async Task Create_WhenAFieldIsWrong_NamesItAndCreatesNothing(string body, string field)
    {
        var answer = await Admin.PostTextAsync($"{Root}/create", body);

        answer.Status.ShouldBe(422);
        answer.Error.ShouldBe("validation_failed");
        answer.Fields.ShouldBe([field]);
        (await Admin.PostAsync(Root)).Data.GetProperty("mailboxes").GetArrayLength().ShouldBe(1);
    }

    [Test]
    public async Task Create_WhenTwoTakeOneNameAtOnce_LetsOneHaveIt()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(
            i => Admin.PostAsync($"{Root}/create", new { name = "Same", address = $"a{i}@example.test" })));

        answers.Count(answer => answer.Status == 200).ShouldBe(1);
        answers.Where(answer => answer.Status != 200).ShouldAllBe(answer => answer.Status == 422 && answer.Fields[0] == "name");
    }

    [Test]
    public async Task Create_WithAKey_IsDoneOnce()
    {
        var key = NewKey();
        var body = new { name = "Keyed", address = "keyed@example.test" };
        var first = await Admin.PostAsync($"{Root}/create", body, key);

        var again = await Admin.PostAsync($"{Root}/create", body, key);

        again.IsReplay.ShouldBeTrue();
        again.Text.ShouldBe(first.Text);
    }

    [Test]
    public async Task Update_WhenOneFieldIsGiven_ChangesThatAlone()
    {
        var before = await CreateAsync(new { name = "Support", address = "s@example.test", hourly_budget = 7, pop_port = 110 });

        var after = (await Admin.PostAsync($"{Root}/update", new { mailbox_id = before.GetProperty("id").GetRawText(), from_name = "Team" })).Data.GetProperty("mailbox");

        after.GetProperty("from_name").GetString().ShouldBe("Team");
        foreach (var field in before.EnumerateObject().Where(one => one.Name is not ("from_name" or "updated_at" or "created_at")))
        {
            after.GetProperty(field.Name).GetRawText().ShouldBe(field.Value.GetRawText());
        }
    }

    [Test]
    public async Task Update_WhenTheBudgetIsNull_TakesItAway()
    {
        var id = await CreatedAsync(new { name = "Support", address = "s@example.test", hourly_budget = 7 });

        var after = await Admin.PostAsync($"{Root}/update", new { mailbox_id = id, hourly_budget = (int?)null });

        after.Data.GetProperty("mailbox").GetProperty("hourly_budget").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [TestCase("update")]
    [TestCase("delete")]
    [TestCase("poll")]
    public async Task Action_WithoutAnId_NamesTheField(string action) =>
        (await Admin.PostAsync($"{Root}/{action}", new { })).Fields.ShouldBe(["mailbox_id"]);

    [TestCase("update")]
    [TestCase("delete")]
    [TestCase("poll")]
    [TestCase("health")]
    [TestCase("test")]
    public async Task Action_OnAnUnknownMailbox_IsNotFound(string action) =>
        (await Admin.PostAsync($"{Root}/{action}", new { mailbox_id = 4711 })).Status.ShouldBe(404);

    [Test]
    public async Task SetPassword_WhenSet_IsSaidAndNeverShown()
    {
        var id = await CreatedAsync(Fetching());

        var set = await Admin.PostAsync($"{Root}/set-password", new { mailbox_id = id, field = "pop_password", value = Secret });

        set.Data.GetRawText().ShouldBe($$"""{"mailbox_id":{{id}},"field":"pop_password"}""");
        var list = await Admin.PostAsync(Root);
        list.Text.ShouldNotContain(Secret);
        var mailbox = list.Data.GetProperty("mailboxes").EnumerateArray().Last();
        mailbox.GetProperty("has_pop_password").GetBoolean().ShouldBeTrue();
        mailbox.GetProperty("has_smtp_password").GetBoolean().ShouldBeFalse();
    }

    [Test]
    public async Task SetPassword_WhenCleared_MakesTheMailboxIncomplete()
    {
        var id = await CreatedAsync(Fetching());
        await Admin.PostAsync($"{Root}/set-password", new { mailbox_id = id, field = "pop_password", value = Secret });

        await Admin.PostAsync($"{Root}/set-password", new { mailbox_id = id, field = "pop_password", value = "" });

        var health = (await Admin.PostAsync($"{Root}/health", new { mailbox_id = id })).Data.GetProperty("mailboxes")[0];
        health.GetProperty("state").GetString().ShouldBe("incomplete");
        health.GetProperty("outgoing").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [TestCase("""{"mailbox_id":2,"field":"password","value":"SECRET"}""", "field")]
    [TestCase("""{"mailbox_id":2,"field":"pop_password"}""", "value")]
    [TestCase("""{"mailbox_id":2,"field":"pop_password","value":["SECRET"]}""", "value")]
    [TestCase("""{"mailbox_id":2,"field":"pop_password","value":"SECRET\r\nQUIT"}""", "value")]
    [TestCase("""{"field":"pop_password","value":"SECRET"}""", "mailbox_id")]
    public async Task SetPassword_WhenMalformed_NamesTheFieldAndRepeatsNothing(string body, string field)
    {
        var answer = await Admin.PostTextAsync($"{Root}/set-password", body.Replace("SECRET", Secret, StringComparison.Ordinal));

        answer.Status.ShouldBe(422);
        answer.Fields.ShouldBe([field]);
        answer.Text.ShouldNotContain(Secret);
    }

    [Test]
    public async Task SetPassword_WithAKey_IsDoneOnceAndWithAnotherPasswordRefused()
    {
        var id = await CreatedAsync(Fetching());
        var key = NewKey();
        Task<ApiAnswer> SetAsync(string value) =>
            Admin.PostAsync($"{Root}/set-password", new { mailbox_id = id, field = "pop_password", value }, key);
        await SetAsync(Secret);

        (await SetAsync(Secret)).IsReplay.ShouldBeTrue();
        (await SetAsync("another")).Error.ShouldBe("idempotency_key_conflict");
    }

    [Test]
    public async Task Delete_WhenUnused_IsGone()
    {
        var id = await CreatedAsync(new { name = "Support", address = "s@example.test" });

        (await Admin.PostAsync($"{Root}/delete", new { mailbox_id = id })).Data.GetProperty("mailbox_id").GetInt64().ShouldBe(id);

        (await Admin.PostAsync(Root)).Data.GetProperty("mailboxes").GetArrayLength().ShouldBe(1);
        await CreateAsync(new { name = "Support", address = "s@example.test" });
    }

    [Test]
    public async Task Poll_WhenItCannotFetch_SaysSo()
    {
        var id = await CreatedAsync(new { name = "Support", address = "s@example.test" });

        (await Admin.PostAsync($"{Root}/poll", new { mailbox_id = id })).Fields.ShouldBe(["mailbox_id"]);
        (await Admin.PostAsync($"{Root}/poll", new { mailbox_id = 1 })).Status.ShouldBe(200);
    }

    [Test]
    public async Task Calls_WithoutAToken_AreUnauthenticated() => (await Anonymous.PostAsync(Root)).Status.ShouldBe(401);

    private static object Fetching() =>
        new { name = "Support", address = "s@example.test", pop_enable = true, pop_server = "pop.example.test", pop_username = "s" };

    private async Task<JsonElement> CreateAsync(object body) =>
        (await Admin.PostAsync($"{Root}/create", body)).Data.GetProperty("mailbox");

    private async Task<long> CreatedAsync(object body) => (await CreateAsync(body)).GetProperty("id").GetInt64();
}
