using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Shouldly;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Suppressions;
using Tickiti.Infrastructure.Persistence;
using Tickiti.Infrastructure.Search;
using Tickiti.IntegrationTests.Common;

namespace Tickiti.IntegrationTests.Search;

/// <summary>Whether a database does what the searches are written for.</summary>
public sealed class SearchPlanTests
{
    [Test]
    public async Task Plan_OnSqlite_ReadsTheFullTextTableAndOfTheOthersByKeyOnly()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var node = await database.StartNodeAsync();
        foreach (var index in SqliteSearchIndex.All)
        {
            var explain = "EXPLAIN QUERY PLAN " + SqliteTextSearch.ByIndex(index);
            object[] parameters = SqliteTextSearch.Parameters("abcd", "ABCD", "BCD", long.MaxValue, 10);
            var plan = await node.InScopeAsync(scope => scope.GetRequiredService<TickitiDbContext>().Database
                .SqlQueryRaw<PlanStep>(explain, parameters).ToListAsync());

            var steps = plan.Select(step => step.Detail).ToList();
            steps.ShouldContain(step => step.Contains("VIRTUAL TABLE INDEX", StringComparison.Ordinal), index.Name);
            steps.ShouldNotContain(step => step.Contains("B-TREE", StringComparison.Ordinal), index.Name);
            steps.ShouldContain(step => step.StartsWith("SEARCH one", StringComparison.Ordinal)
                || step.StartsWith("SEARCH TABLE " + index.Table, StringComparison.Ordinal), string.Join('|', steps));
        }
    }

    [TestCase(nameof(SearchedText.Subject))]
    [TestCase(nameof(SearchedText.Content))]
    [TestCase(nameof(SearchedText.SentMail))]
    [TestCase(nameof(SearchedText.Suppression))]
    public async Task Plan_OnPostgreSql_ReadsTheIndexByStretches(string text)
    {
        var where = Enum.Parse<SearchedText>(text);
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.PostgreSql);
        var node = await database.StartNodeAsync();
        await using var connection = await node.Services.GetRequiredService<PostgreSqlSearchPool>().OpenAsync(CancellationToken.None);
        foreach (var (sql, condition) in new[]
        {
            (PostgreSqlSearchIndexes.ByStretches(where), "stretch.\"Id\""),
            (PostgreSqlSearchIndexes.Anywhere(where), "~~"),
        })
        {
            await using var explain = new PostgreSqlTextSearch.Finding(connection, where, "Plate", "Plate", 10).Command($"EXPLAIN {sql}", long.MaxValue, 10);
            explain.Parameters.AddWithValue("first", 9L);
            explain.Parameters.AddWithValue("last", 0L);
            var plan = new List<string>();
            await using var reader = await explain.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                plan.Add(reader.GetString(0));
            }

            // Both at once, the stretch and the text, or it would gather all that have the text for each stretch.
            plan.ShouldContain(line => line.Contains("Bitmap Index Scan", StringComparison.Ordinal), string.Join('\n', plan));
            plan.ShouldContain(
                line => line.Contains("Index Cond", StringComparison.Ordinal) && line.Contains(condition, StringComparison.Ordinal)
                    && line.Contains("~~", StringComparison.Ordinal),
                string.Join('\n', plan));
            plan[0].ShouldStartWith("Limit");
            plan.ShouldNotContain(line => line.Contains("Join", StringComparison.Ordinal), string.Join('\n', plan));
        }
    }

    [TestCase("abc", ExpectedResult = true)]
    [TestCase("жал", ExpectedResult = true)]
    [TestCase("100%", ExpectedResult = true)]
    [TestCase("ab-cd", ExpectedResult = false)]
    [TestCase("%_%_", ExpectedResult = false)]
    [TestCase("ab", ExpectedResult = false)]
    [TestCase("abc\nabc", ExpectedResult = false)]
    public bool IsIndexable_OnPostgreSql_NeedsThreeLettersInARow(string part) =>
        PostgreSqlTextSearch.IsIndexable(part, IndexState.EveryScript);

    [Test]
    public void IsIndexable_WhenTheDatabaseKnowsNoOtherLetters_NeedsAscii()
    {
        PostgreSqlTextSearch.IsIndexable("жал", IndexState.AsciiOnly).ShouldBeFalse();
        PostgreSqlTextSearch.IsIndexable("жalb", IndexState.AsciiOnly).ShouldBeTrue();
        PostgreSqlTextSearch.IsIndexable("abc", IndexState.Missing).ShouldBeFalse();
    }

    [Test]
    public async Task Find_WhenPostgreSqlHasNoIndexes_LooksAtTheNewestRows()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.PostgreSql);
        var first = await database.StartNodeAsync();
        await first.InScopeAsync(scope => scope.GetRequiredService<TickitiDbContext>().Database
            .ExecuteSqlRawAsync("""DROP INDEX "IX_Tickets_Searched" """));
        var node = await database.StartNodeAsync(
            settings: new Dictionary<string, string?> { ["Tickiti:Database:MigrateOnStart"] = "false" });

        (await node.Services.GetRequiredService<PostgreSqlSearchPool>().StateAsync(CancellationToken.None)).ShouldBe(IndexState.Missing);
        var found = await node.InScopeAsync(scope => scope.GetRequiredService<ITextSearch>()
            .FindAsync(SearchedText.Subject, "plate", long.MaxValue, 10, CancellationToken.None));
        found.IsComplete.ShouldBeTrue();
    }

    // The index that the first release made: over the folded text itself, which no statement asks for any more.
    [Test]
    public async Task Find_OnPostgreSqlWithTheIndexesOfTheFirstRelease_LooksAtTheNewestRowsUntilAStartMakesOurs()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.PostgreSql);
        var first = await database.StartNodeAsync();
        await first.InScopeAsync(scope => scope.GetRequiredService<TickitiDbContext>().Database.ExecuteSqlRawAsync(
            """ALTER TABLE "Tickets" DROP COLUMN "Searched"; CREATE INDEX "IX_Tickets_Search" ON "Tickets" USING gin (upper("Subject") gin_trgm_ops);"""));
        var old = await database.StartNodeAsync(
            settings: new Dictionary<string, string?> { ["Tickiti:Database:MigrateOnStart"] = "false" });

        var found = await old.InScopeAsync(scope => scope.GetRequiredService<ITextSearch>()
            .FindAsync(SearchedText.Subject, "plate", long.MaxValue, 10, CancellationToken.None));
        var upgraded = await database.StartNodeAsync();

        found.IsComplete.ShouldBeTrue();
        (await upgraded.Services.GetRequiredService<PostgreSqlSearchPool>().StateAsync(CancellationToken.None)).ShouldBe(IndexState.EveryScript);
        (await upgraded.InScopeAsync(scope => scope.GetRequiredService<TickitiDbContext>().Database
            .SqlQueryRaw<string>("""SELECT indexname AS "Value" FROM pg_indexes WHERE indexname LIKE 'IX\_Tickets\_Search%'""").ToListAsync()))
            .ShouldBe(["IX_Tickets_Searched"]);
    }

    [Test]
    public async Task Start_WhenTheFullTextTableIsGone_ListsEveryRowAnew()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var first = await database.StartNodeAsync();
        await first.InScopeAsync(async scope =>
        {
            var db = scope.GetRequiredService<TickitiDbContext>();
            db.Suppressions.Add(Suppression.ByPerson(
                1,
                EmailAddress.Parse("ada@other.example"),
                SuppressionReason.Manual,
                null,
                DateTimeOffset.UnixEpoch));
            await db.SaveChangesAsync();
            await scope.GetRequiredService<SqliteSearchIndexer>().IndexAsync(CancellationToken.None);
            await db.WriteAsync(
                token => db.Database.ExecuteSqlRawAsync("""DROP TABLE "SuppressionSearch" """, token), CancellationToken.None);
        });

        var second = await database.StartNodeAsync();

        for (var i = 0; i < 2; i++)
        {
            var found = await second.InScopeAsync(scope => scope.GetRequiredService<ITextSearch>()
                .FindAsync(SearchedText.Suppression, "@OTHER", long.MaxValue, 10, CancellationToken.None));
            found.Ids.ShouldBe([1]);
            await second.Services.GetRequiredService<SqliteSearchIndexer>().IndexAsync(CancellationToken.None);
        }
    }

    [TestCase(nameof(SearchedText.Subject), "[Tickets]")]
    [TestCase(nameof(SearchedText.Content), "[Responses]")]
    [TestCase(nameof(SearchedText.SentMail), "[SentMails]")]
    [TestCase(nameof(SearchedText.Suppression), "[Suppressions]")]
    public void Newest_OnSqlServer_LooksAtAsManyRowsAsAreAllowed(string text, string table)
    {
        using var db = new SqlServerDesignTimeFactory().CreateDbContext([]);

        var sql = new TextScan(db).Newest(Enum.Parse<SearchedText>(text), "plate").ToQueryString();

        sql.ShouldContain($"FROM {table}");
        sql.ShouldContain("SELECT TOP(@");
        sql.ShouldContain("CHARINDEX(UPPER(");
        sql.IndexOf("ORDER BY", StringComparison.Ordinal).ShouldBeLessThan(sql.IndexOf("CHARINDEX", StringComparison.Ordinal));
    }

    private sealed record PlanStep(string Detail);
}
