using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Shouldly;
using Tickiti.Application.Common;
using Tickiti.Application.Tickets;
using Tickiti.Domain.Common;
using Tickiti.Domain.Tickets;
using Tickiti.Infrastructure.Persistence;
using Tickiti.Infrastructure.Search;
using Tickiti.IntegrationTests.Tickets;

namespace Tickiti.IntegrationTests.Search;

/// <summary>Searching by an index finds what looking at every row would, wherever the index stands.</summary>
[TestFixture(DatabaseProvider.Sqlite, false)]
[TestFixture(DatabaseProvider.PostgreSql, false)]
[TestFixture(DatabaseProvider.PostgreSql, true)]
[TestFixture(DatabaseProvider.SqlServer, false)]
public sealed class TextSearchTests(DatabaseProvider provider, bool asOnSqlServer) : TicketTestsBase(provider)
{
    private const long FirstId = 1_000_000;

    // Letters whose capitals are one letter each, in every script; marks that compose; what SQL and FTS5 take for special.
    private static readonly string[] Alphabet =
    [
        "a", "b", "E", "é", "e\u0301", "Ü", "ж", "Ж", "Я", "σ", "Σ", "ς", "λ", "漢", "字", "ع", "ר", "𐐨", "𐐀", "😀", "ก", "अ", "1", "0",
        "%", "_", "\\", "\"", "'", "*", "-", " ", " ", "\n", "ab", "жал",
    ];

    private long _nextId = FirstId;

    // Of SQLite alone.
    private SqliteSearchIndexer? Indexer => Node.Services.GetService<SqliteSearchIndexer>();

    // Of SQL Server, and of what stands for it.
    private SqlServerSearchIndexer? Ngrams => Node.Services.GetService<SqlServerSearchIndexer>();

    protected override void Configure(IServiceCollection services)
    {
        if (asOnSqlServer)
        {
            new NgramsOnPostgreSql().Configure(services);
        }
    }

    protected override Task PrepareAsync() => asOnSqlServer ? NgramsOnPostgreSql.CreateTablesAsync(Node) : Task.CompletedTask;

    [Test]
    public async Task Query_ForRandomPartsOfRandomTexts_FindsWhatLookingAtEachRowFinds()
    {
        var random = new Random(20261120);
        var stored = new List<Stored>();
        for (var batch = 0; batch < 4; batch++)
        {
            stored.AddRange(await AddAsync([.. Enumerable.Range(0, 60).Select(_ => (TextOf(random, 25), TextOf(random, 80)))]));
            for (var i = 0; i < 60; i++)
            {
                var part = PartOf(random, stored);
                if (part.Trim().Length == 0)
                {
                    continue;
                }

                var mode = (TicketMode)random.Next(3);
                var found = await FindAsync(new TicketCriterion(Wire<TicketMode>.Name(mode), [part], null));
                found.ShouldBe(
                    stored.Where(one => one.Holds(mode, part.Trim())).Select(one => one.Id).OrderDescending().ToList(),
                    $"{mode} '{part}' in round {batch}");
            }

            if (batch < 3)
            {
                // The last rows wait for the index.
                await IndexAsync();
            }
        }
    }

    // JavaScript's lower case of İ: an i and a dot of its own, whose capitals compose to another letter than they are made from.
    [Test]
    public async Task Query_WhenCapitalsComposeToAnotherLetter_FindsTheRow()
    {
        var mark = Mark();
        var id = (await AddAsync([($"i\u0307stanbul {mark}", "text")])).Single().Id;

        for (var i = 0; i < 2; i++)
        {
            (await FindAsync(new TicketCriterion("subject", [$"i\u0307stanbul {mark}"], null))).ShouldBe([id]);
            await IndexAsync();
        }
    }

    [Test]
    public async Task Query_WhenALowerIdIsCommittedLater_FindsIt()
    {
        var mark = Mark();
        var low = _nextId;
        _nextId += 50;
        var high = (await AddAsync([($"subject {mark}", "text")])).Single().Id;
        await IndexAsync();

        await AddAsync([($"late {mark}", "text")], low);
        (await FindAsync(new TicketCriterion("subject", [mark], null))).ShouldBe([high, low]);
        await IndexAsync();
        (await FindAsync(new TicketCriterion("subject", [mark], null))).ShouldBe([high, low]);
    }

    [Test]
    public async Task Query_WhenASubjectChanges_FindsTheNewOneOnly()
    {
        var (old, mark) = (Mark(), Mark());
        var id = (await AddAsync([($"subject {old}", "text")])).Single().Id;
        await IndexAsync();

        await WithDbAsync(db => db.WriteAsync(
            token => db.Tickets.Where(ticket => ticket.Id == id)
                .ExecuteUpdateAsync(set => set.SetProperty(ticket => ticket.Subject, $"another {mark}"), token),
            CancellationToken.None));

        for (var i = 0; i < 2; i++)
        {
            (await FindAsync(new TicketCriterion("subject", [old], null))).ShouldBeEmpty();
            (await FindAsync(new TicketCriterion("subject", [mark], null))).ShouldBe([id]);
            await IndexAsync();
        }
    }

    [Test]
    public async Task Query_WhenAResponseMovesToAnotherTicket_FindsItThere()
    {
        var mark = Mark();
        var added = await AddAsync([("one", $"text {mark}"), ("two", "text")]);
        await IndexAsync();

        await WithDbAsync(db => db.WriteAsync(
            token => db.Responses.Where(response => response.TicketId == added[0].Id)
                .ExecuteUpdateAsync(set => set.SetProperty(response => response.TicketId, added[1].Id), token),
            CancellationToken.None));

        (await FindAsync(new TicketCriterion("content", [mark], null))).ShouldBe([added[1].Id]);
        await IndexAsync();
        (await FindAsync(new TicketCriterion("content", [mark], null))).ShouldBe([added[1].Id]);
    }

    [Test]
    public async Task Query_WhenARowIsDeleted_LeavesNothingOfItInTheIndex()
    {
        var mark = Mark();
        var id = (await AddAsync([($"subject {mark}", $"text {mark}")])).Single().Id;
        await IndexAsync();

        await WithDbAsync(db => db.WriteAsync(
            async token => await db.Responses.Where(one => one.TicketId == id).ExecuteDeleteAsync(token)
                + await db.Tickets.Where(one => one.Id == id).ExecuteDeleteAsync(token),
            CancellationToken.None));

        (await FindAsync(new TicketCriterion("subject_content", [mark], null))).ShouldBeEmpty();
        if (Indexer is not null)
        {
            (await ScalarAsync($"SELECT count(*) AS Value FROM TicketSearch WHERE Subject LIKE '%{mark}%'")).ShouldBe(0);
            (await ScalarAsync($"SELECT count(*) AS Value FROM ResponseSearch WHERE Text LIKE '%{mark}%'")).ShouldBe(0);
        }
    }

    [Test]
    public async Task Query_WhenManyHaveThePart_ReachesEachOnceByTheCursor()
    {
        var mark = Mark();
        var added = await AddAsync([.. Enumerable.Range(0, 1300).Select(i => ($"{mark} {i}", "text"))]);
        await IndexAsync();

        (await ReadAllAsync(new TicketCriterion("subject", [mark], null), 400)).ShouldBe(added.Select(one => one.Id).OrderDescending().ToList());
    }

    // Where an index is asked by stretches of ids: frequent long ago, then not at all, then now and then.
    [Test]
    public async Task Query_WhenThePartWasFrequentOnce_ReachesEachOnceByTheCursor()
    {
        var mark = Mark();
        var added = new List<Stored>();
        foreach (var (first, count) in new[] { (10_000_000L, 1_500), (10_100_000L, 1), (10_120_000L, 1) })
        {
            _nextId = first;
            added.AddRange(await AddAsync([.. Enumerable.Repeat(($"subject {mark}", $"text {mark}"), count)]));
        }

        await IndexAsync();
        var ids = added.Select(one => one.Id).OrderDescending().ToList();
        foreach (var mode in new[] { "subject", "content" })
        {
            (await ReadAllAsync(new TicketCriterion(mode, [mark], null), 400)).ShouldBe(ids, mode);
        }
    }

    // The index is asked for what is not in each row, and the rest is compared.
    [Test]
    public async Task Query_WhenMostOfThePartIsInEveryRow_FindsTheOneThatHasAllOfIt()
    {
        var mark = Mark();
        var added = await AddAsync([.. Enumerable.Range(100, 300).Select(i => ($"{mark}: order no. {i} of {mark}", $"{mark} no. {i}"))]);
        await AddAsync([("no. 217 of another", "no. 217")]);
        await IndexAsync();

        (await FindAsync(new TicketCriterion("subject", [$"ORDER no. 217 of {mark}"], null))).ShouldBe([added[117].Id]);
        (await FindAsync(new TicketCriterion("content", [$"{mark} no. 217"], null))).ShouldBe([added[117].Id]);
        (await FindAsync(new TicketCriterion("subject", [$"ORDER no. 217 of {mark}x"], null))).ShouldBeEmpty();
    }

    [Test]
    public async Task Query_WhenOnePartIsFrequentAndOneIsRare_FindsTheRowThatHasBoth()
    {
        var (frequent, rare) = (Mark(), Mark());
        var oldest = (await AddAsync([($"{frequent} {rare}", "text")])).Single().Id;
        await AddAsync([.. Enumerable.Range(0, 700).Select(i => ($"{frequent} {i}", "text"))]);
        await IndexAsync();

        (await FindAsync(new TicketCriterion("subject", [frequent, rare], "all"))).ShouldBe([oldest]);
        (await FindAsync(new("subject", [frequent], null), new("subject_content", [rare], null))).ShouldBe([oldest]);
        (await FindAsync(new("subject", [frequent], null), new("ticket_number", [$"{Ticket.NumberOf(oldest)}"], null))).ShouldBe([oldest]);
    }

    [Test]
    public async Task Query_WhenATextIsVeryLong_FindsWhatIsAmongItsFirstCharacters()
    {
        var (early, late) = (Mark(), Mark());
        var id = (await AddAsync([("long", $"{early} {new string('x', ITextSearch.MaxIndexedLength)} {late}")])).Single().Id;
        await IndexAsync();

        (await FindAsync(new TicketCriterion("content", [early], null))).ShouldBe([id]);
        (await FindAsync(new TicketCriterion("content", [late], null))).ShouldBeEmpty();
    }

    [Test]
    public async Task Query_WhenAsMuchIsAskedAsIsAllowed_EndsInTime()
    {
        await AddAsync([.. Enumerable.Range(0, 200).Select(i => ($"{new string('a', 90)} {i}", new string('a', 5_000)))]);
        await IndexAsync();
        var tokens = Enumerable.Range(0, 100).Select(i => $"{new string('a', 95)}{i}").ToList();

        var began = Stopwatch.GetTimestamp();
        var result = await TrySendAsync(new QueryTickets([new("subject_content", tokens, "any")]));

        Stopwatch.GetElapsedTime(began).ShouldBeLessThan(TimeSpan.FromSeconds(15));
        (result.Error?.Fields.Keys ?? []).ShouldBeSubsetOf(["search_object.criteria"]);
    }

    [TestCase(2, 100, 10)]
    [TestCase(1, 100, 101)]
    public async Task Query_WhenTooMuchTextIsAsked_IsRefused(int criteria, int tokens, int length)
    {
        var asked = Enumerable.Repeat(new TicketCriterion("content", [.. Enumerable.Repeat(new string('a', length), tokens)], null), criteria);

        var refused = await TrySendAsync(new QueryTickets([.. asked]));

        refused.Error!.Fields.Keys.ShouldBe(["search_object.criteria"]);
    }

    private static string Mark() => $"m{Guid.NewGuid():N}";

    private static string TextOf(Random random, int length) =>
        "x" + string.Concat(Enumerable.Range(0, random.Next(3, length)).Select(_ => Alphabet[random.Next(Alphabet.Length)]));

    // Mostly something that is there, in another case; now and then something that may not be.
    private static string PartOf(Random random, List<Stored> stored)
    {
        if (random.Next(4) == 0)
        {
            return TextOf(random, 5)[1..];
        }

        var one = stored[random.Next(stored.Count)];
        var elements = System.Globalization.StringInfo.ParseCombiningCharacters(one.Text);
        var start = random.Next(elements.Length);
        var end = Math.Min(elements.Length - 1, start + random.Next(1, 9));
        var part = one.Text[elements[start]..elements[end]];
        return random.Next(2) == 0 ? part.ToUpperInvariant() : part.ToLowerInvariant();
    }

    private async Task<IReadOnlyList<Stored>> AddAsync(IReadOnlyList<(string Subject, string Text)> texts, long? firstId = null)
    {
        var added = new List<Stored>();
        foreach (var chunk in texts.Chunk(500))
        {
            await WithDbAsync(async db =>
            {
                foreach (var (subject, text) in chunk)
                {
                    var id = firstId ?? _nextId++;
                    var ticket = Ticket.Open(id, new NewTicket(1, subject, EmailAddress.Parse("a@b.example")), Clock.GetUtcNow());
                    var (response, _) = ticket.Respond(id, new NewResponse(null, text, text), keepStatus: true, Clock.GetUtcNow());
                    db.Tickets.Add(ticket);
                    db.Responses.Add(response);
                    added.Add(new Stored(id, ticket.Subject, text));
                }

                await db.SaveChangesAsync(CancellationToken.None);
                return true;
            });
        }

        return added;
    }

    private async Task IndexAsync()
    {
        while ((Indexer is { } indexer && await indexer.IndexAsync(CancellationToken.None))
            || (Ngrams is { } ngrams && await ngrams.IndexAsync(CancellationToken.None)))
        {
        }
    }

    private Task<long> ScalarAsync(string sql) => Node.InScopeAsync(scope =>
        scope.GetRequiredService<TickitiDbContext>().Database.SqlQueryRaw<long>(sql).SingleAsync());

    private async Task<List<long>> ReadAllAsync(TicketCriterion criterion, int limit)
    {
        var found = new List<long>();
        string? cursor = null;
        do
        {
            var page = await SendAsync(new QueryTickets([criterion]) { RowLimit = limit, Cursor = cursor });
            found.AddRange(page.Tickets.Select(row => Ticket.IdOf(row.Number)));
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        return found;
    }

    private async Task<List<long>> FindAsync(params TicketCriterion[] criteria)
    {
        var page = await SendAsync(new QueryTickets(criteria) { RowLimit = QueryTickets.MaxLimit });
        page.NextCursor.ShouldBeNull();
        return [.. page.Tickets.Select(row => Ticket.IdOf(row.Number)).Where(id => id >= FirstId)];
    }

    private sealed record Stored(long Id, string Subject, string Text)
    {
        public bool Holds(TicketMode mode, string part) => mode switch
        {
            TicketMode.Subject => DatabaseFunctions.HasText(Subject, part),
            TicketMode.Content => DatabaseFunctions.HasText(Text, part),
            _ => DatabaseFunctions.HasText(Subject, part) || DatabaseFunctions.HasText(Text, part),
        };
    }
}
