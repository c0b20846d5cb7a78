using System.Text.Json;
using NUnit.Framework;
using Shouldly;
using Tickiti.FunctionalTests.Common;
using Tickiti.FunctionalTests.Templates;

namespace Tickiti.FunctionalTests.Conformance;

/// <summary>The API overview as its document states it, sentence by sentence.</summary>
public sealed class OverviewApiTests(TestDatabase database) : ApiTests(database)
{
    private static readonly (string Path, string Ability)[] Gates =
    [
        ("/api/create_ticket", "create-ticket"),
        ("/api/tickets/create", "create-ticket"),
        ("/api/ticket_respond", "ticket-respond"),
        ("/api/tickets/220001/respond", "ticket-respond"),
        ("/api/send_email", "send-email"),
        ("/api/render_template", "send-email"),
        ("/api/tickiti_api_index", "ticket-index"),
    ];

    private static readonly string[] All = ["create-ticket", "ticket-respond", "send-email", "ticket-index"];

    private static IEnumerable<TestCaseData> EachGate => Gates.Select(one => new TestCaseData(one.Path, one.Ability).SetArgDisplayNames(one.Path));

    [Test]
    public void AllApiEndpoints_SitUnderApi_TheEightOfTheOverviewAmongThem()
    {
        var endpoints = RouteTable.Of(Server).Select(one => one.Name).ToList();

        endpoints.ShouldAllBe(one => one.StartsWith("POST /api/"));
        new[]
        {
            "POST /api/create_ticket", "POST /api/ticket_respond", "POST /api/send_email", "POST /api/render_template",
            "POST /api/idempotency_key", "POST /api/tickiti_api_index", "POST /api/tickets/create", "POST /api/tickets/{number}/respond",
        }.Except(endpoints).ShouldBeEmpty();
    }

    [TestCaseSource(nameof(EachGate))]
    public async Task EveryAuthenticatedCall_CarriesABearerToken_WhoseAbilitiesGateIt(string path, string ability)
    {
        (await Anonymous.PostAsync(path, new { })).Status.ShouldBe(401);
        (await (await ClientWithAsync(All.Where(one => one != ability))).PostAsync(path, new { }, NewKey())).Status.ShouldBe(403);
        (await (await ClientWithAsync([ability])).PostAsync(path, new { }, NewKey())).Status.ShouldBeOneOf(200, 404, 422);
    }

    [TestCase("/api/create_ticket")]
    [TestCase("/api/ticket_respond")]
    [TestCase("/api/send_email")]
    [TestCase("/api/render_template")]
    public async Task TheWriteEndpoints_RequireAnIdempotencyKey(string path)
    {
        var answer = await Admin.PostAsync(path, new { });

        (answer.Status, answer.Error).ShouldBe((422, "validation_failed"));
        answer.Text.ShouldContain("Idempotency-Key");
    }

    [Test]
    public async Task SameKey_SamePayload_ReplaysTheStoredResponse_DifferentPayload_IsAConflict_NewKey_IsANewOperation()
    {
        var key = NewKey();
        var first = await Admin.PostAsync("/api/create_ticket", Ticket("a"), key);

        (await Admin.PostAsync("/api/create_ticket", Ticket("a"), key)).Text.ShouldBe(first.Text);
        (await Admin.PostAsync("/api/create_ticket", Ticket("b"), key)).Error.ShouldBe("idempotency_key_conflict");
        (await Admin.PostAsync("/api/create_ticket", Ticket("a"), NewKey())).Text.ShouldNotBe(first.Text);
        (await TicketsAsync(new { })).Count.ShouldBe(2);
    }

    [Test]
    public async Task IdempotencyKey_MintsAFreshKey_NoAuthenticationRequired()
    {
        var key = (await Anonymous.PostAsync("/api/idempotency_key")).Data.GetProperty("idempotency_key").GetString()!;

        key.ShouldNotBe((await Anonymous.PostAsync("/api/idempotency_key")).Data.GetProperty("idempotency_key").GetString());
        (await Admin.PostAsync("/api/create_ticket", Ticket("a"), key)).Status.ShouldBe(200);
    }

    [Test]
    public async Task AllResponses_AreJsonWithAnEnvelope_AndOnErrorSayWhatWentWrong()
    {
        var created = await Admin.PostAsync("/api/create_ticket", Ticket("a"), NewKey());
        created.Body.GetProperty("ok").GetBoolean().ShouldBeTrue();
        created.Data.EnumerateObject().Select(one => one.Name).ShouldBe(["ticket_number", "ticket_id", "secure_id"]);
        created.Data.GetProperty("ticket_number").ValueKind.ShouldBe(JsonValueKind.Number);

        var refused = await Admin.PostAsync(
            "/api/create_ticket",
            new { originator_email_address = "a@b.example", data = new { queue_name = "Sales", subject = "s", content = "c" } },
            NewKey());
        refused.Status.ShouldBe(422);
        refused.Body.GetProperty("ok").GetBoolean().ShouldBeFalse();
        refused.Error.ShouldBe("Queue 'Sales' not found.");
    }

    [Test]
    public async Task QuickExample_WithASubjectAndABody_CreatesATicketOnBehalfOfTheCustomer()
    {
        await Admin.PostAsync("/api/v1/workflow/queues/create", new { name = "Sales" });

        var created = await Admin.PostAsync("/api/create_ticket", new
        {
            originator_email_address = "marcus@trailblazers-club.example",
            data = new { queue_name = "Sales", subject = "Carbon plate cracked on first marathon", content = "It snapped at mile 14." },
        }, NewKey());

        created.Status.ShouldBe(200);
        var ticket = (await TicketsAsync(new { }))[0];
        ticket.GetProperty("queue").GetString().ShouldBe("Sales");
        ticket.GetProperty("originator_email").GetString().ShouldBe("marcus@trailblazers-club.example");
    }

    [Test]
    public async Task RenderTemplate_ReturnsTheResult_WithoutSendingIt()
    {
        await Admin.AddTemplateAsync("t", "Hi {{n}}", "<p>{{n}}</p>");

        (await Admin.PostAsync("/api/render_template", new { template_identifier = "t", data = new { n = "x" } }, NewKey())).Data
            .GetProperty("content").GetString().ShouldBe("<p>x</p>");
        (await Admin.PostAsync("/api/v1/mail/sent-mail")).Data.GetProperty("sent_mail").GetArrayLength().ShouldBe(0);
    }

    [Test]
    public async Task TwoSimplerAlternatives_AcceptAFlatFieldSet_AndSkipTheKey()
    {
        var created = await Admin.PostAsync(
            "/api/tickets/create", new { originator_email_address = "a@b.example", subject = "s", content = "c", priority = "30", is_public = false });
        var number = created.Data.GetProperty("ticket_number").GetInt64();

        var responded = await Admin.PostAsync($"/api/tickets/{number}/respond", new { from_email = "a@b.example", content = "more" });

        responded.Data.EnumerateObject().Select(one => one.Name).ShouldBe(["ticket_id", "response_id", "reopened"]);
        (await Admin.PostAsync("/api/tickets/1/respond", new { from_email = "a@b.example", content = "more" })).Status.ShouldBe(404);
        (await Admin.PostAsync($"/api/tickets/{number}/respond", new { from_email = "a@b.example", content = "x", internal_note = true }))
            .Fields.ShouldBe(["internal_note"]);
        (await Admin.PostAsync("/api/tickets/create", new { subject = "s" })).Fields.ShouldBe(["originator_email_address", "content"], ignoreOrder: true);
    }

    [Test]
    public async Task TwoSimplerAlternatives_WithAKey_HonourItAllTheSame()
    {
        var key = NewKey();
        var body = new { originator_email_address = "a@b.example", subject = "s", content = "c" };

        var first = await Admin.PostAsync("/api/tickets/create", body, key);

        (await Admin.PostAsync("/api/tickets/create", body, key)).Text.ShouldBe(first.Text);
        (await TicketsAsync(new { })).Count.ShouldBe(1);
    }

    [Test]
    public async Task TickitiApiIndex_QueriesTheTicketList_WithCriteria()
    {
        foreach (var subject in new[] { "alpha", "beta", "gamma" })
        {
            await Admin.PostAsync("/api/create_ticket", Ticket(subject), NewKey());
        }

        var criteria = new { search_object = new { criteria = new[] { new { mode = "subject", tokens = new[] { "ALPHA", "beta" } } } } };

        (await TicketsAsync(criteria)).Select(one => one.GetProperty("subject").GetString()).ShouldBe(["beta", "alpha"]);
        (await TicketsAsync(new { row_limit = 1 })).Single().GetProperty("subject").GetString().ShouldBe("gamma");
        (await Admin.PostAsync("/api/tickiti_api_index", criteria)).Text
            .ShouldBe((await Admin.PostAsync("/api/v1/tickets/query", criteria)).Text);
        (await Admin.PostAsync("/api/tickiti_api_index", new { row_limit = 5001 })).Fields.ShouldBe(["row_limit"]);
    }

    private static object Ticket(string subject) =>
        new { originator_email_address = "marcus@trailblazers-club.example", data = new { subject, content = "c" } };

    private async Task<List<JsonElement>> TicketsAsync(object body) =>
        [.. (await Admin.PostAsync("/api/tickiti_api_index", body)).Data.GetProperty("tickets").EnumerateArray()];
}
