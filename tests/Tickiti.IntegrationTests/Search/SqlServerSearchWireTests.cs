using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;
using Shouldly;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Tickets;
using Tickiti.Infrastructure.Persistence;
using Tickiti.Infrastructure.Persistence.SqlServer;
using Tickiti.Infrastructure.Search;
using Tickiti.IntegrationTests.Persistence;

namespace Tickiti.IntegrationTests.Search;

/// <summary>What of the search reaches a SQL Server's wire, and in which order.</summary>
public sealed class SqlServerSearchWireTests
{
    private FakeSqlServer _server = null!;
    private SqlServerTickitiDbContext _db = null!;

    [SetUp]
    public void Start()
    {
        _server = new FakeSqlServer();
        _db = new SqlServerTickitiDbContext(
            new DbContextOptionsBuilder<SqlServerTickitiDbContext>().UseSqlServer(_server.ConnectionString).Options);
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _db.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Test]
    public async Task Prepare_Always_MakesTablesAndTriggersInOneTransactionUnderALock()
    {
        var dialect = DatabaseDialect.Of(new DatabaseOptions { Provider = DatabaseProvider.SqlServer }, _server.ConnectionString, "");

        await new SearchSchema(NullLogger<SearchSchema>.Instance).PrepareAsync(dialect, CancellationToken.None);

        var sent = _server.Requests.ToList();
        sent.Select(request => request.Kind).ShouldBe(["transaction", .. Enumerable.Repeat("batch", 9), "transaction"]);
        sent[1].Text.ShouldContain("sp_getapplock");
        sent[2].Text.ShouldContain("CREATE TABLE [TicketSearchGrams]");

        // A trigger's batch holds nothing else; before its text the wire has headers only.
        sent[3].Text.ShouldContain("CREATE OR ALTER TRIGGER [TicketSearchChange] ON [Tickets]");
        sent[3].Text.ShouldNotContain("CREATE TABLE");
        sent[^1].Text.ShouldBe("commit");
    }

    [Test]
    public async Task Insert_IntoATableWithATrigger_AsksForNoOutput()
    {
        var added = Ticket.Open(1, new NewTicket(1, "new", EmailAddress.Parse("a@b.example")), DateTimeOffset.UnixEpoch);
        added.ForgetEvents();
        _db.Tickets.Add(added);
        await _db.SaveChangesAsync(CancellationToken.None);

        Sent().ShouldContain(text => text.Contains("INSERT INTO [Tickets]", StringComparison.Ordinal));
        Sent().ShouldNotContain(text => text.Contains("OUTPUT", StringComparison.Ordinal));
    }

    [Test]
    public async Task Update_OfATableWithATrigger_AsksForNoOutput()
    {
        var ticket = Ticket.Open(1, new NewTicket(1, "old", EmailAddress.Parse("a@b.example")), DateTimeOffset.UnixEpoch);
        ticket.ForgetEvents();
        _db.Tickets.Attach(ticket);
        _db.Entry(ticket).Property(one => one.Subject).CurrentValue = "new";
        _db.Entry(ticket).Property(one => one.Subject).IsModified = true;

        // The server returns no row for it: nothing was updated.
        await Should.ThrowAsync<WriteConflictException>(() => _db.SaveChangesAsync(CancellationToken.None));

        Sent().ShouldContain(text => text.Contains("UPDATE [Tickets]", StringComparison.Ordinal));
        Sent().ShouldNotContain(text => text.Contains("OUTPUT", StringComparison.Ordinal));
    }

    [Test]
    public async Task Find_WhenTheTablesAreMissing_LooksAtTheNewestRows()
    {
        _server.Result = sql => sql.Contains("INFORMATION_SCHEMA", StringComparison.Ordinal) ? new TdsResult(["Value"], 0) : null;

        await FindAsync("plate");

        Sent().Count.ShouldBe(2);
        Sent()[1].ShouldContain("CHARINDEX(UPPER(");
    }

    [Test]
    public async Task Find_WhenTheTablesAreThere_ReadsTheListBeforeTheGrams()
    {
        _server.Result = EmptyTables;

        var found = await FindAsync("plate");

        found.IsComplete.ShouldBeTrue();
        Sent().Count.ShouldBe(3);
        Sent()[1].ShouldContain("FROM \"TicketSearchDue\"");
        Sent()[2].ShouldContain("FROM \"TicketSearchGrams\" WHERE \"Gram\" = @p1");
    }

    [Test]
    public async Task Find_ForTwoLetters_ComparesTheNewestTexts()
    {
        _server.Result = EmptyTables;

        await FindAsync("éa");

        Sent().Count.ShouldBe(3);
        Sent()[2].ShouldContain("CHARINDEX(@p0, texts.\"Text\")");
        Sent()[2].ShouldContain("ÉA");
    }

    private static TdsResult? EmptyTables(string sql) => sql switch
    {
        _ when sql.Contains("INFORMATION_SCHEMA", StringComparison.Ordinal) => new TdsResult(["Value"], 12),
        _ when sql.Contains("SearchDue", StringComparison.Ordinal) => new TdsResult(["Seq", "Id", "Found", "Text", "More"]),
        _ when sql.Contains("SearchGrams", StringComparison.Ordinal) => new TdsResult(["Gram", "Block", "Mask"]),
        _ => new TdsResult(["Id", "Found"]),
    };

    private Task<TextMatches> FindAsync(string part) =>
        new SqlServerTextSearch(_db, new SqlServerSearchTables(), new TextScan(_db))
            .FindAsync(SearchedText.Subject, part, long.MaxValue, 10, CancellationToken.None);

    private List<string> Sent() => [.. _server.Requests.Where(request => request.Kind != "transaction").Select(request => request.Text)];
}
