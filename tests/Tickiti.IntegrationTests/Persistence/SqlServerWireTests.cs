using Microsoft.EntityFrameworkCore;
using NUnit.Framework;
using Shouldly;
using Tickiti.Application.Common;
using Tickiti.Infrastructure.Persistence.SqlServer;

namespace Tickiti.IntegrationTests.Persistence;

/// <summary>Each kind of command that EF sends reaches a SQL Server's wire with the packages of this build.</summary>
public sealed class SqlServerWireTests
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
    public async Task Query_WithoutParameters_IsABatch()
    {
        (await _db.Settings.AsNoTracking().ToListAsync()).ShouldBeEmpty();

        Sent("batch").ShouldContain("FROM [Settings]");
    }

    [Test]
    public async Task Query_WithAParameter_IsACall()
    {
        var key = "wanted";
        (await _db.Settings.AsNoTracking().FirstOrDefaultAsync(setting => setting.Key == key)).ShouldBeNull();

        Sent("call").ShouldContain("FROM [Settings]");
    }

    [Test]
    public async Task RawSql_WithAParameter_IsACall()
    {
        await _db.Database.ExecuteSqlAsync($"DELETE FROM [Settings] WHERE [Key] = {"gone"}");

        Sent("call").ShouldContain("DELETE FROM [Settings]");
    }

    [Test]
    public async Task Update_OfASet_RunsInATransactionAndCountsItsRows()
    {
        var until = new DateTimeOffset(2026, 5, 2, 10, 0, 0, TimeSpan.Zero);
        var rows = await _db.WriteAsync(
            token => _db.Leases.Where(lease => lease.Name == "work" && lease.ExpiresAt < until).ExecuteUpdateAsync(
                set => set.SetProperty(lease => lease.ExpiresAt, until).SetProperty(lease => lease.Fence, lease => lease.Fence + 1),
                token),
            CancellationToken.None);

        rows.ShouldBe(1);
        _server.Requests.Select(request => request.Kind).ShouldBe(["transaction", "call", "transaction"]);
        Sent("call").ShouldContain("UPDATE");
        _server.Requests.Last().Text.ShouldBe("commit");
    }

    [Test]
    public async Task Delete_OfASet_ReachesTheWire()
    {
        var prefix = "old";
        await _db.WriteAsync(
            token => _db.Settings.Where(setting => setting.Key.StartsWith(prefix)).ExecuteDeleteAsync(token), CancellationToken.None);

        Sent("call").ShouldContain("DELETE FROM");
    }

    [Test]
    public async Task Insert_OfRows_IsACall()
    {
        _db.Settings.Add(new Setting { Key = "new", Value = "ü" });

        await _db.SaveChangesAsync(CancellationToken.None);

        Sent("call").ShouldContain("INSERT INTO [Settings]");
        Sent("call").ShouldContain("ü");
    }

    [Test]
    public async Task Update_OfARowThatIsGone_IsAConflict()
    {
        var setting = new Setting { Key = "gone", Value = "old" };
        _db.Settings.Attach(setting);
        setting.Value = "new";

        // The server returns no row for it: nothing was updated.
        await Should.ThrowAsync<WriteConflictException>(() => _db.SaveChangesAsync(CancellationToken.None));

        Sent("call").ShouldContain("UPDATE [Settings]");
    }

    [TestCase(2601, TestName = "Insert_WhenAUniqueIndexRefuses_IsAConflict")]
    [TestCase(2627, TestName = "Insert_WhenAUniqueConstraintRefuses_IsAConflict")]
    [TestCase(547, TestName = "Insert_WhenAReferenceIsMissing_IsAConflict")]
    [TestCase(1205, TestName = "Insert_WhenItIsTheVictimOfADeadlock_IsAConflict")]
    public async Task Insert(int number)
    {
        _server.Refuse = text => text.Contains("INSERT", StringComparison.Ordinal) ? number : null;
        _db.Settings.Add(new Setting { Key = "new", Value = "" });

        await Should.ThrowAsync<WriteConflictException>(() => _db.SaveChangesAsync(CancellationToken.None));
    }

    [Test]
    public async Task Insert_WhenTheServerHasAnotherReason_IsNoConflict()
    {
        _server.Refuse = text => text.Contains("INSERT", StringComparison.Ordinal) ? 1105 : null;
        _db.Settings.Add(new Setting { Key = "new", Value = "" });

        await Should.ThrowAsync<DbUpdateException>(() => _db.SaveChangesAsync(CancellationToken.None));
    }

    private string Sent(string kind) => _server.Requests.Last(request => request.Kind == kind).Text;
}
