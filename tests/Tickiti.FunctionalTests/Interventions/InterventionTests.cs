using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Shouldly;
using Tickiti.Domain.Interventions;
using Tickiti.FunctionalTests.Common;
using Tickiti.FunctionalTests.Templates;
using Tickiti.Infrastructure.Persistence;
using Tickiti.Testing;
using Tickiti.Testing.Wire;

namespace Tickiti.FunctionalTests.Interventions;

public sealed class InterventionTests(TestDatabase database) : ApiTests(database)
{
    private const string Interventions = "/api/v1/workflow/interventions";

    private FakeHttpServer _shop = null!;

    [SetUp]
    public void StartShop() => _shop = new FakeHttpServer();

    [TearDown]
    public async Task StopShop() => await _shop.DisposeAsync();

    [Test]
    public async Task Create_OfAnIntervention_TellsItsTokenOnce()
    {
        var key = NewKey();
        var created = await Admin.PostAsync($"{Interventions}/create", Refund(), key);

        var token = created.Data.GetProperty("token").GetString()!;
        token.Length.ShouldBe(64);
        var intervention = created.Data.GetProperty("intervention");
        intervention.GetProperty("private_template").GetString().ShouldBe("refund.private");
        var list = await Admin.PostAsync(Interventions);
        list.Data.GetProperty("interventions")[0].GetRawText().ShouldBe(intervention.GetRawText());
        list.Text.ShouldNotContain(token);
        (await Admin.PostAsync($"{Interventions}/create", Refund(), key)).Data.GetProperty("token").GetString().ShouldBe(token);
    }

    [TestCase("""{}""", "name", "title", "queue_name")]
    [TestCase("""{"name":"a b","title":"t","queue_name":"Inbox"}""", "name")]
    [TestCase("""{"name":"a","title":"t","queue_name":"Inbox","remote_enabled":true,"remote_timeout_seconds":5}""", "remote_epilog_url")]
    [TestCase("""{"name":"a","title":"t","queue_name":"Inbox","remote_enabled":true,"remote_epilog_url":"https://shop.example/"}""", "remote_timeout_seconds")]
    [TestCase("""{"name":"a","title":"t","queue_name":"Inbox","remote_epilog_url":"ftp://shop.example/"}""", "remote_epilog_url")]
    [TestCase("""{"name":"a","title":"t","queue_name":"Inbox","remote_epilog_url":"http://10.0.0.1/"}""", "remote_epilog_url")]
    [TestCase("""{"name":"a","title":"t","queue_name":"Inbox","remote_timeout_seconds":61}""", "remote_timeout_seconds")]
    public async Task Create_WithABadField_NamesIt(string body, params string[] fields)
    {
        var answer = await Admin.PostTextAsync($"{Interventions}/create", body);

        answer.Status.ShouldBe(422);
        answer.Fields.ShouldBe(fields);
    }

    [Test]
    public async Task Create_WithATakenNameOrAnUnknownQueue_IsRefused()
    {
        await AddAsync();

        (await Admin.PostAsync($"{Interventions}/create", new { name = "REFUND", title = "t", queue_name = "Inbox" })).Fields.ShouldBe(["name"]);
        (await Admin.PostAsync($"{Interventions}/create", new { name = "b", title = "t", queue_name = "Sales" }))
            .Error.ShouldBe("Queue 'Sales' not found.");
    }

    [Test]
    public async Task Update_AndDelete_OfAnIntervention_ChangeIt()
    {
        var id = await AddAsync();

        var updated = await Admin.PostAsync($"{Interventions}/update", new { intervention_id = id, remote_timeout_seconds = 20 });
        updated.Data.GetProperty("intervention").GetProperty("remote_timeout_seconds").GetInt32().ShouldBe(20);
        updated.Data.GetProperty("intervention").GetProperty("title").GetString().ShouldBe("A refund");
        (await Admin.PostAsync($"{Interventions}/update", new { intervention_id = 4711 })).Status.ShouldBe(404);
        (await Admin.PostAsync($"{Interventions}/delete", new { intervention_id = id })).Data.GetProperty("intervention_id").GetInt64().ShouldBe(id);
        (await Admin.PostAsync($"{Interventions}/delete", new { intervention_id = id })).Status.ShouldBe(404);
    }

    [Test]
    public async Task Delete_OfAQueueOfAnIntervention_IsRefused()
    {
        var queue = (await Admin.PostAsync("/api/v1/workflow/queues/create", new { name = "Sales" })).Data.GetProperty("queue").GetProperty("id");
        await Admin.PostAsync($"{Interventions}/create", new { name = "a", title = "t", queue_name = "Sales" });

        (await Admin.PostAsync("/api/v1/workflow/queues/delete", new { queue_id = queue.GetInt64() })).Error.ShouldBe("queue_in_use");
    }

    [TestCase("""{"originator_email_address":"a@b.example","intervention":"refund","data":{"data":{}}}""", "uid")]
    [TestCase("""{"originator_email_address":"a@b.example","intervention":"refund","uid":"u"}""", "data.data")]
    [TestCase("""{"originator_email_address":"a@b.example","intervention":"refund","uid":"u","data":{"a":1}}""", "data.data")]
    [TestCase("""{"originator_email_address":"a@b.example","intervention":"refund","uid":"u","data":{"data":{}},"queue_name":"Inbox"}""", "queue_name")]
    [TestCase("""{"originator_email_address":"a@b.example","intervention":"refund","uid":"u","data":{"data":{}}}""", "intervention")]
    public async Task CreateTicket_ByAnInterventionWithABadField_NamesIt(string body, string field)
    {
        await AddAsync();

        var answer = await Admin.PostTextAsync("/api/create_ticket", body, NewKey());

        answer.Status.ShouldBe(422);
        answer.Fields.ShouldBe([field]);
    }

    [Test]
    public async Task CreateTicket_ByAnUnknownIntervention_IsRefused()
    {
        var answer = await Admin.PostAsync("/api/create_ticket", Order("nothing"), NewKey());

        (answer.Status, answer.Error).ShouldBe((422, "Intervention 'nothing' not found."));
    }

    [Test]
    public async Task CreateTicket_ByAnIntervention_RendersBothTemplatesIntoItsQueue()
    {
        await Admin.PostAsync("/api/v1/workflow/queues/create", new { name = "Refunds" });
        await Admin.PostAsync($"{Interventions}/create", new { name = "refund", title = "A refund", queue_name = "Refunds" });
        await Admin.AddTemplateAsync("refund.private", "For staff {{order}}", "<p>Approve {{order}}?</p>");
        await Admin.AddTemplateAsync("refund.public", "Refund of {{order}}", "<p>You asked for {{amount}}.</p>");

        var created = await Admin.PostAsync("/api/create_ticket", Order("refund"), NewKey());

        var shown = await ShowAsync(created);
        shown.GetProperty("ticket").GetProperty("subject").GetString().ShouldBe("Refund of SP-1");
        shown.GetProperty("ticket").GetProperty("queue").GetString().ShouldBe("Refunds");
        var responses = shown.GetProperty("responses").EnumerateArray().ToList();
        responses.Select(one => one.GetProperty("is_internal").GetBoolean()).ShouldBe([false, true]);
        responses.Select(one => one.GetProperty("plain_text").GetString()).ShouldBe(["You asked for £10.", "Approve SP-1?"]);
    }

    [Test]
    public async Task CreateTicket_ByAnInterventionWithoutAPublicTemplate_HasANoteAlone()
    {
        await AddAsync();
        await Admin.AddTemplateAsync("refund.private", "{{nothing}}", "<p>Approve {{order}}?</p>");

        var shown = await ShowAsync(await Admin.PostAsync("/api/create_ticket", Order("refund"), NewKey()));

        shown.GetProperty("ticket").GetProperty("subject").GetString().ShouldBe("A refund");
        shown.GetProperty("responses").EnumerateArray().Single().GetProperty("is_internal").GetBoolean().ShouldBeTrue();
    }

    [Test]
    public async Task Respond_ByStaff_TellsTheOtherSideSigned()
    {
        var token = await AddWithTemplatesAsync();
        var number = await OpenAsync();

        await RespondAsync(number, "sue@desk.example", "<p>Approved.</p>");

        var request = await RequestAsync(1);
        var body = JsonSerializer.Deserialize<JsonElement>(request.Body);
        body.GetProperty("uid").GetString().ShouldBe("order-1");
        body.GetProperty("ticket_number").GetInt64().ShouldBe(number);
        body.GetProperty("ticket_id").GetInt64().ShouldBe(number - 220_000);
        body.GetProperty("data").GetProperty("amount").GetString().ShouldBe("£10");
        body.GetProperty("response").GetProperty("plain_text").GetString().ShouldBe("Approved.");
        Verify(request, token);
        var call = await CallAsync("delivered");
        call.GetProperty("response_id").GetInt64().ShouldBe(body.GetProperty("response_id").GetInt64());
        call.GetProperty("attempts")[0].GetProperty("outcome").GetString().ShouldBe("accepted");
        request.Headers["Tickiti-Delivery"].ShouldBe(call.GetProperty("id").GetRawText());
    }

    [Test]
    public async Task Respond_ByACustomerOrAsANote_TellsNobody()
    {
        await AddWithTemplatesAsync();
        var number = await OpenAsync();

        await RespondAsync(number, "marcus@trailblazers-club.example", "<p>Well?</p>");
        await RespondAsync(number, "sue@desk.example", "<p>Hm.</p>", isInternal: true);

        (await Admin.PostAsync($"{Interventions}/calls")).Data.GetProperty("calls").GetArrayLength().ShouldBe(0);
    }

    [Test]
    public async Task Call_ThatFails_IsMadeAgainUnderTheSameId()
    {
        _shop.Status = 500;
        await AddWithTemplatesAsync();
        await RespondAsync(await OpenAsync(), "sue@desk.example", "<p>Approved.</p>");
        await RequestAsync(1);
        (await CallAsync("queued")).GetProperty("last_error").ValueKind.ShouldBe(JsonValueKind.String);

        _shop.Status = 200;
        Server.Clock.Advance(TimeSpan.FromSeconds(15));

        var call = await CallAsync("delivered");
        call.GetProperty("attempts").EnumerateArray().Select(one => one.GetProperty("status_code").GetInt32()).ShouldBe([500, 200]);
        _shop.Requests.Select(one => one.Headers["Tickiti-Delivery"]).Distinct().Count().ShouldBe(1);
    }

    [Test]
    public async Task Call_WithoutAnAnswer_IsNamedUnknownAndMadeAgain()
    {
        _shop.Conduct = FakeHttpConduct.Cut;
        await AddWithTemplatesAsync();
        await RespondAsync(await OpenAsync(), "sue@desk.example", "<p>Approved.</p>");
        await RequestAsync(1);
        var waiting = await CallAsync("queued");
        waiting.GetProperty("attempts")[0].GetProperty("outcome").GetString().ShouldBe("unknown");

        _shop.Conduct = FakeHttpConduct.Answer;
        await Admin.PostAsync($"{Interventions}/calls/retry", new { id = waiting.GetProperty("id").GetInt64() });

        await CallAsync("delivered");
        (await Admin.PostAsync($"{Interventions}/calls/retry", new { id = waiting.GetProperty("id").GetInt64() })).Fields.ShouldBe(["id"]);
    }

    [Test]
    public async Task GenerateToken_SignsWithBothForADay()
    {
        var old = await AddWithTemplatesAsync();
        var made = await Admin.PostAsync($"{Interventions}/generate-token", new { intervention_id = await IdAsync() });
        await RespondAsync(await OpenAsync(), "sue@desk.example", "<p>Approved.</p>");

        var request = await RequestAsync(1);
        Verify(request, made.Data.GetProperty("token").GetString()!);
        Verify(request, old);
        Server.Clock.Advance(TimeSpan.FromHours(25));
        await RespondAsync(await OpenAsync(), "sue@desk.example", "<p>Approved.</p>");
        (await RequestAsync(2)).Headers["Tickiti-Signature"].Split("v1=").Length.ShouldBe(2);
    }

    [Test]
    public async Task Call_OfADeletedIntervention_IsCancelled()
    {
        _shop.Status = 500;
        await AddWithTemplatesAsync();
        await RespondAsync(await OpenAsync(), "sue@desk.example", "<p>Approved.</p>");
        await RequestAsync(1);
        await CallAsync("queued");
        await Admin.PostAsync($"{Interventions}/delete", new { intervention_id = await IdAsync() });

        Server.Clock.Advance(TimeSpan.FromSeconds(15));

        await CallAsync("cancelled");
    }

    [Test]
    public async Task Call_BegunByANodeThatWasKilled_IsNamedUnknownAndTakenOverAfterItsLease()
    {
        _shop.Status = 500;
        await AddWithTemplatesAsync();
        await RespondAsync(await OpenAsync(), "sue@desk.example", "<p>Approved.</p>");
        await RequestAsync(1);
        await CallAsync("queued");
        var until = Server.Clock.GetUtcNow().AddSeconds(90);
        await WriteAsync((db, token) => db.EpilogCalls.ExecuteUpdateAsync(
            set => set.SetProperty(call => call.Status, EpilogStatus.Sending).SetProperty(call => call.LeaseUntil, until), token));
        _shop.Status = 200;

        Server.Clock.Advance(TimeSpan.FromSeconds(60));
        await Admin.PostAsync($"{Interventions}/calls/retry", new { id = (await CallAsync("sending")).GetProperty("id").GetInt64() });
        _shop.Requests.Count.ShouldBe(1);

        Server.Clock.Advance(TimeSpan.FromSeconds(40));
        (await CallAsync("queued")).GetProperty("attempts")[1].GetProperty("outcome").GetString().ShouldBe("unknown");
        Server.Clock.Advance(TimeSpan.FromSeconds(40));
        var call = await CallAsync("delivered");
        call.GetProperty("attempts").EnumerateArray().Select(one => one.GetProperty("outcome").GetString())
            .ShouldBe(["refused", "unknown", "accepted"]);
        _shop.Requests.Select(one => one.Headers["Tickiti-Delivery"]).Distinct().Count().ShouldBe(1);
    }

    [Test]
    public async Task Call_ThatCannotBeClaimed_IsTriedAgainAfterAPause()
    {
        if (Database != TestDatabase.Sqlite)
        {
            Assert.Ignore("The trigger is written for SQLite.");
        }

        await AddWithTemplatesAsync();
        var number = await OpenAsync();
        await WriteAsync((db, token) => db.Database.ExecuteSqlRawAsync(
            """CREATE TRIGGER "Refuse" BEFORE UPDATE ON "EpilogCalls" BEGIN SELECT RAISE(ABORT, 'no'); END;""", token));
        using var errors = new StringWriter();
        try
        {
            await RespondAsync(number, "sue@desk.example", "<p>Approved.</p>");
            await BrokenOffAsync(errors, 1);
            var first = Stopwatch.StartNew();
            await BrokenOffAsync(errors, 3);
            first.Elapsed.ShouldBeGreaterThan(TimeSpan.FromSeconds(1));
        }
        finally
        {
            await WriteAsync((db, token) => db.Database.ExecuteSqlRawAsync("""DROP TRIGGER "Refuse";""", token));
        }

        await CallAsync("delivered");
    }

    [Test]
    public async Task Merge_OfAnInterventionsTicket_StillTellsTheOtherSide()
    {
        await AddWithTemplatesAsync();
        var older = (await Admin.PostAsync(
            "/api/tickets/create", new { originator_email_address = "marcus@trailblazers-club.example", subject = "s", content = "c" }))
            .Data.GetProperty("ticket_number").GetInt64();
        var newer = await OpenAsync();
        (await Admin.PostAsync("/api/v1/tickets/merge", new { ticket_number = older, other_ticket_number = newer })).Status.ShouldBe(200);

        await RespondAsync(newer, "sue@desk.example", "<p>Approved.</p>");

        var body = JsonSerializer.Deserialize<JsonElement>((await RequestAsync(1)).Body);
        body.GetProperty("uid").GetString().ShouldBe("order-1");
        body.GetProperty("ticket_number").GetInt64().ShouldBe(older);
    }

    protected override void Configure(IWebHostBuilder builder)
    {
        builder.UseSetting("Tickiti:Interventions:AllowedAddresses:0", "127.0.0.1/32");
        builder.UseSetting("Tickiti:Interventions:PollSeconds", "1");
    }

    private static void Verify(FakeHttpRequest request, string token)
    {
        var parts = request.Headers["Tickiti-Signature"].Split(',');
        var signed = Encoding.UTF8.GetBytes($"{parts[0]["t=".Length..]}.{request.Body}");
        parts.ShouldContain($"v1={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(token), signed))}");
    }

    private object Refund() => new
    {
        name = "refund",
        title = "A refund",
        queue_name = "inbox",
        remote_enabled = true,
        remote_epilog_url = _shop.Url,
        remote_timeout_seconds = 5,
    };

    private static object Order(string intervention) => new
    {
        originator_email_address = "marcus@trailblazers-club.example",
        intervention,
        uid = "order-1",
        data = new { data = new { order = "SP-1", amount = "£10" } },
    };

    private async Task<long> AddAsync() =>
        (await Admin.PostAsync($"{Interventions}/create", Refund())).Data.GetProperty("intervention").GetProperty("id").GetInt64();

    private async Task<string> AddWithTemplatesAsync()
    {
        await AddUserAsync("sue@desk.example");
        await Admin.AddTemplateAsync("refund.private", "Refund {{order}}", "<p>Approve {{order}}?</p>");
        return (await Admin.PostAsync($"{Interventions}/create", Refund())).Data.GetProperty("token").GetString()!;
    }

    private async Task<long> IdAsync() =>
        (await Admin.PostAsync(Interventions)).Data.GetProperty("interventions")[0].GetProperty("id").GetInt64();

    private async Task<long> OpenAsync() =>
        (await Admin.PostAsync("/api/create_ticket", Order("refund"), NewKey())).Data.GetProperty("ticket_number").GetInt64();

    private async Task RespondAsync(long number, string from, string content, bool isInternal = false) =>
        (await Admin.PostAsync(
            "/api/ticket_respond", new { ticket_number = number, from_email = from, content, is_internal = isInternal }, NewKey()))
        .Status.ShouldBe(200);

    private async Task WriteAsync(Func<TickitiDbContext, CancellationToken, Task<int>> write)
    {
        await using var scope = Server.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TickitiDbContext>();
        await db.WriteAsync(token => write(db, token), CancellationToken.None);
    }

    private Task BrokenOffAsync(StringWriter errors, int times) => Probe.UntilAsync(
        () =>
        {
            Server.WriteErrorsTo(errors);
            return Task.FromResult(errors.ToString().Split("broke off").Length > times);
        },
        what: $"{times} claims that broke off");

    private async Task<JsonElement> ShowAsync(ApiAnswer created) =>
        (await Admin.PostAsync("/api/v1/tickets/show", new { ticket_number = created.Data.GetProperty("ticket_number").GetInt64() })).Data;

    private async Task<FakeHttpRequest> RequestAsync(int number)
    {
        await Probe.UntilAsync(() => Task.FromResult(_shop.Requests.Count >= number), what: $"request {number}");
        return _shop.Requests.ElementAt(number - 1);
    }

    private async Task<JsonElement> CallAsync(string status)
    {
        JsonElement call = default;
        await Probe.UntilAsync(
            async () =>
            {
                var calls = (await Admin.PostAsync($"{Interventions}/calls", new { status })).Data.GetProperty("calls");
                call = calls.GetArrayLength() > 0 ? calls[0] : default;
                return call.ValueKind == JsonValueKind.Object;
            },
            what: $"a call that is {status}");
        return call;
    }
}
