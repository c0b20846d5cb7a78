using NUnit.Framework;
using Shouldly;
using Tickiti.Application.Tickets;
using Tickiti.Domain.Common;
using Tickiti.Infrastructure.Persistence;

namespace Tickiti.IntegrationTests.Tickets;

[TestFixture(DatabaseProvider.Sqlite)]
[TestFixture(DatabaseProvider.PostgreSql)]
public sealed class QueryTicketsTests(DatabaseProvider provider) : TicketTestsBase(provider)
{
    private readonly string _mark = $"mark{Guid.NewGuid():N}";
    private OpenedTicket _plate = null!;
    private OpenedTicket _shoes = null!;

    [OneTimeSetUp]
    public async Task OpenSomeAsync()
    {
        _plate = await OpenAsync(one => one with
        {
            Subject = $"PLATE Ürün ЖАЛОБА 100% {_mark}",
            Content = "<p>Straße <b>naïve</b></p>",
            Priority = "40",
            Participants = ["coach@customer.example"],
        });
        _shoes = await OpenAsync(one => one with
        {
            OriginatorEmailAddress = "ada@other.example",
            Subject = $"shoes {_mark}",
            Content = "too small",
            Status = "closed",
        });
        await SendAsync(Answer(_shoes) with { Content = "exchange it", KeepStatus = true });
    }

    [TestCase("subject", "ürün", ExpectedResult = "plate")]
    [TestCase("subject", "жалоба", ExpectedResult = "plate")]
    [TestCase("subject", "100%", ExpectedResult = "plate")]
    [TestCase("subject", "1_0", ExpectedResult = "")]
    [TestCase("content", "NAÏVE", ExpectedResult = "plate")]
    [TestCase("content", "Exchange", ExpectedResult = "shoes")]
    [TestCase("content", "shoes", ExpectedResult = "")]
    [TestCase("subject_content", "SHOES", ExpectedResult = "shoes")]
    [TestCase("subject_content", "small", ExpectedResult = "shoes")]
    [TestCase("priority", "40", ExpectedResult = "plate")]
    [TestCase("status", "closed", ExpectedResult = "shoes")]
    [TestCase("raised", "ADA@other.example", ExpectedResult = "shoes")]
    [TestCase("raised", "coach@customer.example", ExpectedResult = "")]
    [TestCase("participant", "Coach@customer.example", ExpectedResult = "plate")]
    [TestCase("participant", "marcus@customer.example", ExpectedResult = "plate")]
    [TestCase("queue", "inbox", ExpectedResult = "shoes plate")]
    [TestCase("assigned", "none", ExpectedResult = "shoes plate")]
    [TestCase("assigned", "nobody@desk.example", ExpectedResult = "")]
    [TestCase("created_from", "2026-05-02", ExpectedResult = "shoes plate")]
    [TestCase("created_from", "2026-05-03", ExpectedResult = "")]
    [TestCase("created_to", "2026-05-02", ExpectedResult = "shoes plate")]
    [TestCase("updated_to", "2026-05-01", ExpectedResult = "")]
    public Task<string> Query_ByEachMode_FindsWhatItNames(string mode, string token) => FindAsync(new TicketCriterion(mode, [token], null));

    [Test]
    public async Task Query_WhenModesAreTheSame_TakesEither() =>
        (await FindAsync(new("subject", ["plate"], null), new("subject", ["shoes"], null))).ShouldBe("shoes plate");

    [Test]
    public async Task Query_WhenModesDiffer_WantsBoth()
    {
        (await FindAsync(new("subject", ["plate"], null), new("status", ["closed"], null))).ShouldBeEmpty();
        (await FindAsync(new("subject", ["shoes"], null), new("status", ["closed"], null))).ShouldBe("shoes");
    }

    [Test]
    public async Task Query_WhenAllTokensMustMatch_WantsEach()
    {
        (await FindAsync(new TicketCriterion("subject", ["plate", "shoes"], "any"))).ShouldBe("shoes plate");
        (await FindAsync(new TicketCriterion("subject", ["plate", "shoes"], "all"))).ShouldBeEmpty();
        (await FindAsync(new TicketCriterion("subject", ["plate", "ürün"], "all"))).ShouldBe("plate");
    }

    [Test]
    public async Task Query_ByNumber_FindsExactlyThatOne() =>
        (await FindAsync(new TicketCriterion("ticket_number", [$"{_plate.TicketNumber}"], null))).ShouldBe("plate");

    [Test]
    public async Task Query_WhenThereIsMore_GoesOnAfterTheCursor()
    {
        TicketCriterion[] mine = [new("subject", [_mark], null)];
        var first = await SendAsync(new QueryTickets(mine) { RowLimit = 1 });
        var second = await SendAsync(new QueryTickets(mine) { RowLimit = 1, Cursor = first.NextCursor });

        first.Tickets.Single().Number.ShouldBe(_shoes.TicketNumber);
        first.NextCursor.ShouldNotBeNull();
        second.Tickets.Single().Number.ShouldBe(_plate.TicketNumber);
        second.NextCursor.ShouldBeNull();
    }

    [Test]
    public async Task Query_WhenFound_HasTheWholeRow()
    {
        var page = await SendAsync(new QueryTickets([new("ticket_number", [$"{_shoes.TicketNumber}"], null)]));

        var row = page.Tickets.ShouldHaveSingleItem();
        row.Id.ShouldBe($"{_shoes.TicketId}");
        row.Queue.ShouldBe("Inbox");
        row.Resolved.ShouldBeTrue();
        row.ResponseCount.ShouldBe(2);
        row.OriginatorEmail.ShouldBe("ada@other.example");
        row.AssignedToEmail.ShouldBeNull();
    }

    [TestCase("mood", "x", "search_object.criteria[0].mode")]
    [TestCase("status", "done", "search_object.criteria[0].tokens[0]")]
    [TestCase("priority", "5", "search_object.criteria[0].tokens[0]")]
    [TestCase("ticket_number", "x1", "search_object.criteria[0].tokens[0]")]
    [TestCase("created_from", "02.05.2026", "search_object.criteria[0].tokens[0]")]
    [TestCase("updated_to", "9999-12-31", "search_object.criteria[0].tokens[0]")]
    [TestCase("subject", " ", "search_object.criteria[0].tokens[0]")]
    public async Task Query_WhenACriterionMakesNoSense_NamesIt(string mode, string token, string field)
    {
        var result = await TrySendAsync(new QueryTickets([new(mode, [token], null)]));

        result.Error!.Kind.ShouldBe(ErrorKind.Invalid);
        result.Error.Fields.Keys.ShouldBe([field]);
    }

    [TestCase("garbage")]
    [TestCase("")]
    [TestCase("AAAAAAAAAAAA")]
    [TestCase("ÄÄÄÄÄÄÄÄÄÄÄÄ")]
    public async Task Query_WhenTheCursorIsGarbage_IsRefused(string cursor) =>
        (await TrySendAsync(new QueryTickets(null) { Cursor = cursor })).Error!.Fields.Keys.ShouldBe(["cursor"]);

    [TestCase(0)]
    [TestCase(5001)]
    public async Task Query_WhenTheLimitIsOutOfRange_IsRefused(int limit) =>
        (await TrySendAsync(new QueryTickets(null) { RowLimit = limit })).Error!.Fields.Keys.ShouldBe(["row_limit"]);

    [Test]
    public async Task Query_WhenTheQueueIsUnknown_SaysItsName() =>
        (await TrySendAsync(new QueryTickets([new("queue", ["Sales"], null)]))).Error!.Code.ShouldBe("Queue 'Sales' not found.");

    private async Task<string> FindAsync(params TicketCriterion[] criteria)
    {
        // The mark keeps other fixtures' tickets out; as a number it would be a criterion of the mode under test.
        var page = await SendAsync(new QueryTickets(criteria));
        return string.Join(' ', page.Tickets.Select(row => row.Number == _plate.TicketNumber ? "plate" : "shoes"));
    }
}
