using System.Collections.Concurrent;
using System.Data.Common;
using MediatR;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Shouldly;
using Tickiti.Application;
using Tickiti.Application.Common;
using Tickiti.Application.SentMails;
using Tickiti.Application.Suppressions;
using Tickiti.Application.Templates;
using Tickiti.Application.Tickets;
using Tickiti.Domain.Common;
using Tickiti.Infrastructure;
using Tickiti.Infrastructure.Blobs;
using Tickiti.Infrastructure.Idempotency;
using Tickiti.Infrastructure.Persistence;
using Tickiti.Infrastructure.Persistence.SqlServer;
using Tickiti.Infrastructure.Search;
using Tickiti.IntegrationTests.Common;

namespace Tickiti.IntegrationTests.Persistence;

/// <summary>What the product says to a SQL Server is T-SQL, as far as a parser can tell.</summary>
public sealed class TransactSqlTests
{
    private const string SearchScript = "docs/sqlserver-search.sql";

    [TestCase("SELECT a FROM t LIMIT 3")]
    [TestCase("CREATE TABLE IF NOT EXISTS t (a bigint)")]
    public void Parser_ForAnotherGrammar_Refuses(string sql) => TransactSql.ErrorsOf(sql).ShouldNotBeEmpty();

    [Test]
    public void Migrations_AsAScript_Parse()
    {
        using var db = new SqlServerDesignTimeFactory().CreateDbContext([]);
        var migrator = db.GetService<IMigrator>();

        TransactSql.ShouldParse(migrator.GenerateScript(options: MigrationsSqlGenerationOptions.Idempotent));
        TransactSql.ShouldParse(migrator.GenerateScript());
    }

    [Test]
    public void SearchSchema_Always_ParsesBatchByBatch()
    {
        SqlServerSearchIndex.Schema.Count.ShouldBe(9);
        foreach (var batch in SqlServerSearchIndex.Schema)
        {
            TransactSql.ShouldParse(batch);
        }
    }

    [Test]
    public void SearchScript_Always_IsWhatTheServerWouldRun()
    {
        // QUOTED_IDENTIFIER: off in sqlcmd, and remembered by a trigger.
        string[] batches =
        [
            "-- What searches need beyond the migrations, for who applies them by hand. It may be run again; sqlcmd needs -b.\nSET QUOTED_IDENTIFIER, ANSI_NULLS, XACT_ABORT ON;",
            "BEGIN TRANSACTION;",
            .. SqlServerSearchIndex.Schema,
            "COMMIT;",
        ];
        var script = string.Concat(batches.Select(batch => $"{batch}\nGO\n"));
        var path = Path.Combine(Root(), SearchScript);
        if (Environment.GetEnvironmentVariable("TICKITI_WRITE_DOCS") == "1")
        {
            File.WriteAllText(path, script);
        }

        TransactSql.ShouldParse(script);
        File.ReadAllText(path).ShouldBe(script, $"run this test with TICKITI_WRITE_DOCS=1: it writes {SearchScript}");
    }

    [Test]
    public void SearchStatements_Always_Parse()
    {
        foreach (var index in SqlServerSearchIndex.All)
        {
            string[] statements =
            [
                index.DueSql("DESC", 10), index.DueSql("ASC", 10),
                SqlServerTextSearch.SampleSql(index, 1), SqlServerTextSearch.SampleSql(index, 16), SqlServerTextSearch.LastBlockSql(index),
                SqlServerTextSearch.JoinSql(index, 1), SqlServerTextSearch.JoinSql(index, 4), SqlServerTextSearch.CompareSql(index),
                SqlServerTextSearch.KeepSql(index), SqlServerTextSearch.NewestSql(index), SqlServerSearchIndexer.IndexedSql(index),
                SqlServerSearchIndexer.OthersSql(index), SqlServerSearchIndexer.ClearSql(index), SqlServerSearchIndexer.DropEmptySql(index),
                SqlServerSearchIndexer.SetSql(index), SqlServerSearchIndexer.AddSql(index), SqlServerSearchIndexer.ForgetSql(index),
                SqlServerSearchIndexer.KeepSql(index), SqlServerSearchIndexer.DoneSql(index),
            ];
            foreach (var statement in statements)
            {
                TransactSql.ShouldParse(TransactSql.Parameterised(statement));
            }
        }

        TransactSql.ShouldParse(SqlServerSearchTables.Sql);
        TransactSql.ShouldParse(SqlServerSearchIndexer.AnyDueSql);
        TransactSql.ShouldParse(SqlServerSearchIndexer.YieldSql);
    }

    [Test]
    public async Task Commands_OfTheProduct_Parse()
    {
        await using var server = new FakeSqlServer
        {
            Result = sql => sql.Contains("INFORMATION_SCHEMA", StringComparison.Ordinal) ? new TdsResult(["Value"], 0) : null,
        };
        var commands = new Commands();
        await using var services = Services(server, commands);
        await services.GetRequiredService<IdempotencyPurge>().PurgeAsync(CancellationToken.None);
        await services.GetRequiredService<UploadPurge>().PurgeAsync(CancellationToken.None);
        var leases = services.GetRequiredService<Leases>();
        await leases.TryTakeAsync("work", CancellationToken.None);
        await leases.RenewAsync(new HeldLease("work", 1), CancellationToken.None);
        await leases.GiveBackAsync(new HeldLease("work", 1), CancellationToken.None);
        await services.GetRequiredService<IIds>().NextAsync<AuditEntry>(CancellationToken.None);
        await AskAsync(services, new QueryTickets([new("subject_content", ["plate", "ab"], "all"), new("participant", ["a@b.example"], null)]));
        await AskAsync(services, new ShowTicket(220001, null));
        await AskAsync(services, new SearchSentMail { Q = "plate" });
        await AskAsync(services, new ListSuppressions { Q = "plate" });
        await AskAsync(services, new SearchTemplates { Q = "plate" });

        commands.Texts.Count.ShouldBeGreaterThan(12);
        commands.Texts.ShouldContain(sql => sql.StartsWith("UPDATE", StringComparison.Ordinal) && sql.Contains("[Leases]", StringComparison.Ordinal));
        commands.Texts.ShouldContain(sql => sql.Contains("CHARINDEX(UPPER(", StringComparison.Ordinal));
        foreach (var sql in commands.Texts)
        {
            TransactSql.ShouldParse(sql);
        }
    }

    private static async Task AskAsync<T>(ServiceProvider services, IRequest<Result<T>> request)
    {
        await using var scope = services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request);
    }

    private static ServiceProvider Services(FakeSqlServer server, Commands commands)
    {
        WireNames.UseInValidators();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Tickiti:Database:Provider"] = nameof(DatabaseProvider.SqlServer),
            ["ConnectionStrings:Tickiti"] = server.ConnectionString,
        }).Build();
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(configuration);
        services.AddLogging();
        services.AddTickitiApplication();
        services.AddTickitiInfrastructure(configuration);
        services.ConfigureDbContext<SqlServerTickitiDbContext>(builder => builder.AddInterceptors(commands));
        return services.BuildServiceProvider();
    }

    private static string Root()
    {
        var directory = new DirectoryInfo(TestContext.CurrentContext.TestDirectory);
        while (!File.Exists(Path.Combine(directory!.FullName, "Tickiti.sln")))
        {
            directory = directory.Parent;
        }

        return directory.FullName;
    }

    private sealed class Commands : DbCommandInterceptor
    {
        public ConcurrentBag<string> Texts { get; } = [];

        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
        {
            Texts.Add(command.CommandText);
            return ValueTask.FromResult(result);
        }

        public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
        {
            Texts.Add(command.CommandText);
            return ValueTask.FromResult(result);
        }
    }
}
