using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Shouldly;
using Tickiti.Infrastructure.Persistence;
using Tickiti.IntegrationTests.Common;

namespace Tickiti.IntegrationTests.Persistence;

/// <summary>What can be said of the migrations without any server.</summary>
public sealed class MigrationTests
{
    private static IEnumerable<TestCaseData> Contexts()
    {
        yield return new TestCaseData(new SqliteDesignTimeFactory().CreateDbContext([])).SetArgDisplayNames("Sqlite");
        yield return new TestCaseData(new PostgreSqlDesignTimeFactory().CreateDbContext([])).SetArgDisplayNames("PostgreSql");
        yield return new TestCaseData(new SqlServerDesignTimeFactory().CreateDbContext([])).SetArgDisplayNames("SqlServer");
    }

    [TestCaseSource(nameof(Contexts))]
    public void Migrations_Always_HoldTheWholeModel(TickitiDbContext db) =>
        db.Database.HasPendingModelChanges().ShouldBeFalse("run eng/add-migration.sh");

    [TestCaseSource(nameof(Contexts))]
    public void Migrations_Always_CarryTheSameNames(TickitiDbContext db)
    {
        var others = Contexts().Select(one => (TickitiDbContext)one.Arguments[0]!);

        others.ShouldAllBe(other => NamesOf(other).SequenceEqual(NamesOf(db)));
    }

    [Test]
    public void Script_ForSqlServer_CanBeRunTwice()
    {
        using var db = new SqlServerDesignTimeFactory().CreateDbContext([]);

        var script = db.GetService<IMigrator>().GenerateScript(options: MigrationsSqlGenerationOptions.Idempotent);

        foreach (var table in db.Model.GetEntityTypes().Select(type => type.GetTableName()).OfType<string>().Distinct())
        {
            script.ShouldContain($"CREATE TABLE [{table}]");
        }

        // Whatever creates something asks first whether the migration was applied.
        var creations = Regex.Count(script, "CREATE (TABLE|UNIQUE INDEX|INDEX)", RegexOptions.None, TimeSpan.FromSeconds(5));
        var guards = Regex.Count(script, @"IF NOT EXISTS\s*\(\s*SELECT", RegexOptions.None, TimeSpan.FromSeconds(5));
        guards.ShouldBeGreaterThanOrEqualTo(creations);
    }

    [Test]
    [Repeat(3)]
    public async Task Start_OfSeveralNodesOnAnEmptyDatabase_MigratesOnce()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.PostgreSql);

        var nodes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => database.StartNodeAsync())));

        foreach (var node in nodes)
        {
            (await node.InScopeAsync(scope => scope.GetRequiredService<TickitiDbContext>().Queues.CountAsync())).ShouldBe(1);
        }
    }

    [Test]
    public void Positions_OnSqlServer_AreComparedAsRowversions()
    {
        using var db = new SqlServerDesignTimeFactory().CreateDbContext([]);
        long position = 0x1234;

        var sql = db.ResponsePlaces.Where(place => place.Position >= position).OrderBy(place => place.Position).ToQueryString();

        sql.ShouldContain("0x0000000000001234");
        sql.ShouldContain("WHERE [r].[Position] >= @position");
        sql.ShouldContain("ORDER BY [r].[Position]");
    }

    private static IEnumerable<string> NamesOf(TickitiDbContext db) =>
        db.Database.GetMigrations().Select(id => id[(id.IndexOf('_', StringComparison.Ordinal) + 1)..]);
}
