using System.Text.Json;
using NUnit.Framework;
using Shouldly;
using Tickiti.FunctionalTests.Common;

namespace Tickiti.FunctionalTests.Templates;

public sealed class TemplateTests(TestDatabase database) : ApiTests(database)
{
    private const string Templates = "/api/v1/templates";

    [Test]
    public async Task Create_OfATemplate_IsShownListedAndFound()
    {
        var created = await Admin.PostAsync($"{Templates}/create", Invoice());

        var template = created.Data.GetProperty("template");
        template.GetProperty("is_enabled").GetBoolean().ShouldBeTrue();
        template.GetProperty("type").GetString().ShouldBe("email");
        var id = template.GetProperty("id").GetInt64();
        (await Admin.PostAsync($"{Templates}/show", new { id })).Data.GetProperty("template").GetRawText().ShouldBe(template.GetRawText());
        (await Admin.PostAsync($"{Templates}/show", new { identifier = "INVOICE_delivery" })).Data.GetProperty("template")
            .GetProperty("id").GetInt64().ShouldBe(id);
        (await Admin.PostAsync(Templates)).Data.GetProperty("templates")[0].TryGetProperty("content", out _).ShouldBeFalse();
        (await FoundAsync(new { q = "NUMBER" })).ShouldBe(1);
        (await FoundAsync(new { q = "by the SHOP" })).ShouldBe(1);
        (await FoundAsync(new { q = "100%" })).ShouldBe(0);
        (await FoundAsync(new { type = "notification" })).ShouldBe(0);
        (await FoundAsync(new { is_enabled = true, type = "email", q = "invoice" })).ShouldBe(1);
    }

    [Test]
    public async Task List_OfMoreThanAPage_GoesOnWithTheCursor()
    {
        foreach (var identifier in new[] { "a", "b", "c" })
        {
            await AddAsync(identifier, "s", "c");
        }

        var first = (await Admin.PostAsync(Templates, new { limit = 2 })).Data;
        first.GetProperty("templates").EnumerateArray().Select(one => one.GetProperty("identifier").GetString()).ShouldBe(["a", "b"]);
        var rest = (await Admin.PostAsync(Templates, new { limit = 2, cursor = first.GetProperty("next_cursor").GetString() })).Data;
        rest.GetProperty("templates").EnumerateArray().Select(one => one.GetProperty("identifier").GetString()).ShouldBe(["c"]);
        rest.GetProperty("next_cursor").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [TestCase("""{}""", "type", "identifier", "subject", "content")]
    [TestCase("""{"type":"letter","identifier":"a","subject":"s","content":"c"}""", "type")]
    [TestCase("""{"type":"email","identifier":"a b","subject":"s","content":"c"}""", "identifier")]
    [TestCase("""{"type":"email","identifier":"a","subject":"s\n","content":"c"}""", "subject")]
    [TestCase("""{"type":"email","identifier":"a","subject":"{{#if","content":"c"}""", "subject")]
    [TestCase("""{"type":"email","identifier":"a","subject":"s","content":"{{#if a}}"}""", "content")]
    [TestCase("""{"type":"email","identifier":"a","subject":"s","content":7}""", "content")]
    public async Task Create_WithABadField_NamesIt(string body, params string[] fields)
    {
        var answer = await Admin.PostTextAsync($"{Templates}/create", body);

        answer.Status.ShouldBe(422);
        answer.Fields.ShouldBe(fields);
    }

    [Test]
    public async Task Create_OfWhatDoesNotCompile_SaysLineAndColumn()
    {
        var answer = await Admin.PostAsync(
            $"{Templates}/create", new { type = "email", identifier = "a", subject = "s", content = "<p>\n  {{#each items}}<b>{{name}}</b>" });

        answer.Error.ShouldBe("validation_failed");
        answer.Body.GetProperty("errors").GetProperty("content")[0].GetString()
            .ShouldBe("Line 2, column 3: the block 'each' is never closed.");
    }

    [Test]
    public async Task Create_WithATakenIdentifier_IsRefused()
    {
        await AddAsync("welcome", "s", "c");

        (await Admin.PostAsync($"{Templates}/create", new { type = "email", identifier = "Welcome", subject = "s", content = "c" }))
            .Fields.ShouldBe(["identifier"]);
    }

    [Test]
    public async Task Update_OfSomeFields_LeavesTheRestAndIsUsedAtOnce()
    {
        var id = await AddAsync("welcome", "Hello {{name}}", "<p>{{name}}</p>");
        await RenderAsync("welcome", new { name = "x" });

        var updated = await Admin.PostAsync($"{Templates}/update", new { template = new { id, content = "<b>{{name}}</b>" } });

        updated.Data.GetProperty("template").GetProperty("subject").GetString().ShouldBe("Hello {{name}}");
        (await RenderAsync("welcome", new { name = "x" })).Data.GetProperty("content").GetString().ShouldBe("<b>x</b>");
    }

    [TestCase("""{}""", 422, "template.id")]
    [TestCase("""{"template":{"id":4711}}""", 404)]
    [TestCase("""{"template":{"id":1,"subject":" "}}""", 422, "template.subject")]
    public async Task Update_OfABadRequest_IsRefused(string body, int status, params string[] fields)
    {
        var answer = await Admin.PostTextAsync($"{Templates}/update", body);

        answer.Status.ShouldBe(status);
        answer.Fields.ShouldBe(fields);
    }

    [Test]
    public async Task Update_ToWhatDoesNotCompile_LeavesTheTemplateAsItWas()
    {
        var id = await AddAsync("welcome", "s", "c");

        (await Admin.PostAsync($"{Templates}/update", new { template = new { id, content = "{{#if}}" } })).Fields.ShouldBe(["template.content"]);
        (await RenderAsync("welcome", new { })).Data.GetProperty("content").GetString().ShouldBe("c");
    }

    [Test]
    public async Task Delete_OfATemplate_TakesItAwayAtOnce()
    {
        var id = await AddAsync("welcome", "s", "c");
        await RenderAsync("welcome", new { });

        (await Admin.PostAsync($"{Templates}/delete", new { id })).Data.GetProperty("id").GetInt64().ShouldBe(id);

        (await RenderAsync("welcome", new { })).Fields.ShouldBe(["template_identifier"]);
        (await Admin.PostAsync($"{Templates}/delete", new { id })).Status.ShouldBe(404);
    }

    [Test]
    public async Task Preview_OfADisabledTemplateOrAnUnsavedOne_ShowsTheResult()
    {
        var id = await AddAsync("draft", "Hi {{name}}", "<p>{{name}}</p>", isEnabled: false);
        var data = new { name = "a & b" };

        foreach (var asked in new object[]
        {
            new { id, data }, new { identifier = "draft", data }, new { subject = "Hi {{name}}", content = "<p>{{name}}</p>", data },
        })
        {
            var answer = await Admin.PostAsync($"{Templates}/render", asked);
            answer.Data.GetProperty("subject").GetString().ShouldBe("Hi a & b");
            answer.Data.GetProperty("content").GetString().ShouldBe("<p>a &amp; b</p>");
        }

        (await Admin.PostAsync($"{Templates}/render", new { content = "a {{#if" })).Fields.ShouldBe(["content"]);
        (await Admin.PostAsync($"{Templates}/render", new { id, identifier = "draft" })).Fields.ShouldBe(["id"]);
        (await Admin.PostAsync($"{Templates}/render", new { identifier = "none" })).Status.ShouldBe(404);
    }

    [Test]
    public async Task RenderTemplate_WithAKey_AnswersAndReplays()
    {
        await AddAsync("welcome", "Hi {{name}}", "<p>{{name}}</p>");
        var key = NewKey();
        var body = new { template_identifier = "welcome", data = new { name = "<M>" } };

        var first = await Admin.PostAsync("/api/render_template", body, key);
        var second = await Admin.PostAsync("/api/render_template", body, key);

        first.Text.ShouldBe("""{"ok":true,"data":{"template_identifier":"welcome","subject":"Hi <M>","content":"<p>&lt;M&gt;</p>"}}""");
        second.IsReplay.ShouldBeTrue();
        second.Text.ShouldBe(first.Text);
        (await Admin.PostAsync("/api/render_template", new { template_identifier = "welcome", data = new { name = "x" } }, key))
            .Error.ShouldBe("idempotency_key_conflict");
    }

    [Test]
    public async Task RenderTemplate_WithoutAKey_IsRefused() =>
        (await Admin.PostAsync("/api/render_template", new { template_identifier = "t", data = new { } })).Error.ShouldBe("validation_failed");

    [TestCase("""{"data":{}}""", "template_identifier")]
    [TestCase("""{"template_identifier":"t"}""", "data")]
    [TestCase("""{"template_identifier":"t","data":[]}""", "data")]
    [TestCase("""{"template_identifier":"missing","data":{}}""", "template_identifier")]
    [TestCase("""{"template_identifier":"off","data":{}}""", "template_identifier")]
    public async Task RenderTemplate_OfABadRequest_NamesTheField(string body, string field)
    {
        await AddAsync("off", "s", "c", isEnabled: false);

        var answer = await Admin.PostTextAsync("/api/render_template", body, NewKey());

        answer.Status.ShouldBe(422);
        answer.Error.ShouldBe("validation_failed");
        answer.Fields.ShouldBe([field]);
    }

    [Test]
    public async Task RenderTemplate_OfLoopsWithoutEnd_IsRefusedInTime()
    {
        await AddAsync("loop", "s", "{{#each a}}{{#each ../a}}{{#each ../../a}}{{#each ../../../a}}{{/each}}{{/each}}{{/each}}{{/each}}");

        var answer = await RenderAsync("loop", new { a = Enumerable.Range(0, 2000) });

        answer.Fields.ShouldBe(["data"]);
    }

    private Task<ApiAnswer> RenderAsync(string identifier, object data) =>
        Admin.PostAsync("/api/render_template", new { template_identifier = identifier, data }, NewKey());

    private async Task<int> FoundAsync(object query) =>
        (await Admin.PostAsync($"{Templates}/search", query)).Data.GetProperty("templates").GetArrayLength();

    private Task<long> AddAsync(string identifier, string subject, string content, bool isEnabled = true) =>
        Admin.AddTemplateAsync(identifier, subject, content, isEnabled);

    private static object Invoice() => new
    {
        type = "email",
        identifier = "invoice_delivery",
        subject = "Invoice {{invoice_number}}",
        content = "<p>{{amount}} are due on {{due_date}}.</p>",
        description = "Sent by the shop",
    };
}

internal static class TemplateClient
{
    public static async Task<long> AddTemplateAsync(
        this ApiClient client, string identifier, string subject, string content, bool isEnabled = true)
    {
        var added = await client.PostAsync(
            "/api/v1/templates/create", new { type = "email", identifier, subject, content, is_enabled = isEnabled });
        return added.Data.GetProperty("template").GetProperty("id").GetInt64();
    }
}
