using System.Text.Json;
using NUnit.Framework;
using Shouldly;
using Tickiti.FunctionalTests.Common;

namespace Tickiti.FunctionalTests.Queues;

public sealed class QueueTests(TestDatabase database) : ApiTests(database)
{
    private const string Queues = "/api/v1/workflow/queues";

    [Test]
    public async Task List_OfAFirstStart_HoldsTheInbox()
    {
        var queues = (await Admin.PostAsync(Queues)).Data.GetProperty("queues");

        queues.GetArrayLength().ShouldBe(1);
        queues[0].GetProperty("name").GetString().ShouldBe("Inbox");
        queues[0].GetProperty("stranger_replies").GetString().ShouldBe("add");
        queues[0].GetProperty("ticket_count").GetInt32().ShouldBe(0);
    }

    [Test]
    public async Task Create_WithRules_KeepsThem()
    {
        var created = await Admin.PostAsync($"{Queues}/create", new
        {
            name = "Sales",
            outgoing_mailbox_id = "1",
            stranger_replies = "hold",
            closed_replies = "new_ticket",
            closed_replies_after_days = 30,
            add_cc_participants = false,
            staff_forward = false,
            notify_emails = new[] { "a@example.org" },
        });

        var queue = created.Data.GetProperty("queue");
        queue.GetProperty("closed_replies").GetString().ShouldBe("new_ticket");
        queue.GetProperty("outgoing_mailbox_id").GetInt64().ShouldBe(1);
        (await Admin.PostAsync(Queues)).Data.GetProperty("queues")[1].GetRawText().ShouldBe(queue.GetRawText());
    }

    [TestCase("""{}""", "name")]
    [TestCase("""{"name":"inbox"}""", "name")]
    [TestCase("""{"name":"a\nb"}""", "name")]
    [TestCase("""{"name":"x","outgoing_mailbox_id":4711}""", "outgoing_mailbox_id")]
    [TestCase("""{"name":"x","closed_replies":"maybe"}""", "closed_replies")]
    [TestCase("""{"name":"x","closed_replies_after_days":-1}""", "closed_replies_after_days")]
    [TestCase("""{"name":"x","notify_emails":["a@example.org","no"]}""", "notify_emails[1]")]
    public async Task Create_WithABadField_NamesIt(string body, params string[] fields)
    {
        var answer = await Admin.PostTextAsync($"{Queues}/create", body);

        answer.Status.ShouldBe(422);
        answer.Fields.ShouldBe(fields);
    }

    [Test]
    public async Task Update_WithNull_TakesTheMailboxAway()
    {
        var id = await AddAsync("Sales");
        await Admin.PostAsync($"{Queues}/update", new { queue_id = id, outgoing_mailbox_id = 1 });

        (await UpdateAsync(new { queue_id = id, staff_forward = false })).GetProperty("outgoing_mailbox_id").GetInt64().ShouldBe(1);
        (await UpdateAsync(new { queue_id = id, outgoing_mailbox_id = (long?)null })).GetProperty("outgoing_mailbox_id")
            .ValueKind.ShouldBe(JsonValueKind.Null);

        async Task<JsonElement> UpdateAsync(object body) =>
            (await Admin.PostAsync($"{Queues}/update", body)).Data.GetProperty("queue");
    }

    [Test]
    public async Task Update_OfTheCaseOfAName_IsNoConflictWithItself()
    {
        var id = await AddAsync("Sales");

        (await Admin.PostAsync($"{Queues}/update", new { queue_id = id, name = "SALES" })).Status.ShouldBe(200);
    }

    [Test]
    public async Task Delete_OfAQueue_TakesItAway()
    {
        var id = await AddAsync("Sales");

        (await Admin.PostAsync($"{Queues}/delete", new { queue_id = id })).Data.GetProperty("queue_id").GetInt64().ShouldBe(id);

        (await Admin.PostAsync(Queues)).Data.GetProperty("queues").GetArrayLength().ShouldBe(1);
        (await Admin.PostAsync($"{Queues}/delete", new { queue_id = id })).Status.ShouldBe(404);
    }

    [Test]
    public async Task Delete_OfTheBuiltInQueue_IsRefused() =>
        (await Admin.PostAsync($"{Queues}/delete", new { queue_id = 1 })).Error.ShouldBe("queue_built_in");

    [Test]
    public async Task Move_ToTheSameOrAnUnknownQueue_IsRefused()
    {
        (await Admin.PostAsync($"{Queues}/move", new { from_queue_id = 1, to_queue_id = 1 })).Fields.ShouldBe(["to_queue_id"]);
        (await Admin.PostAsync($"{Queues}/move", new { from_queue_id = 1, to_queue_id = 4711 })).Fields.ShouldBe(["to_queue_id"]);
        (await Admin.PostAsync($"{Queues}/move", new { from_queue_id = 4711, to_queue_id = 1 })).Status.ShouldBe(404);
    }

    private async Task<long> AddAsync(string name) =>
        (await Admin.PostAsync($"{Queues}/create", new { name })).Data.GetProperty("queue").GetProperty("id").GetInt64();
}
