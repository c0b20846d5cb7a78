using Npgsql;
using NUnit.Framework;
using Shouldly;
using Tickiti.Infrastructure.Persistence;

namespace Tickiti.IntegrationTests.Persistence;

/// <summary>How sessions start, and that one use leaves nothing to the next although they are not reset.</summary>
public sealed class PostgreSqlSessionTests
{
    [TestCase("", "2500ms off off")]
    [TestCase("-c lock_timeout=99 -c jit=on", "99ms off on")]
    [TestCase("-c deadlock_timeout=3s --ENABLE-SEQSCAN=on", "2500ms on off")]
    public async Task Session_WithOptions_StartsWithOursAndThenTheAdministrators(string options, string settings)
    {
        await using var source = SourceWith(options);

        (await AskAsync(source, "SELECT concat_ws(' ', current_setting('lock_timeout'), current_setting('enable_seqscan'), current_setting('jit'))"))
            .ShouldBe(settings);
    }

    [Test]
    public async Task Transaction_LeftOpen_IsOverInTheNextUseOfItsSession()
    {
        await using var source = SourceWith("");
        int session;
        await using (var connection = await source.OpenConnectionAsync())
        {
            session = connection.ProcessID;
            await using var begin = new NpgsqlCommand("BEGIN; SET LOCAL jit = on; SELECT pg_advisory_xact_lock(1)", connection);
            await begin.ExecuteNonQueryAsync();
        }

        (await AskAsync(source, "SELECT concat_ws(' ', pg_backend_pid(), current_setting('jit'), count(*)) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"))
            .ShouldBe($"{session} off 0");
    }

    private static NpgsqlDataSource SourceWith(string options)
    {
        if (Environment.GetEnvironmentVariable("TICKITI_TEST_POSTGRES") is not { Length: > 0 } server)
        {
            Assert.Ignore("There is no PostgreSQL: TICKITI_TEST_POSTGRES names no server (eng/servers.sh).");
            throw new InvalidOperationException();
        }

        var settings = new NpgsqlConnectionStringBuilder(server) { Options = options, MaxPoolSize = 1 };
        var dialect = DatabaseDialect.Of(new DatabaseOptions { Provider = DatabaseProvider.PostgreSql }, settings.ToString(), "");
        return NpgsqlDataSource.Create(dialect.ConnectionString);
    }

    private static async Task<string?> AskAsync(NpgsqlDataSource source, string question)
    {
        await using var command = source.CreateCommand(question);
        return (string?)await command.ExecuteScalarAsync();
    }
}
