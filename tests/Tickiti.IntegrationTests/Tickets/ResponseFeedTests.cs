using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Shouldly;
using Tickiti.Application.Common;
using Tickiti.Application.Tickets;
using Tickiti.Domain.Tickets;
using Tickiti.Infrastructure.Persistence;
using Tickiti.IntegrationTests.Common;

namespace Tickiti.IntegrationTests.Tickets;

/// <summary>Who polls responses/query with its cursor gets every response, and each one once, whatever writers do.</summary>
[TestFixture(DatabaseProvider.Sqlite)]
[TestFixture(DatabaseProvider.PostgreSql)]
public sealed class ResponseFeedTests(DatabaseProvider provider) : TicketTestsBase(provider)
{
    private readonly DatabaseProvider _provider = provider;

    [Test]
    public async Task Poll_WhenALowerIdIsCommittedLater_GetsItThen()
    {
        var low = await WithDbAsync(_ => Node.Services.GetRequiredService<IIds>().NextAsync<Response>(CancellationToken.None).AsTask());
        var ticket = await OpenAsync();
        var before = await PollAsync(null);

        await AddAsync(low, ticket);

        before.Ids.ShouldNotContain(low);
        before.Ids.Max().ShouldBeGreaterThan(low);
        var after = await PollAsync(before.Cursor);
        after.Ids.ShouldBe([low]);
        (await PollAsync(after.Cursor)).Ids.ShouldBeEmpty();
    }

    [Test]
    public async Task Poll_WhileAWriterStalls_HoldsBackWhatCameAfterHim()
    {
        var ticket = await OpenAsync();
        var low = await WithDbAsync(_ => Node.Services.GetRequiredService<IIds>().NextAsync<Response>(CancellationToken.None).AsTask());
        var before = await PollAsync(null);
        var (inserted, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        var stalled = WithDbAsync(db => StallAsync(db, low, ticket.TicketId, inserted, release.Task));
        await inserted.Task;

        // SQLite has one writer: there the second one waits behind the first.
        var second = SendAsync(Answer(ticket));
        if (_provider != DatabaseProvider.Sqlite)
        {
            await second;
        }

        var meanwhile = await PollAsync(before.Cursor);
        release.SetResult();
        await stalled;
        var answered = (await second).ResponseId!.Value;

        meanwhile.Ids.ShouldBeEmpty();
        var after = await PollAsync(meanwhile.Cursor);
        after.Ids.ShouldBe([low, answered], ignoreOrder: true);
        (await PollAsync(after.Cursor)).Ids.ShouldBeEmpty();
    }

    [Test]
    public async Task Poll_WhileManyWriteAndSomeStall_GetsEachOnce()
    {
        var other = _provider == DatabaseProvider.Sqlite ? Node : await Database.StartNodeAsync();
        var cursor = (await PollAsync(null)).Cursor;
        var writing = Task.WhenAll(Enumerable.Range(0, 8).Select(writer => WriteAsync(writer % 2 == 0 ? Node : other, 25)));
        var seen = new List<long>();
        while (!writing.IsCompleted)
        {
            var poll = await PollAsync(cursor, limit: 7);
            seen.AddRange(poll.Ids);
            cursor = poll.Cursor;
        }

        var written = (await writing).SelectMany(ids => ids).ToList();
        seen.AddRange((await PollAsync(cursor)).Ids);

        written.Count.ShouldBe(240);
        seen.ShouldBeUnique();
        seen.ShouldBe(written, ignoreOrder: true);
    }

    [Test]
    public async Task Poll_OfWhatWasAnsweredJustNow_FindsItAtOnce()
    {
        var cursor = (await PollAsync(null)).Cursor;
        for (var i = 0; i < 20; i++)
        {
            await OpenAsync();
            var poll = await PollAsync(cursor);
            poll.Ids.Count.ShouldBe(1);
            cursor = poll.Cursor;
        }
    }

    [Test]
    public async Task Poll_WithFilters_SkipsOthersForGood()
    {
        var (mine, others) = (await OpenAsync(), await OpenAsync());
        var query = new QueryResponses { TicketNumber = [mine.TicketNumber] };
        var first = await SendAsync(query);
        await SendAsync(Answer(others));
        await SendAsync(Answer(mine));

        var rest = await SendAsync(query with { Cursor = first.ResumeCursor });

        first.Responses.Count.ShouldBe(1);
        rest.Responses.Select(row => row.PlainText).ShouldBe(["We look into it."]);
        (await SendAsync(query with { Cursor = rest.ResumeCursor })).Responses.ShouldBeEmpty();
    }

    [Test]
    public async Task Poll_AfterResponsesMoved_GetsNoneOfThemAgain()
    {
        var (older, newer) = (await OpenAsync(), await OpenAsync());
        var cursor = (await PollAsync(null)).Cursor;

        await SendAsync(new MergeTickets(newer.TicketNumber, older.TicketNumber));

        (await PollAsync(cursor)).Ids.ShouldBeEmpty();
    }

    [Test]
    public async Task Poll_AfterTheDatabaseMovedToAYoungerServer_GoesOn()
    {
        if (_provider != DatabaseProvider.PostgreSql)
        {
            Assert.Ignore("Only PostgreSQL counts by server.");
        }

        await OpenAsync();
        await WithDbAsync(db => ((DbContext)db).Database.ExecuteSqlRawAsync("""UPDATE "Responses" SET "Position" = "Position" + 1000000000"""));
        await Node.Services.GetRequiredService<DatabaseStart>().RunAsync(CancellationToken.None);
        var before = await PollAsync(null);

        var ticket = await OpenAsync();

        before.Ids.ShouldNotBeEmpty();
        (await PollAsync(before.Cursor)).Ids.Count.ShouldBe(1);
        (await LoadAsync(ticket)).Number.ShouldBe(ticket.TicketNumber);
    }

    [Test]
    public async Task Show_OfResponsesWhoseIdsAreOfSeveralBlocks_HasTheOldestFirst()
    {
        var low = await WithDbAsync(_ => Node.Services.GetRequiredService<IIds>().NextAsync<Response>(CancellationToken.None).AsTask());
        var ticket = await OpenAsync();
        Clock.Advance(TimeSpan.FromMinutes(1));
        await SendAsync(Answer(ticket));
        Clock.Advance(TimeSpan.FromMinutes(1));
        await AddAsync(low, ticket);

        var shown = await SendAsync(new ShowTicket(ticket.TicketNumber, ["plain_text"]) { Limit = 2 });
        var rest = await SendAsync(new ListResponses(ticket.TicketNumber) { Cursor = shown.NextCursor, Limit = 2 });

        shown.Responses.Select(row => row.PlainText).ShouldBe(["It snapped at mile 14.", "We look into it."]);
        rest.Responses.Select(row => row.PlainText).ShouldBe(["late"]);
        rest.NextCursor.ShouldBeNull();
    }

    [Test]
    public async Task Query_WithACursorFromElsewhere_IsRefused()
    {
        await OpenAsync();

        (await TrySendAsync(new QueryResponses { Cursor = Cursor.After(long.MaxValue, 0) })).Error!.Fields.Keys.ShouldBe(["cursor"]);
        (await TrySendAsync(new QueryResponses { Cursor = Cursor.After(1) })).Error!.Fields.Keys.ShouldBe(["cursor"]);
    }

    private async Task<(List<long> Ids, string Cursor)> PollAsync(string? cursor, int limit = 200)
    {
        var ids = new List<long>();
        while (true)
        {
            var page = await SendAsync(new QueryResponses { Cursor = cursor, Limit = limit, Fields = [] });
            ids.AddRange(page.Responses.Select(row => long.Parse(row.Id, System.Globalization.CultureInfo.InvariantCulture)));
            cursor = page.ResumeCursor;
            if (page.NextCursor is null)
            {
                return (ids, cursor);
            }

            page.NextCursor.ShouldBe(page.ResumeCursor);
        }
    }

    private Task<int> AddAsync(long id, OpenedTicket opened) => WithDbAsync(async db =>
    {
        var ticket = await db.Tickets.Include(one => one.Participants).SingleAsync(one => one.Id == opened.TicketId);
        db.Responses.Add(ticket.Respond(id, new NewResponse(null, "late", "late"), keepStatus: true, Clock.GetUtcNow()).Response);
        await db.SaveChangesAsync(CancellationToken.None);
        return 0;
    });

    /// <summary>Inserts a response and leaves the transaction open until it is let go.</summary>
    private static Task<int> StallAsync(ITickitiDb db, long id, long ticketId, TaskCompletionSource inserted, Task release) => db.WriteAsync(
        async token =>
        {
            await ((DbContext)db).Database.ExecuteSqlAsync(
                $"""
                 INSERT INTO "Responses" ("Id", "TicketId", "AuthorEmail", "IsInternal", "IsPinned", "IsStaff", "IsEmailSourced", "Html", "Text",
                   "Spans", "IsNotSent", "CreatedAt", "UpdatedAt", "Version")
                 SELECT {id}, "TicketId", "AuthorEmail", "IsInternal", "IsPinned", "IsStaff", "IsEmailSourced", "Html", "Text",
                   "Spans", "IsNotSent", "CreatedAt", "UpdatedAt", "Version"
                 FROM "Responses" WHERE "TicketId" = {ticketId} ORDER BY "Id" LIMIT 1
                 """,
                token);
            inserted.TrySetResult();
            await release;
            return 0;
        },
        CancellationToken.None);

    private static async Task<List<long>> WriteAsync(TestNode node, int count)
    {
        var ids = new List<long>();
        for (var i = 0; i < count; i++)
        {
            var opened = await node.InScopeAsync(scope => scope.GetRequiredService<IMediator>().Send(
                new OpenTicket("marcus@customer.example", "Hello", "<p>Hello</p>")));
            ids.Add(await node.InScopeAsync(scope => scope.GetRequiredService<ITickitiDb>().Responses
                .Where(one => one.TicketId == opened.Value.TicketId).Select(one => one.Id).SingleAsync()));
            if (i % 5 == 0)
            {
                var late = await node.Services.GetRequiredService<IIds>().NextAsync<Response>(CancellationToken.None);
                await node.InScopeAsync(scope => StallAsync(
                    scope.GetRequiredService<ITickitiDb>(), late, opened.Value.TicketId, new TaskCompletionSource(), Task.Delay(Random.Shared.Next(40))));
                ids.Add(late);
            }
        }

        return ids;
    }
}
