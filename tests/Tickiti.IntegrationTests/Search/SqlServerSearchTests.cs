using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Shouldly;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Suppressions;
using Tickiti.Domain.Tickets;
using Tickiti.Infrastructure.Persistence;
using Tickiti.Infrastructure.Search;
using Tickiti.IntegrationTests.Common;

namespace Tickiti.IntegrationTests.Search;

/// <summary>SQL Server's tables of n-grams hold what they should, whoever writes, indexes and searches at the same time.</summary>
public sealed class SqlServerSearchTests
{
    private readonly NgramsOnPostgreSql _ngrams = new();
    private TestDatabase _database = null!;
    private TestNode _node = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _database = await TestDatabase.CreateAsync(DatabaseProvider.PostgreSql);
        _node = await _database.StartNodeAsync(_ngrams.Configure);
        await NgramsOnPostgreSql.CreateTablesAsync(_node);
    }

    [TearDown]
    public async Task StopAsync()
    {
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }
    }

    [Test]
    public async Task Index_WhenTwoNodesIndexWhatOthersChange_HoldsWhatTheRowsHold()
    {
        var second = await _database.StartNodeAsync(new NgramsOnPostgreSql().Configure);
        using var stop = new CancellationTokenSource();
        var indexing = Task.WhenAll(IndexUntilAsync(_node, stop.Token), IndexUntilAsync(second, stop.Token));
        await Task.WhenAll(Enumerable.Range(0, 3).Select(writer => WriteAsync(writer, new Random(writer))));
        await stop.CancelAsync();
        await indexing;

        // One of them may have been ended with its lease in hand.
        _node.Clock.Advance(Leases.Duration + TimeSpan.FromSeconds(1));
        await IndexAllAsync();

        await AssertHeldAsync(SqlServerSearchIndex.Of(SearchedText.Subject));
        await AssertHeldAsync(SqlServerSearchIndex.Of(SearchedText.Content));
    }

    [Test]
    public async Task Index_WhenARowIsGone_ForgetsItsGramsAndKeepsThoseOfOthers()
    {
        await AddAsync(10, "first subject", "alpha beta");
        await AddResponseAsync(11, 10, "beta gamma");
        await AddAsync(20, "second subject", "delta");
        await IndexAllAsync();

        await WithDbAsync(db => db.WriteAsync(
            async token => await db.Responses.Where(one => one.Id == 10).ExecuteDeleteAsync(token)
                + await db.Responses.Where(one => one.TicketId == 20).ExecuteDeleteAsync(token)
                + await db.Tickets.Where(one => one.Id == 20).ExecuteDeleteAsync(token),
            CancellationToken.None));
        await IndexAllAsync();

        await AssertHeldAsync(SqlServerSearchIndex.Of(SearchedText.Subject));
        await AssertHeldAsync(SqlServerSearchIndex.Of(SearchedText.Content));
        (await FindAsync(SearchedText.Content, "BETA")).Ids.ShouldBe([10]);
        (await FindAsync(SearchedText.Content, "alpha")).Ids.ShouldBeEmpty();
    }

    [Test]
    public async Task Index_WhenAChangeIsCommittedAfterItWasRead_ReadsItAgain()
    {
        await AddAsync(1, "before", "text");
        await _node.InScopeAsync(async scope =>
        {
            var db = scope.GetRequiredService<TickitiDbContext>();
            await using var transaction = await db.Database.BeginTransactionAsync();
            await db.Tickets.ExecuteUpdateAsync(set => set.SetProperty(ticket => ticket.Subject, "after"));
            await IndexAllAsync();
            await transaction.CommitAsync();
        });

        for (var i = 0; i < 2; i++)
        {
            (await FindAsync(SearchedText.Subject, "before")).Ids.ShouldBeEmpty();
            (await FindAsync(SearchedText.Subject, "after")).Ids.ShouldBe([1]);
            await IndexAllAsync();
        }
    }

    [Test]
    public async Task Index_WhenAnotherNodeHoldsTheLease_LeavesItToThat()
    {
        await AddAsync(1, "subject", "text");
        var second = await _database.StartNodeAsync(new NgramsOnPostgreSql().Configure);
        var lease = await second.Services.GetRequiredService<Leases>().TryTakeAsync(SqlServerSearchIndexer.Lease, CancellationToken.None);

        await IndexAllAsync();
        (await CountAsync("TicketSearchDue")).ShouldBe(1);

        await second.Services.GetRequiredService<Leases>().GiveBackAsync(lease!, CancellationToken.None);
        await IndexAllAsync();
        (await CountAsync("TicketSearchDue")).ShouldBe(0);
    }

    [Test]
    public async Task Index_WhenItFailsInTheMiddle_LeavesEverythingAsItWas()
    {
        await AddAsync(1, "subject", "text");
        _ngrams.Before = sql => sql.StartsWith("DELETE due", StringComparison.Ordinal) ? throw new IOException("test") : Task.CompletedTask;
        await Should.ThrowAsync<IOException>(IndexAllAsync);

        (await CountAsync("TicketSearchGrams")).ShouldBe(0);
        (await CountAsync("TicketSearchDue")).ShouldBe(1);

        // The lease was given back, so the next batch has it.
        _ngrams.Before = null;
        await IndexAllAsync();
        await AssertHeldAsync(SqlServerSearchIndex.Of(SearchedText.Subject));
    }

    [Test]
    public async Task Index_WhenMoreWaitsThanABatchHolds_TakesItInSeveral()
    {
        for (var i = 1; i <= 3; i++)
        {
            await AddAsync(i, $"subject {i}", new string('x', 90_000));
        }

        (await IndexOnceAsync()).ShouldBeTrue();
        (await CountAsync("ResponseSearchDue")).ShouldBe(1);
        await IndexAllAsync();
        (await CountAsync("ResponseSearchDue")).ShouldBe(0);
        await AssertHeldAsync(SqlServerSearchIndex.Of(SearchedText.Content));
    }

    [Test]
    public async Task Find_WhenARowIsIndexedWhileItIsLookedFor_FindsIt()
    {
        await AddAsync(1, "a plate", "text");
        var moved = false;
        _ngrams.Before = async sql =>
        {
            // The list was read; the index was not.
            if (sql.Contains("\"TicketSearchGrams\" WHERE \"Gram\"", StringComparison.Ordinal) && !moved)
            {
                moved = true;
                await IndexAllAsync();
            }
        };

        (await FindAsync(SearchedText.Subject, "plate")).Ids.ShouldBe([1]);
        moved.ShouldBeTrue();
        (await FindAsync(SearchedText.Subject, "plate")).Ids.ShouldBe([1]);
    }

    [Test]
    public async Task Find_WhenATextHasEachGramButNotThePart_DoesNotFindIt()
    {
        await AddAsync(1, "abcd bcde", "text");
        await AddAsync(2, "abcde", "text");
        await IndexAllAsync();

        (await FindAsync(SearchedText.Subject, "ABCDE")).Ids.ShouldBe([2]);
    }

    [Test]
    public async Task Find_WhenTwoResponsesHaveThePartTogetherOnly_DoesNotFindTheTicket()
    {
        await AddAsync(1, "subject", "one abc");
        await AddResponseAsync(2, 1, "bcd");
        await IndexAllAsync();

        (await FindAsync(SearchedText.Content, "abcd")).Ids.ShouldBeEmpty();
    }

    [Test]
    public async Task Find_WhenThePartSpansSubjectAndAddress_DoesNotFindTheMail()
    {
        await ExecuteAsync("""INSERT INTO "SentMailSearchTexts" ("Id", "Found", "Bit", "Text") VALUES (1, 1, 2, U&'ONE\FFFETWO')""");

        (await FindAsync(SearchedText.SentMail, "e\uFFFE")).Ids.ShouldBeEmpty();
        (await FindAsync(SearchedText.SentMail, "ET")).Ids.ShouldBeEmpty();
        (await FindAsync(SearchedText.SentMail, "tw")).Ids.ShouldBe([1]);
        SearchGrams.Of("ONE\uFFFETWO").Count.ShouldBe(2);
    }

    [Test]
    public async Task Find_ForAPartOfAnAddress_FindsTheSuppression()
    {
        await WithDbAsync(async db =>
        {
            db.Suppressions.Add(
                Suppression.ByPerson(7, EmailAddress.Parse("ada@other.example"), SuppressionReason.Manual, null, DateTimeOffset.UnixEpoch));
            await db.SaveChangesAsync(CancellationToken.None);
        });
        for (var i = 0; i < 2; i++)
        {
            (await FindAsync(SearchedText.Suppression, "@OTHER")).Ids.ShouldBe([7]);
            await IndexAllAsync();
        }
    }

    [Test]
    public async Task Find_WhenAGramHasMoreBlocksThanOneLookReaches_SaysHowFarItLooked()
    {
        await AddAsync(1, "plate", "text");
        await IndexAllAsync();

        // What may hold the part, and does not: more of it than one look follows.
        await ExecuteAsync(
            $"""
             INSERT INTO "TicketSearchGrams" SELECT "Gram", block, 1 FROM "TicketSearchGrams" CROSS JOIN generate_series(1000, {1000 + SqlServerTextSearch.MaxBlocks}) block
             """);
        await _node.InScopeAsync(async scope =>
        {
            var search = scope.GetRequiredService<ITextSearch>();
            var before = long.MaxValue;
            var looks = 0;
            var found = await search.FindAsync(SearchedText.Subject, "plate", before, 20_000, CancellationToken.None);
            for (; !found.IsComplete; looks++)
            {
                found.Ids.ShouldBeEmpty();
                found.From.ShouldBeLessThan(before);
                before = found.From;
                found = await search.FindAsync(SearchedText.Subject, "plate", before, 20_000, CancellationToken.None);
            }

            looks.ShouldBe(1);
            found.Ids.ShouldBe([1]);
        });
    }

    [Test]
    public async Task Find_WhenManyMayHaveThePart_ComparesNoMoreThanAskedFor()
    {
        for (var i = 0; i < 300; i += 100)
        {
            await AddManyAsync(i + 1, 100);
        }

        await IndexAllAsync();
        var found = await _node.InScopeAsync(scope => scope.GetRequiredService<ITextSearch>()
            .FindAsync(SearchedText.Subject, "subject", long.MaxValue, 50, CancellationToken.None));

        // Two blocks: 256 to 300 and 192 to 255.
        found.From.ShouldBe(192);
        found.Ids.ShouldBe(Enumerable.Range(192, 109).Select(id => (long)id).Reverse());
    }

    [Test]
    public async Task Keep_WhenSomeWaitAndSomeAreIndexed_KeepsThoseThatMatchNow()
    {
        await AddAsync(1, "plate", "text");
        await AddAsync(2, "plate", "text");
        await AddAsync(3, "plate", "text");
        await IndexAllAsync();
        await WithDbAsync(db => db.WriteAsync(
            token => db.Tickets.Where(ticket => ticket.Id == 2).ExecuteUpdateAsync(set => set.SetProperty(one => one.Subject, "other"), token),
            CancellationToken.None));
        await AddAsync(4, "plate", "text");

        var kept = await _node.InScopeAsync(scope => scope.GetRequiredService<ITextSearch>()
            .KeepAsync(SearchedText.Subject, "PLATE", [1, 2, 4, 99], CancellationToken.None));

        kept.OrderBy(id => id).ShouldBe([1L, 4L]);
    }

    [Test]
    public async Task Find_WhenTheTablesAreNotThere_LooksAtTheNewestRows()
    {
        await AddAsync(1, "plate", "text");
        await ExecuteAsync("""DROP TRIGGER "TicketSearchChange" ON "Tickets"; DROP TABLE "TicketSearchTexts" """);
        var node = await _database.StartNodeAsync(_ngrams.Configure);

        (await FindAsync(SearchedText.Subject, "plate", node)).Ids.ShouldBe([1]);
        (await node.Services.GetRequiredService<SqlServerSearchIndexer>().IndexAsync(CancellationToken.None)).ShouldBeFalse();
    }

    private static async Task IndexUntilAsync(TestNode node, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await node.Services.GetRequiredService<SqlServerSearchIndexer>().IndexAsync(CancellationToken.None);
        }
    }

    // Opens, changes, moves and deletes; each writer among ids of its own.
    private async Task WriteAsync(int writer, Random random)
    {
        var first = 1 + (writer * 1000);
        for (var i = 0; i < 60; i++)
        {
            await AddAsync(first + i, $"{Word(random)} {Word(random)}", $"{Word(random)} {Word(random)}");
            var id = first + random.Next(i + 1);
            var other = first + random.Next(i + 1);
            await WithDbAsync(db => db.WriteAsync(
                token => random.Next(4) switch
                {
                    0 => db.Tickets.Where(one => one.Id == id)
                        .ExecuteUpdateAsync(set => set.SetProperty(one => one.Subject, Word(random)), token),
                    1 => db.Responses.Where(one => one.Id == id)
                        .ExecuteUpdateAsync(set => set.SetProperty(one => one.TicketId, other), token),
                    2 => db.Responses.Where(one => one.Id == id)
                        .ExecuteUpdateAsync(set => set.SetProperty(one => one.Text, Word(random)), token),
                    _ => db.Responses.Where(one => one.Id == id).ExecuteDeleteAsync(token),
                },
                CancellationToken.None));
        }
    }

    private static string Word(Random random) => string.Concat(Enumerable.Range(0, 6).Select(_ => (char)('a' + random.Next(5))));

    private Task AddAsync(long id, string subject, string text) => WithDbAsync(async db =>
    {
        Add(db, id, subject, text);
        await db.SaveChangesAsync(CancellationToken.None);
    });

    private Task AddManyAsync(long first, int count) => WithDbAsync(async db =>
    {
        for (var i = 0; i < count; i++)
        {
            Add(db, first + i, $"subject {i}", "text");
        }

        await db.SaveChangesAsync(CancellationToken.None);
    });

    private static void Add(ITickitiDb db, long id, string subject, string text)
    {
        var ticket = Ticket.Open(id, new NewTicket(1, subject, EmailAddress.Parse("a@b.example")), DateTimeOffset.UnixEpoch);
        var (response, _) = ticket.Respond(id, new NewResponse(null, text, text), keepStatus: true, DateTimeOffset.UnixEpoch);
        db.Tickets.Add(ticket);
        db.Responses.Add(response);
    }

    private Task AddResponseAsync(long id, long ticketId, string text) => WithDbAsync(async db =>
    {
        var ticket = await db.Tickets.SingleAsync(one => one.Id == ticketId);
        var (response, _) = ticket.Respond(id, new NewResponse(null, text, text), keepStatus: true, DateTimeOffset.UnixEpoch);
        db.Responses.Add(response);
        await db.SaveChangesAsync(CancellationToken.None);
    });

    private Task<bool> IndexOnceAsync() => _node.Services.GetRequiredService<SqlServerSearchIndexer>().IndexAsync(CancellationToken.None);

    private async Task IndexAllAsync()
    {
        while (await IndexOnceAsync())
        {
        }
    }

    private Task<TextMatches> FindAsync(SearchedText where, string part, TestNode? node = null) =>
        (node ?? _node).InScopeAsync(scope => scope.GetRequiredService<ITextSearch>()
            .FindAsync(where, part, long.MaxValue, 100, CancellationToken.None));

    // Bit by bit: nothing is missing, and nothing is left over.
    private async Task AssertHeldAsync(SqlServerSearchIndex index)
    {
        (await CountAsync(index.Due)).ShouldBe(0);
        var rows = await RowsAsync<Row>($"""SELECT "{index.Found}" AS "Found", "{index.Columns[0]}" AS "Text" FROM "{index.Table}" """);
        var expected = rows.SelectMany(row => SearchGrams.Of(FoldedText.Of(row.Text)).Select(gram => (gram, row.Found))).ToHashSet();
        var postings = await RowsAsync<Posting>($"""SELECT "Gram", "Block", "Mask" FROM "{index.Grams}" """);
        var held = postings.SelectMany(posting => Enumerable.Range(0, 64).Where(bit => (posting.Mask & (1L << bit)) != 0)
            .Select(bit => (posting.Gram, SqlServerSearchIndex.FirstIdOf(posting.Block) + bit))).ToHashSet();

        held.Except(expected).ShouldBeEmpty("left over");
        expected.Except(held).ShouldBeEmpty("missing");
        postings.ShouldAllBe(posting => posting.Mask != 0);
        (await RowsAsync<Row>($"""SELECT "Found", "Text" FROM "{index.Texts}" """))
            .ShouldBe(rows.Select(row => row with { Text = FoldedText.Of(row.Text) }), ignoreOrder: true);
    }

    private Task<List<T>> RowsAsync<T>(string sql) => _node.InScopeAsync(scope =>
        scope.GetRequiredService<TickitiDbContext>().Database.SqlQueryRaw<T>(sql).ToListAsync());

    private async Task<long> CountAsync(string table) => (await RowsAsync<long>($"""SELECT count(*) AS "Value" FROM "{table}" """)).Single();

    private Task<int> ExecuteAsync(string sql) => _node.InScopeAsync(scope =>
        scope.GetRequiredService<TickitiDbContext>().Database.ExecuteSqlRawAsync(sql));

    private Task WithDbAsync(Func<ITickitiDb, Task> use) =>
        _node.InScopeAsync(scope => use(scope.GetRequiredService<ITickitiDb>()));

    private sealed record Posting(long Gram, long Block, long Mask);

    private sealed record Row(long Found, string Text);
}
