using System.Text.Json;
using NUnit.Framework;
using Shouldly;
using Tickiti.FunctionalTests.Common;

namespace Tickiti.FunctionalTests.Tickets;

/// <summary>Answering and reading a ticket.</summary>
public sealed class TicketEndpointTests(TestDatabase database) : ApiTests(database)
{
    private const string Respond = "/api/ticket_respond";
    private const string V1 = "/api/v1/tickets";

    [TestCase(Respond)]
    [TestCase(V1 + "/respond")]
    public async Task Respond_ToAClosedTicket_SaysThatItReopened(string path)
    {
        var number = await OpenAsync(status: "closed");

        var answer = await Admin.PostAsync(path, Answer(number), NewKey());

        answer.Status.ShouldBe(200);
        answer.Data.EnumerateObject().Select(field => field.Name).ShouldBe(["ticket_id", "response_id", "reopened"]);
        answer.Data.GetProperty("reopened").GetBoolean().ShouldBeTrue();
        (await TicketAsync(number)).GetProperty("status").GetString().ShouldBe("open");
    }

    [Test]
    public async Task Respond_WithNumbersAsText_IsTaken()
    {
        var number = await OpenAsync();

        var answer = await Admin.PostAsync(
            Respond, new { ticket_number = $"{number}", from_email = "s@desk.example", content = "c" }, NewKey());

        answer.Status.ShouldBe(200);
    }

    [Test]
    public async Task Respond_WhenRepeatedAtBothAddresses_AnswersTheSameBytes()
    {
        var (number, key) = (await OpenAsync(), NewKey());

        var first = await Admin.PostAsync(Respond, Answer(number), key);
        var again = await Admin.PostAsync(V1 + "/respond", Answer(number), key);

        again.IsReplay.ShouldBeTrue();
        again.Text.ShouldBe(first.Text);
        (await ResponsesAsync(number)).Count.ShouldBe(2);
    }

    [TestCase("""{"ticket_number":220001,"from_email":"a@b.example","content":"c","is_intern":true}""", 422, "is_intern")]
    [TestCase("""{"ticket_number":220001,"from_email":"a@b.example","content":"c","status":"open","keep_status":true}""", 422, "keep_status")]
    [TestCase("""{"ticket_number":220001,"from_email":"a@b.example"}""", 422, "content")]
    [TestCase("""{"ticket_number":220001,"ticket_id":1,"from_email":"a@b.example","content":"c"}""", 422, "ticket_number")]
    [TestCase("""{"from_email":"a@b.example","content":"c"}""", 422, "ticket_number")]
    [TestCase("""{"ticket_number":220001,"content":"c"}""", 422, "from_email")]
    [TestCase("""{"ticket_number":"12x","from_email":"a@b.example","content":"c"}""", 422, "ticket_number")]
    [TestCase("""{"ticket_number":220001,"from_email":"a@b.example","content":"c","attachments":[{"name":"a","content_base64":"!"}]}""", 422, "attachments[0].content_base64")]
    [TestCase("""{"ticket_number":220001,"from_email":"a@b.example","content":"c","attachments":[{"name":"a"}]}""", 422, "attachments[0].sha256")]
    [TestCase("""{"ticket_number":999999,"from_email":"a@b.example","content":"c"}""", 404, "")]
    public async Task Respond_WhenItMakesNoSense_SaysWhy(string body, int status, string field)
    {
        var answer = await Admin.PostTextAsync(Respond, body, NewKey());

        answer.Status.ShouldBe(status);
        string.Join(',', answer.Fields).ShouldBe(field);
    }

    [Test]
    public async Task RespondFlat_WithoutAKey_AddsAResponse()
    {
        var number = await OpenAsync();

        var answer = await Admin.PostAsync(
            $"/api/tickets/{number}/respond", new { from_email = "s@desk.example", content = "note", is_internal = true });

        answer.Status.ShouldBe(200);
        (await ResponsesAsync(number))[^1].GetProperty("is_internal").GetBoolean().ShouldBeTrue();
        (await Admin.PostAsync($"/api/tickets/{number}/respond", new { from_email = "s@desk.example", content = "x", internal_ = true }))
            .Fields.ShouldBe(["internal_"]);
        (await Admin.PostAsync("/api/tickets/999999/respond", new { from_email = "s@desk.example", content = "x" })).Status.ShouldBe(404);
        (await Admin.PostAsync("/api/tickets/abc/respond", new { from_email = "s@desk.example", content = "x" })).Status.ShouldBe(404);
    }

    [Test]
    public async Task Show_OfATicket_HasIdsAsTextAndTheNumberAsANumber()
    {
        var number = await OpenAsync();
        await Admin.PostAsync(
            Respond,
            new
            {
                ticket_number = number,
                from_email = "s@desk.example",
                content = "<p onclick=x()>Hi<script>1</script></p>",
                attachments = new[] { new { name = "a.txt", content_type = "text/plain", content_base64 = "aGk=" } },
            },
            NewKey());

        var data = (await Admin.PostAsync(V1 + "/show", new { ticket_number = number })).Data;

        var ticket = data.GetProperty("ticket");
        ticket.GetProperty("id").ValueKind.ShouldBe(JsonValueKind.String);
        ticket.GetProperty("number").GetInt64().ShouldBe(number);
        ticket.GetProperty("created_at").GetString()!.ShouldEndWith("+00:00");
        var response = data.GetProperty("responses")[1];
        response.EnumerateObject().Select(field => field.Name).ShouldBe(
        [
            "id", "ticket_number", "is_internal", "is_pinned", "staff_response", "created_by_email", "created_at", "updated_at", "is_email_sourced",
            "not_sent", "thread_confidence", "html", "plain_text", "spans", "attachments",
        ]);
        response.GetProperty("html").GetString().ShouldBe("<p>Hi</p>");
        response.GetProperty("spans")[0].GetRawText().ShouldBe("""{"kind":"visible","text":"Hi"}""");
        response.GetProperty("attachments")[0].GetProperty("name").GetString().ShouldBe("a.txt");
        (await Admin.PostAsync(V1 + "/show", new { ticket_number = 999_999 })).Status.ShouldBe(404);
        (await Admin.PostAsync(V1 + "/show", new { ticket_number = number, fields = new[] { "all" } })).Fields.ShouldBe(["fields[0]"]);
    }

    [Test]
    public async Task Attachment_OfAResponse_IsReadWholeOrInRanges()
    {
        var number = await OpenAsync();
        await Admin.PostAsync(
            Respond,
            new
            {
                ticket_number = number,
                from_email = "s@desk.example",
                content = "c",
                attachments = new[] { new { name = "run.exe", content_base64 = "MDEyMzQ1Njc4OQ==" } },
            },
            NewKey());
        var id = (await ResponsesAsync(number))[^1].GetProperty("attachments")[0].GetProperty("id").GetString();

        var range = await Admin.PostAsync(
            V1 + "/attachment",
            new { ticket_number = number, response_attachment_id = id, intent = "review_ok", offset = 2, length = 3 });

        range.Data.GetProperty("content_base64").GetBytesFromBase64().ShouldBe("234"u8.ToArray());
        range.Data.GetProperty("file_size").GetInt64().ShouldBe(10);
        (await Admin.PostAsync(V1 + "/attachment", new { ticket_number = number, response_attachment_id = id })).Error
            .ShouldBe("attachment_blocked");
        (await Admin.PostAsync(V1 + "/attachment", new { ticket_number = number, response_attachment_id = 999 })).Status.ShouldBe(404);
    }

    [TestCase(V1 + "/query")]
    [TestCase("/api/tickiti_api_index")]
    public async Task Query_ByCriteria_ListsTheNewestFirstInPages(string path)
    {
        var first = await OpenAsync("Plate Ä");
        var second = await OpenAsync("plate ä");
        await OpenAsync("shoes");
        object Search(string? cursor) => new
        {
            search_object = new { criteria = new[] { new { mode = "subject", tokens = new[] { "PLATE Ä" } } } },
            row_limit = 1,
            cursor,
        };

        var page = (await Admin.PostAsync(path, Search(null))).Data;
        var next = (await Admin.PostAsync(path, Search(page.GetProperty("next_cursor").GetString()))).Data;

        page.GetProperty("tickets")[0].GetProperty("number").GetInt64().ShouldBe(second);
        next.GetProperty("tickets")[0].GetProperty("number").GetInt64().ShouldBe(first);
        next.GetProperty("next_cursor").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [TestCase("""{"search_object":{"criteria":[{"mode":"mood","tokens":["x"]}]}}""", "search_object.criteria[0].mode")]
    [TestCase("""{"search_object":{"criteria":[{"mode":"subject"}]}}""", "search_object.criteria[0].tokens")]
    [TestCase("""{"search_object":{"criteria":[{"mode":"status","tokens":["x"]}]}}""", "search_object.criteria[0].tokens[0]")]
    [TestCase("""{"search_object":{"criteria":{}}}""", "search_object.criteria")]
    [TestCase("""{"row_limit":5001}""", "row_limit")]
    [TestCase("""{"row_limit":"10"}""", "row_limit")]
    [TestCase("""{"cursor":"garbage"}""", "cursor")]
    public async Task Query_WhenItMakesNoSense_NamesTheField(string body, string field)
    {
        var answer = await Admin.PostTextAsync(V1 + "/query", body);

        answer.Status.ShouldBe(422);
        answer.Fields.ShouldBe([field]);
    }

    [Test]
    public async Task Responses_OfATicket_ComeInPages()
    {
        var number = await OpenAsync();
        await Admin.PostAsync(Respond, Answer(number), NewKey());

        var page = (await Admin.PostAsync(V1 + "/responses", new { ticket_number = number, limit = 1, fields = new[] { "plain_text" } })).Data;
        var next = (await Admin.PostAsync(
            V1 + "/responses", new { ticket_number = number, limit = 1, cursor = page.GetProperty("next_cursor").GetString() })).Data;

        page.GetProperty("responses")[0].TryGetProperty("html", out _).ShouldBeFalse();
        next.GetProperty("responses")[0].GetProperty("plain_text").GetString().ShouldBe("We look into it.");
        next.GetProperty("next_cursor").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Test]
    public async Task Close_AndParticipants_ChangeTheTicket()
    {
        var number = await OpenAsync();

        var pending = await Admin.PostAsync(V1 + "/close", new { ticket_number = number, close_on = "2999-01-31" });
        var added = await Admin.PostAsync(V1 + "/participants/add", new { ticket_number = number, participants = new[] { "C@d.example" } });
        var removed = await Admin.PostAsync(V1 + "/participants/remove", new { ticket_number = number, participants = new[] { "c@D.example" } });
        var closed = await Admin.PostAsync(V1 + "/close", new { ticket_number = number });

        pending.Data.GetProperty("close_on").GetString().ShouldBe("2999-01-31");
        added.Data.GetProperty("participants")[0].GetString().ShouldBe("c@d.example");
        removed.Data.GetProperty("participants").GetArrayLength().ShouldBe(0);
        closed.Data.GetProperty("status").GetString().ShouldBe("closed");
        (await Admin.PostAsync(V1 + "/close", new { ticket_number = 999_999 })).Status.ShouldBe(404);
        (await Admin.PostAsync(V1 + "/close")).Fields.ShouldBe(["ticket_number"]);
    }

    private static object Answer(long number) =>
        new { ticket_number = number, from_email = "support@desk.example", content = "<p>We look into it.</p>" };

    private async Task<long> OpenAsync(string subject = "Plate", string? status = null)
    {
        var answer = await Admin.PostAsync(
            "/api/create_ticket",
            new { originator_email_address = "marcus@customer.example", status, data = new { subject, content = "It snapped." } },
            NewKey());
        return answer.Data.GetProperty("ticket_number").GetInt64();
    }

    private async Task<JsonElement> TicketAsync(long number) =>
        (await Admin.PostAsync(V1 + "/show", new { ticket_number = number })).Data.GetProperty("ticket");

    private async Task<IReadOnlyList<JsonElement>> ResponsesAsync(long number) =>
        [.. (await Admin.PostAsync(V1 + "/show", new { ticket_number = number })).Data.GetProperty("responses").EnumerateArray()];
}
