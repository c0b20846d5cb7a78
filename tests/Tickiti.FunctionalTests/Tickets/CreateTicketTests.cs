using System.Text.Json;
using NUnit.Framework;
using Shouldly;
using Tickiti.FunctionalTests.Common;

namespace Tickiti.FunctionalTests.Tickets;

public sealed class CreateTicketTests(TestDatabase database) : ApiTests(database)
{
    private const string Create = "/api/create_ticket";
    private const string CreateV1 = "/api/v1/tickets";

    [TestCase(Create)]
    [TestCase(CreateV1)]
    public async Task Create_WithSubjectAndContent_AnswersNumberIdAndSecureId(string path)
    {
        var answer = await Admin.PostAsync(path, Ticket(), NewKey());

        answer.Status.ShouldBe(200);
        var data = answer.Data;
        data.EnumerateObject().Select(field => field.Name).ShouldBe(["ticket_number", "ticket_id", "secure_id"]);
        data.GetProperty("ticket_number").GetInt64().ShouldBe(220_000 + data.GetProperty("ticket_id").GetInt64());
        data.GetProperty("secure_id").GetString()!.Length.ShouldBe(32);
    }

    [Test]
    public async Task Create_WithOptions_TakesThoseAtTheTopBeforeThoseInData()
    {
        await UserAsync("sue@desk.example");
        var answer = await Admin.PostAsync(
            Create,
            new
            {
                originator_email_address = " Marcus@Customer.example ",
                priority = "40",
                is_public = false,
                use_passed_originator_as_responder = true,
                data = new
                {
                    subject = "Plate",
                    content = "It snapped.",
                    priority = "10",
                    status = "on-hold",
                    on_hold_until = "2999-01-31",
                    queue_name = "INBOX",
                    assigned_to_email = "Sue@desk.example",
                    participants = new[] { "coach@customer.example" },
                },
            },
            NewKey());

        var ticket = await ShowAsync(answer);
        ticket.GetProperty("priority").GetString().ShouldBe("40");
        ticket.GetProperty("status").GetString().ShouldBe("on-hold");
        ticket.GetProperty("on_hold_until").GetString().ShouldBe("2999-01-31");
        ticket.GetProperty("queue").GetString().ShouldBe("Inbox");
        ticket.GetProperty("assigned_to_email").GetString().ShouldBe("sue@desk.example");
        ticket.GetProperty("originator_email").GetString().ShouldBe("marcus@customer.example");
    }

    [Test]
    public async Task Create_ByItself_MailsNobody()
    {
        await Admin.PostAsync(Create, Ticket(), NewKey());

        (await Admin.PostAsync("/api/v1/mail/sent-mail")).Text.ShouldNotContain("marcus@customer.example");
    }

    [TestCase("""{}""", "originator_email_address,data.subject,data.content")]
    [TestCase("""{"originator_email_address":"nobody","data":{"subject":"s","content":"c"}}""", "originator_email_address")]
    [TestCase("""{"originator_email_address":"a@b.example\r\nBcc: c@d.example","data":{"subject":"s","content":"c"}}""", "originator_email_address")]
    [TestCase("""{"originator_email_address":"a@b.example","data":{"subject":" ","content":"c"}}""", "data.subject")]
    [TestCase("""{"originator_email_address":"a@b.example","data":{"subject":"s\r\nBcc: x@y.example","content":"c"}}""", "data.subject")]
    [TestCase("""{"originator_email_address":"a@b.example","data":{"subject":"s"}}""", "data.content")]
    [TestCase("""{"originator_email_address":"a@b.example","subject":"s","content":"c"}""", "data.subject,data.content")]
    [TestCase("""{"originator_email_address":"a@b.example","data":"x"}""", "data")]
    [TestCase("""{"originator_email_address":5,"data":{"subject":true,"content":"c"}}""", "originator_email_address,data.subject")]
    [TestCase("""{"originator_email_address":"a@b.example","data":{"subject":"s","content":"c","priority":"9"}}""", "data.priority")]
    [TestCase("""{"originator_email_address":"a@b.example","priority":"9","data":{"subject":"s","content":"c"}}""", "priority")]
    [TestCase("""{"originator_email_address":"a@b.example","data":{"subject":"s","content":"c","status":"done"}}""", "data.status")]
    [TestCase("""{"originator_email_address":"a@b.example","status":"on-hold","data":{"subject":"s","content":"c"}}""", "on_hold_until")]
    [TestCase("""{"originator_email_address":"a@b.example","on_hold_until":"31.01.2999","data":{"subject":"s","content":"c"}}""", "on_hold_until")]
    [TestCase("""{"originator_email_address":"a@b.example","on_hold_until":"2999-01-31","data":{"subject":"s","content":"c"}}""", "on_hold_until")]
    [TestCase("""{"originator_email_address":"a@b.example","participants":["x"],"data":{"subject":"s","content":"c"}}""", "participants[0]")]
    [TestCase("""{"originator_email_address":"a@b.example","assigned_to_email":"x@y.example","data":{"subject":"s","content":"c"}}""", "assigned_to_email")]
    [TestCase("""{"originator_email_address":"a@b.example","is_public":"yes","data":{"subject":"s","content":"c"}}""", "is_public")]
    [TestCase("""{"originator_email_address":"a@b.example","data":{"subject":"a\u0000b","content":"c"}}""", "data.subject")]
    [TestCase("""{"originator_email_address":"a@b.example","template_identifier":"t","intervention":"i"}""", "intervention")]
    public async Task Create_WhenAFieldMakesNoSense_NamesItAndOpensNothing(string body, string fields)
    {
        var answer = await Admin.PostTextAsync(Create, body, NewKey());

        answer.Status.ShouldBe(422);
        answer.Error.ShouldBe("validation_failed");
        string.Join(',', answer.Fields).ShouldBe(fields);
        (await CountAsync()).ShouldBe(0);
    }

    [TestCase("""{"originator_email_address":"a@b.example","template_identifier":"welcome","data":{"name":"x"}}""", "Template 'welcome' not found.")]
    [TestCase("""{"originator_email_address":"a@b.example","intervention":"call","uid":"1","data":{"data":{}}}""", "Intervention 'call' not found.")]
    [TestCase("""{"originator_email_address":"a@b.example","data":{"queue_name":"Sales","subject":"s","content":"c"}}""", "Queue 'Sales' not found.")]
    public async Task Create_WhenItNamesWhatIsNotThere_SaysSo(string body, string error)
    {
        var answer = await Admin.PostTextAsync(Create, body, NewKey());

        answer.Status.ShouldBe(422);
        answer.Error.ShouldBe(error);
    }

    [Test]
    public async Task Create_WithUnknownFields_TellsThemInAHeader()
    {
        var answer = await Admin.PostAsync(
            Create,
            new { originator_email_address = "a@b.example", colour = 1, data = new { subject = "s", content = "c", is_public = true } },
            NewKey());

        answer.Status.ShouldBe(200);
        answer.Header("Tickiti-Ignored-Fields").ShouldBe("colour, data.is_public");
    }

    [Test]
    public async Task Create_WithoutKeyTokenOrAbility_IsRefusedInThatOrder()
    {
        (await Anonymous.PostAsync(Create, Ticket())).Status.ShouldBe(401);
        (await (await ClientWithAsync("ticket-index")).PostAsync(Create, Ticket())).Status.ShouldBe(403);
        (await Admin.PostTextAsync(Create, "{")).Status.ShouldBe(400);
        var withoutKey = await Admin.PostTextAsync(Create, """{"originator_email_address":5}""");
        withoutKey.Status.ShouldBe(422);
        withoutKey.Fields.ShouldBe(["Idempotency-Key"]);
        (await (await ClientWithAsync("create-ticket")).PostAsync(Create, Ticket(), NewKey())).Status.ShouldBe(200);
        (await (await ClientWithAsync("create-ticket")).PostAsync(CreateV1, Ticket(), NewKey())).Status.ShouldBe(403);
    }

    [Test]
    public async Task Create_WhenRepeated_AnswersTheSameBytesAndOpensOne()
    {
        var key = NewKey();
        var first = await Admin.PostTextAsync(Create, """{"originator_email_address":"a@b.example","data":{"subject":"s","content":"c"}}""", key);

        // Another order and spelling of the same payload, at the other address of the action.
        var again = await Admin.PostTextAsync(
            CreateV1, """{ "data":{"content":"\u0063","subject":"s"}, "originator_email_address":"a@b.example" }""", key);

        again.Status.ShouldBe(200);
        again.IsReplay.ShouldBeTrue();
        first.IsReplay.ShouldBeFalse();
        again.Text.ShouldBe(first.Text);
        (await CountAsync()).ShouldBe(1);
    }

    [Test]
    public async Task Create_WhenTheKeyIsUsedForSomethingElse_IsAConflict()
    {
        var key = NewKey();
        var ticket = await Admin.PostAsync(Create, Ticket(), key);

        var otherPayload = await Admin.PostAsync(Create, Ticket("Another"), key);
        var invalidPayload = await Admin.PostTextAsync(Create, """{"data":5}""", key);
        var otherAction = await Admin.PostAsync(
            "/api/ticket_respond",
            new { ticket_number = ticket.Data.GetProperty("ticket_number"), from_email = "a@b.example", content = "c" },
            key);

        foreach (var answer in new[] { otherPayload, invalidPayload, otherAction })
        {
            answer.Status.ShouldBe(409);
            answer.Error.ShouldBe("idempotency_key_conflict");
        }

        (await CountAsync()).ShouldBe(1);
    }

    [Test]
    public async Task Create_AfterARefusal_CanBeRetriedWithTheSameKey()
    {
        var key = NewKey();

        (await Admin.PostTextAsync(Create, "{}", key)).Status.ShouldBe(422);
        (await Admin.PostAsync(Create, Ticket(), key)).Status.ShouldBe(200);
    }

    [Test]
    public async Task Create_FiftyTimesAtOnceWithOneKey_OpensOneTicket()
    {
        var key = NewKey();

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Admin.PostAsync(Create, Ticket(), key)));

        answers.Select(answer => answer.Status).Distinct().ShouldBe([200]);
        answers.Select(answer => answer.Text).Distinct().Count().ShouldBe(1);
        answers.Count(answer => !answer.IsReplay).ShouldBe(1);
        (await CountAsync()).ShouldBe(1);
    }

    [Test]
    public async Task Create_FiftyAtOnce_GivesEachANumberOfItsOwn()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Admin.PostAsync(Create, Ticket(), NewKey())));

        answers.Select(answer => answer.Data.GetProperty("ticket_number").GetInt64()).Distinct().Count().ShouldBe(50);
    }

    [Test]
    public async Task CreateFlat_WithoutAKey_OpensATicketEachTime()
    {
        var body = new { originator_email_address = "a@b.example", subject = "s", content = "c", priority = "30" };

        var first = await Admin.PostAsync("/api/tickets/create", body);
        var second = await Admin.PostAsync("/api/tickets/create", body);

        second.Data.GetProperty("ticket_id").GetInt64().ShouldNotBe(first.Data.GetProperty("ticket_id").GetInt64());
        (await ShowAsync(second)).GetProperty("priority").GetString().ShouldBe("30");
    }

    [Test]
    public async Task CreateFlat_WithAKey_HonoursIt()
    {
        var (key, body) = (NewKey(), new { originator_email_address = "a@b.example", subject = "s", content = "c" });

        var first = await Admin.PostAsync("/api/tickets/create", body, key);
        var second = await Admin.PostAsync("/api/tickets/create", body, key);

        second.IsReplay.ShouldBeTrue();
        second.Text.ShouldBe(first.Text);
        (await Admin.PostAsync("/api/tickets/create", new { subject = "s" })).Fields.ShouldBe(["originator_email_address", "content"]);
    }

    private static object Ticket(string subject = "Plate") =>
        new { originator_email_address = "marcus@customer.example", data = new { subject, content = "<p>It snapped.</p>" } };

    private async Task<JsonElement> ShowAsync(ApiAnswer created)
    {
        var shown = await Admin.PostAsync("/api/v1/tickets/show", new { ticket_number = created.Data.GetProperty("ticket_number") });
        return shown.Data.GetProperty("ticket");
    }

    private async Task<int> CountAsync() =>
        (await Admin.PostAsync("/api/v1/tickets/query")).Data.GetProperty("tickets").GetArrayLength();

    private async Task UserAsync(string email) => (await Admin.PostAsync(
        "/api/v1/administration/users/create", new { name = "Sue", email, is_staff = true, is_admin = false })).Status.ShouldBe(200);

    private async Task<ApiClient> ClientWithAsync(string ability)
    {
        var minted = await Admin.PostAsync(
            "/api/v1/administration/api-tokens/create", new { name = "t", owner = "system", abilities = new[] { ability } });
        return Server.ClientOf(minted.Data.GetProperty("token").GetString());
    }
}
