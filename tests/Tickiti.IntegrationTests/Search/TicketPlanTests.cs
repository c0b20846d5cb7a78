using System.Collections.Concurrent;
using System.Data.Common;
using MediatR;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NUnit.Framework;
using Shouldly;
using Tickiti.Application.Tickets;
using Tickiti.Infrastructure.Persistence;
using Tickiti.Infrastructure.Persistence.PostgreSql;
using Tickiti.Infrastructure.Persistence.Sqlite;
using Tickiti.IntegrationTests.Common;

namespace Tickiti.IntegrationTests.Search;

/// <summary>Every statement that a query of tickets runs reads an index, in its order: none looks at all rows, and none sorts them.</summary>
[TestFixture(DatabaseProvider.Sqlite)]
[TestFixture(DatabaseProvider.PostgreSql)]
public sealed class TicketPlanTests(DatabaseProvider provider)
{
    private readonly Statements _statements = new();
    private TestDatabase _database = null!;
    private TestNode _node = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _database = await TestDatabase.CreateAsync(provider);
        _node = await _database.StartNodeAsync(services =>
        {
            services.ConfigureDbContext<SqliteTickitiDbContext>(options => options.AddInterceptors(_statements));
            services.ConfigureDbContext<PostgreSqlTickitiDbContext>(options => options.AddInterceptors(_statements));
        });

        // One that is found, so that it is read, too.
        await _node.InScopeAsync(scope => scope.GetRequiredService<IMediator>().Send(
            new OpenTicket("ada@other.example", "Carbon plate cracked", "<p>It snapped.</p>") { Priority = "40" }));
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }
    }

    [TestCase("")]
    [TestCase("assigned:none")]
    [TestCase("participant:ada@other.example")]
    [TestCase("priority:40")]
    [TestCase("priority:40,30")]
    [TestCase("raised:ada@other.example")]
    [TestCase("queue:inbox")]
    [TestCase("status:on-hold")]
    [TestCase("status:on-hold,open")]
    [TestCase("ticket_number:220001")]
    [TestCase("created_from:2020-01-01")]
    [TestCase("created_to:2020-01-01")]
    [TestCase("updated_from:2020-01-01")]
    [TestCase("updated_to:2020-01-01")]
    [TestCase("status:open participant:ada@other.example")]
    [TestCase("status:open queue:inbox created_to:2020-01-01")]
    [TestCase("priority:40 updated_from:2020-01-01")]
    public async Task Query_ByCriteria_ReadsByAnIndexInItsOrder(string asked)
    {
        var criteria = asked.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(one => one.Split(':'))
            .Select(one => new TicketCriterion(one[0], one[1].Split(','), null)).ToList();
        _statements.Clear();

        await _node.InScopeAsync(scope => scope.GetRequiredService<IMediator>().Send(new QueryTickets(criteria)));

        var statements = _statements.OfTickets();
        statements.ShouldNotBeEmpty();
        foreach (var statement in statements)
        {
            var plan = await PlanOfAsync(statement);
            plan.Where(step => IsScan(step, plan)).ShouldBeEmpty($"{statement.CommandText}\n{string.Join('\n', plan)}");

            // Rows whose ids are given are few, whatever their order.
            if (!statement.CommandText.Contains("ids", StringComparison.Ordinal))
            {
                plan.Where(IsSort).ShouldBeEmpty($"{statement.CommandText}\n{string.Join('\n', plan)}");
            }
        }
    }

    // SQLite scans what a subquery gives it, too; the subquery's own steps tell how that is read.
    private static bool IsScan(string step, IReadOnlyList<string> plan) =>
        step.Contains("Seq Scan on \"Tickets\"", StringComparison.Ordinal) || step.Contains("Seq Scan on \"Participants\"", StringComparison.Ordinal)
        || (step.StartsWith("SCAN ", StringComparison.Ordinal) && !step.Contains("VIRTUAL TABLE", StringComparison.Ordinal)
            && !plan.Contains($"CO-ROUTINE {step[5..]}") && !plan.Contains($"MATERIALIZE {step[5..]}"));

    private static bool IsSort(string step) =>
        step.Contains("Sort Key", StringComparison.Ordinal) || step.Contains("TEMP B-TREE FOR ORDER", StringComparison.Ordinal);

    private Task<List<string>> PlanOfAsync(DbCommand statement) => _node.InScopeAsync(async scope =>
    {
        var db = scope.GetRequiredService<TickitiDbContext>();
        await db.Database.OpenConnectionAsync();
        var connection = db.Database.GetDbConnection();
        if (connection is NpgsqlConnection server)
        {
            // An empty table is read faster as a whole and sorted at no cost.
            await using var settings = new NpgsqlCommand("SET enable_seqscan = off; SET enable_sort = off; SET enable_bitmapscan = off", server);
            await settings.ExecuteNonQueryAsync();
        }

        await using var explain = connection.CreateCommand();
        explain.CommandText = (connection is SqliteConnection ? "EXPLAIN QUERY PLAN " : "EXPLAIN ") + statement.CommandText;
        foreach (DbParameter one in statement.Parameters)
        {
            var parameter = one is ICloneable clone ? (DbParameter)clone.Clone() : new SqliteParameter(one.ParameterName, one.Value);
            explain.Parameters.Add(parameter);
        }

        await using var reader = await explain.ExecuteReaderAsync();
        var steps = new List<string>();
        while (await reader.ReadAsync())
        {
            steps.Add(reader.GetString(reader.FieldCount - 1));
        }

        return steps;
    });

    private sealed class Statements : DbCommandInterceptor
    {
        private readonly ConcurrentQueue<DbCommand> _all = new();

        public void Clear() => _all.Clear();

        public List<DbCommand> OfTickets() =>
            [.. _all.Where(one => one.CommandText.StartsWith("SELECT", StringComparison.Ordinal) && one.CommandText.Contains("FROM \"Tickets\"", StringComparison.Ordinal))];

        // A command is emptied when it is disposed of; its copy stays.
        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
        {
            DbCommand copy = command is NpgsqlCommand server ? server.Clone() : new SqliteCommand(command.CommandText);
            if (copy is SqliteCommand)
            {
                foreach (DbParameter one in command.Parameters)
                {
                    copy.Parameters.Add(new SqliteParameter(one.ParameterName, one.Value));
                }
            }

            _all.Enqueue(copy);
            return base.ReaderExecutingAsync(command, eventData, result, cancellationToken);
        }
    }
}
