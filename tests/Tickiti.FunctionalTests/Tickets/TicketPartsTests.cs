using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using NUnit.Framework;
using Shouldly;
using Tickiti.FunctionalTests.Common;

namespace Tickiti.FunctionalTests.Tickets;

/// <summary>Whose tickets are, which responses belong to which, and the files that come along.</summary>
public sealed class TicketPartsTests(TestDatabase database) : ApiTests(database)
{
    private const string V1 = "/api/v1/tickets";
    private const string Pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

    [Test]
    public async Task Assign_ToStaffAndToNobody_ChangesTheTicket()
    {
        await AddUserAsync("sue@desk.example");
        var number = await OpenAsync();

        (await PostAsync("assign", new { ticket_number = number, assigned_to_email = "Sue@desk.example" })).Data
            .GetProperty("assigned_to_email").GetString().ShouldBe("sue@desk.example");
        (await TicketAsync(number)).GetProperty("assigned_to_email").GetString().ShouldBe("sue@desk.example");
        await PostAsync("assign", new { ticket_number = number, assigned_to_email = (string?)null });
        (await TicketAsync(number)).GetProperty("assigned_to_email").ValueKind.ShouldBe(JsonValueKind.Null);
        (await PostAsync("assign", new { ticket_number = number })).Fields.ShouldBe(["assigned_to_email"]);
        (await PostAsync("assign", new { ticket_number = number, assigned_to_email = "x@y.example" })).Fields.ShouldBe(["assigned_to_email"]);
        (await PostAsync("assign", new { ticket_number = 1, assigned_to_email = (string?)null })).Status.ShouldBe(404);
    }

    [Test]
    public async Task UpdateOriginator_ToSomeoneElse_LetsTheOneBeforeTakePart()
    {
        var number = await OpenAsync();

        (await PostAsync("originator-update", new { ticket_number = number, email = "New@customer.example" })).Data
            .GetProperty("originator_email").GetString().ShouldBe("new@customer.example");

        (await FoundAsync("raised", "new@customer.example")).ShouldBe([number]);
        (await FoundAsync("participant", "marcus@customer.example")).ShouldBe([number]);
        (await PostAsync("originator-update", new { ticket_number = number, email = "nobody" })).Fields.ShouldBe(["email"]);
        (await PostAsync("originator-update", new { ticket_number = 1, email = "a@b.example" })).Status.ShouldBe(404);
    }

    [Test]
    public async Task Merge_OfTwoTickets_LeavesTheOlderWithEverything()
    {
        var (older, newer) = (await OpenAsync("first"), await OpenAsync("second", "coach@customer.example"));
        await RespondAsync(newer, "third");

        var merged = (await PostAsync("merge", new { ticket_number = newer, other_ticket_number = older })).Data;

        merged.GetProperty("ticket_number").GetInt64().ShouldBe(older);
        merged.GetProperty("merged_ticket_number").GetInt64().ShouldBe(newer);
        merged.GetProperty("moved_responses").GetInt32().ShouldBe(2);
        (await TextsAsync(older)).ShouldBe(["first", "second", "third"]);
        (await TicketAsync(older)).GetProperty("response_count").GetInt32().ShouldBe(3);
        (await FoundAsync("participant", "coach@customer.example")).ShouldBe([newer, older]);
        var gone = await TicketAsync(newer);
        gone.GetProperty("status").GetString().ShouldBe("closed");
        gone.GetProperty("merged_into_number").GetInt64().ShouldBe(older);
        gone.GetProperty("response_count").GetInt32().ShouldBe(0);
    }

    [Test]
    public async Task Respond_ToAMergedTicket_LandsOnTheSurvivor()
    {
        var (older, newer) = (await OpenAsync("first"), await OpenAsync("second"));
        await PostAsync("merge", new { ticket_number = older, other_ticket_number = newer });

        await RespondAsync(newer, "late");

        (await TextsAsync(older)).ShouldBe(["first", "second", "late"]);
    }

    [Test]
    public async Task Merge_OfWhatCannotBe_IsRefused()
    {
        var (a, b, c) = (await OpenAsync(), await OpenAsync(), await OpenAsync());
        await PostAsync("merge", new { ticket_number = a, other_ticket_number = b });

        (await PostAsync("merge", new { ticket_number = c, other_ticket_number = c })).Fields.ShouldBe(["other_ticket_number"]);
        (await PostAsync("merge", new { ticket_number = b, other_ticket_number = c })).Fields.ShouldBe(["other_ticket_number"]);
        (await PostAsync("merge", new { ticket_number = c, other_ticket_number = 1 })).Fields.ShouldBe(["other_ticket_number"]);
        (await PostAsync("merge", new { ticket_number = 1, other_ticket_number = c })).Status.ShouldBe(404);
    }

    [Test]
    public async Task Split_OfResponses_MakesATicketOfThem()
    {
        var number = await OpenAsync("first");
        var id = await RespondAsync(number, "about the laces", "coach@customer.example");

        var split = (await PostAsync("split", new { response_ids = new[] { id }, subject = "The laces" })).Data;

        var made = split.GetProperty("ticket_number").GetInt64();
        (await TextsAsync(made)).ShouldBe(["about the laces"]);
        (await TextsAsync(number)).ShouldBe(["first"]);
        var ticket = await TicketAsync(made);
        ticket.GetProperty("subject").GetString().ShouldBe("The laces");
        ticket.GetProperty("originator_email").GetString().ShouldBe("coach@customer.example");
        ticket.GetProperty("response_count").GetInt32().ShouldBe(1);
        (await TicketAsync(number)).GetProperty("response_count").GetInt32().ShouldBe(1);
    }

    [Test]
    public async Task Split_OfWhatCannotBe_IsRefused()
    {
        var (a, b) = (await OpenAsync(), await OpenAsync());
        var (ofA, ofB) = (await RespondAsync(a, "x"), await RespondAsync(b, "y"));

        (await PostAsync("split", new { response_ids = new[] { ofA, ofB } })).Fields.ShouldBe(["response_ids"]);
        (await PostAsync("split", new { response_ids = new[] { "4711" } })).Fields.ShouldBe(["response_ids"]);
        (await PostAsync("split", new { response_ids = Array.Empty<long>() })).Fields.ShouldBe(["response_ids"]);
        (await PostAsync("split", new { response_ids = await IdsAsync(a) })).Fields.ShouldBe(["response_ids"]);
        (await TextsAsync(a)).Count.ShouldBe(2);
    }

    [Test]
    public async Task MoveResponses_ToAnotherTicket_ChangesBoth()
    {
        var (a, b) = (await OpenAsync("first"), await OpenAsync("second"));
        var id = await RespondAsync(a, "meant for b");

        var moved = (await PostAsync("response-move", new { response_ids = new[] { id }, target_ticket_number = b })).Data;

        moved.GetProperty("moved_count").GetInt32().ShouldBe(1);
        (await TextsAsync(b)).ShouldBe(["second", "meant for b"]);
        (await TicketAsync(a)).GetProperty("response_count").GetInt32().ShouldBe(1);
        (await TicketAsync(b)).GetProperty("response_count").GetInt32().ShouldBe(2);
        (await PostAsync("response-move", new { response_ids = await IdsAsync(a), target_ticket_number = b })).Fields.ShouldBe(["response_ids"]);
        (await PostAsync("response-move", new { response_ids = new[] { id }, target_ticket_number = 1 })).Fields.ShouldBe(["target_ticket_number"]);
    }

    [Test]
    public async Task QueryResponses_ByCriteria_FindsThoseAndPages()
    {
        await AddUserAsync("sue@desk.example");
        await Admin.PostAsync("/api/v1/workflow/queues/create", new { name = "Sales" });
        var number = await OpenAsync("first");
        await RespondAsync(number, "by staff", "sue@desk.example");
        await RespondAsync(number, "a note", "sue@desk.example", isInternal: true);
        var other = await OpenAsync("elsewhere", queue: "Sales");
        var today = Server.Clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

        (await QueriedAsync(new { })).ShouldBe(["first", "by staff", "a note", "elsewhere"]);
        (await QueriedAsync(new { is_internal = true })).ShouldBe(["a note"]);
        (await QueriedAsync(new { staff_response = true, is_internal = false })).ShouldBe(["by staff"]);
        (await QueriedAsync(new { queue = new[] { "sales" } })).ShouldBe(["elsewhere"]);
        (await QueriedAsync(new { ticket_number = new[] { number } })).Count.ShouldBe(3);
        (await QueriedAsync(new { created_from = today, created_to = today })).Count.ShouldBe(4);
        (await QueriedAsync(new { created_to = "2020-01-01" })).ShouldBeEmpty();
        (await QueriedAsync(new { created_from = "2020-01-01T00:00:00+01:00" })).Count.ShouldBe(4);
        var first = (await PostAsync("responses/query", new { limit = 3 })).Data;
        var rest = (await PostAsync("responses/query", new { limit = 3, cursor = first.GetProperty("next_cursor").GetString() })).Data;
        rest.GetProperty("responses")[0].GetProperty("ticket_number").GetInt64().ShouldBe(other);
        rest.GetProperty("next_cursor").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [TestCase("""{"limit":1001}""", "limit")]
    [TestCase("""{"created_from":"yesterday"}""", "created_from")]
    [TestCase("""{"created_to":"2026-05-02T10:00:00"}""", "created_to")]
    [TestCase("""{"created_to":"9999-12-31T23:59:59Z"}""", "created_to")]
    [TestCase("""{"fields":["body"]}""", "fields[0]")]
    [TestCase("""{"queue":[null]}""", "queue[0]")]
    [TestCase("""{"cursor":"x"}""", "cursor")]
    [TestCase("""{"ticket_number":["x"]}""", "ticket_number[0]")]
    public async Task QueryResponses_WithABadField_NamesIt(string body, string field) =>
        (await Admin.PostTextAsync($"{V1}/responses/query", body)).Fields.ShouldBe([field]);

    [Test]
    public async Task QueryResponses_OfAnUnknownQueue_IsRefused() =>
        (await PostAsync("responses/query", new { queue = new[] { "Nowhere" } })).Error.ShouldBe("Queue 'Nowhere' not found.");

    [Test]
    public async Task Show_OfManyResponses_IsAPageThatGoesOn()
    {
        var number = await OpenAsync("1");
        foreach (var text in new[] { "2", "3" })
        {
            await RespondAsync(number, text);
        }

        var shown = (await PostAsync("show", new { ticket_number = number, limit = 2 })).Data;
        shown.GetProperty("responses").GetArrayLength().ShouldBe(2);
        var rest = await PostAsync("responses", new { ticket_number = number, cursor = shown.GetProperty("next_cursor").GetString() });
        rest.Data.GetProperty("responses")[0].GetProperty("plain_text").GetString().ShouldBe("3");
        (await PostAsync("show", new { ticket_number = number })).Data.GetProperty("next_cursor").ValueKind.ShouldBe(JsonValueKind.Null);
        (await PostAsync("show", new { ticket_number = number, limit = 0 })).Fields.ShouldBe(["limit"]);
    }

    [Test]
    public async Task Show_OfHugeResponses_EndsThePageEarly()
    {
        var huge = new string('x', 3_000_000);
        var number = await OpenAsync(huge);
        await RespondAsync(number, huge + "2");
        await RespondAsync(number, "3");

        var shown = (await PostAsync("show", new { ticket_number = number })).Data;
        shown.GetProperty("responses").GetArrayLength().ShouldBe(1);
        var rest = (await PostAsync("responses", new { ticket_number = number, cursor = shown.GetProperty("next_cursor").GetString() })).Data;
        Texts(rest).Select(text => text![^1]).ShouldBe(['2', '3']);
        rest.GetProperty("next_cursor").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Test]
    public async Task Upload_OfAFile_MayBeNamedByItsSenderAlone()
    {
        var number = await OpenAsync();
        var uploaded = (await UploadAsync(Admin, "../plan \"A\".pdf", "the bytes"u8.ToArray())).Data;

        uploaded.GetProperty("file_size").GetInt64().ShouldBe(9);
        uploaded.GetProperty("name").GetString()!.ShouldNotContain("/");
        var files = new[] { new { sha256 = uploaded.GetProperty("sha256").GetString(), name = "plan.pdf", file_size = 9 } };
        var stranger = await ClientWithAsync(["tickets:write", "ticket-respond"]);
        (await stranger.PostAsync("/api/ticket_respond", Answer(number, files), NewKey())).Fields.ShouldBe(["attachments[0].sha256"]);
        (await Admin.PostAsync("/api/ticket_respond", Answer(number, files), NewKey())).Status.ShouldBe(200);
        var attachment = (await PostAsync("show", new { ticket_number = number })).Data.GetProperty("responses")[1].GetProperty("attachments")[0];
        attachment.GetProperty("name").GetString().ShouldBe("plan.pdf");
        var read = await PostAsync(
            "attachment", new { ticket_number = number, response_attachment_id = attachment.GetProperty("id").GetString() });
        Encoding.UTF8.GetString(read.Data.GetProperty("content_base64").GetBytesFromBase64()).ShouldBe("the bytes");
    }

    [Test]
    public async Task Upload_WithAKey_IsReplayedForTheSameFileAndRefusedForAnother()
    {
        var key = NewKey();
        var first = await UploadAsync(Admin, "plan.pdf", "the bytes"u8.ToArray(), key: key);
        var again = await UploadAsync(Admin, "plan.pdf", "the bytes"u8.ToArray(), key: key);

        first.IsReplay.ShouldBeFalse();
        again.IsReplay.ShouldBeTrue();
        again.Text.ShouldBe(first.Text);
        (await UploadAsync(Admin, "plan.pdf", "other bytes"u8.ToArray(), key: key)).Error.ShouldBe("idempotency_key_conflict");
        (await UploadAsync(Admin, "other.pdf", "the bytes"u8.ToArray(), key: key)).Error.ShouldBe("idempotency_key_conflict");
        (await UploadAsync(Admin, "plan.pdf", [], key: key)).Error.ShouldBe("idempotency_key_conflict");
        (await UploadAsync(Admin, "plan.pdf", "the bytes"u8.ToArray(), field: "other", key: key)).Error.ShouldBe("idempotency_key_conflict");
        (await Admin.PostAsync("/api/create_ticket", NewTicket(), key)).Error.ShouldBe("idempotency_key_conflict");
        (await UploadAsync(Admin, "plan.pdf", "the bytes"u8.ToArray(), key: new string('k', 256))).Fields.ShouldBe(["Idempotency-Key"]);
    }

    [Test]
    public async Task Respond_WithMoreBytesByHashThanAMailMayHave_IsRefused()
    {
        var number = await OpenAsync();
        var hash = (await UploadAsync(Admin, "a.bin", new byte[20 * 1024 * 1024])).Data.GetProperty("sha256").GetString();
        var files = Enumerable.Range(1, 4).Select(i => new { sha256 = hash, name = $"{i}.bin" });

        (await Admin.PostAsync("/api/ticket_respond", Answer(number, files), NewKey())).Fields.ShouldBe(["attachments"]);

        (await TextsAsync(number)).ShouldBe(["first"]);
    }

    [Test]
    public async Task Upload_OfWhatIsNoFile_IsRefused()
    {
        (await Admin.PostAsync($"{V1}/attachment-upload", new { })).Status.ShouldBe(415);
        (await UploadAsync(Admin, "a", [])).Fields.ShouldBe(["file"]);
        (await UploadAsync(Admin, "a", "x"u8.ToArray(), field: "other")).Fields.ShouldBe(["file"]);
        (await UploadAsync(Admin, "a", new byte[(25 * 1024 * 1024) + 1])).Status.ShouldBe(413);
        (await Admin.PostTextAsync($"{V1}/attachment-upload", "--x\r\nno end", contentType: "multipart/form-data; boundary=x")).Status
            .ShouldBe(400);
    }

    [Test]
    public async Task Respond_WithAPictureInTheContent_MakesItAnAttachment()
    {
        var number = await OpenAsync($"<p>See <IMG alt='x' SRC = 'data:image/png;base64,{Pixel}'> twice <img src=\"data:image/png;base64,{Pixel}\"></p>");

        var response = (await PostAsync("show", new { ticket_number = number })).Data.GetProperty("responses")[0];
        var attachment = response.GetProperty("attachments").EnumerateArray().Single();
        attachment.GetProperty("is_inline").GetBoolean().ShouldBeTrue();
        attachment.GetProperty("mime_type").GetString().ShouldBe("image/png");
        var html = response.GetProperty("html").GetString()!;
        html.Split("src=\"cid:").Length.ShouldBe(3);
        html.ShouldNotContain("data:");
    }

    [TestCase("<img src=\"data:image/svg+xml;base64,PHN2Zz48L3N2Zz4=\">")]
    [TestCase("<img src=\"data:image/png;base64,not base64!\">")]
    [TestCase("<img src=\"data:image/png;base64,\">")]
    [TestCase("data:image/png;base64,iVBORw0KGgo=")]
    [TestCase("<img src=\"data:image/png;base64,iVBORw0KGgo=")]
    public async Task Respond_WithWhatIsNoPicture_LeavesItToTheSanitiser(string content)
    {
        var number = await OpenAsync(content);

        var response = (await PostAsync("show", new { ticket_number = number })).Data.GetProperty("responses")[0];
        response.GetProperty("attachments").GetArrayLength().ShouldBe(0);
    }

    private Task<ApiAnswer> PostAsync(string path, object body) => Admin.PostAsync($"{V1}/{path}", body);

    private static object Answer(long number, object files) =>
        new { ticket_number = number, from_email = "sue@desk.example", content = "Here.", attachments = files };

    private static object NewTicket() =>
        new { originator_email_address = "marcus@customer.example", data = new { subject = "s", content = "c" } };

    private static async Task<ApiAnswer> UploadAsync(
        ApiClient client, string name, byte[] content, string field = "file", string? key = null)
    {
        using var form = new MultipartFormDataContent();
        using var file = new ByteArrayContent(content);
        file.Headers.ContentDisposition = new ContentDispositionHeaderValue("form-data") { Name = field, FileNameStar = name };
        form.Add(file);
        return await client.SendAsync(HttpMethod.Post, $"{V1}/attachment-upload", form, key);
    }

    private async Task<long> OpenAsync(string content = "first", string originator = "marcus@customer.example", string? queue = null) =>
        (await Admin.PostAsync("/api/tickets/create", new { originator_email_address = originator, subject = "s", content, queue_name = queue }))
        .Data.GetProperty("ticket_number").GetInt64();

    private async Task<long> RespondAsync(
        long number, string content, string from = "marcus@customer.example", bool isInternal = false) =>
        (await Admin.PostAsync($"/api/tickets/{number}/respond", new { from_email = from, content, is_internal = isInternal }))
        .Data.GetProperty("response_id").GetInt64();

    private async Task<JsonElement> TicketAsync(long number) =>
        (await PostAsync("show", new { ticket_number = number })).Data.GetProperty("ticket");

    private async Task<List<string?>> TextsAsync(long number) => Texts((await PostAsync("show", new { ticket_number = number })).Data);

    private async Task<List<long>> IdsAsync(long number) =>
    [
        .. (await PostAsync("show", new { ticket_number = number })).Data.GetProperty("responses").EnumerateArray()
            .Select(one => long.Parse(one.GetProperty("id").GetString()!, CultureInfo.InvariantCulture)),
    ];

    private async Task<List<string?>> QueriedAsync(object query) => Texts((await PostAsync("responses/query", query)).Data);

    private async Task<List<long>> FoundAsync(string mode, string token) =>
    [
        .. (await PostAsync("query", new { search_object = new { criteria = new[] { new { mode, tokens = new[] { token } } } } })).Data
            .GetProperty("tickets").EnumerateArray().Select(one => one.GetProperty("number").GetInt64()),
    ];

    private static List<string?> Texts(JsonElement data) =>
        [.. data.GetProperty("responses").EnumerateArray().Select(one => one.GetProperty("plain_text").GetString())];
}
