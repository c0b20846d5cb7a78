using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Shouldly;
using Tickiti.FunctionalTests.Common;
using Tickiti.Infrastructure.Persistence;
using Tickiti.Testing;

namespace Tickiti.FunctionalTests.Idempotency;

/// <summary>The same key at two nodes, while the first one's transaction is open.</summary>
public sealed class StalledNodeTests(TestDatabase database) : ApiTests(database)
{
    private const string Path = "/api/create_ticket";

    // The key's row is written by then, and the transaction stays open for the seconds that the subject names.
    private const string SlowTickets =
        """
        CREATE OR REPLACE FUNCTION slow_ticket() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF NEW."Subject" LIKE 'slow %' THEN PERFORM pg_sleep(substr(NEW."Subject", 6)::float); END IF;
          RETURN NEW;
        END $$;
        CREATE OR REPLACE TRIGGER slow_ticket BEFORE INSERT ON "Tickets" FOR EACH ROW EXECUTE FUNCTION slow_ticket();
        """;

    [SetUp]
    public Task SlowDown()
    {
        if (Database.Provider != "PostgreSql")
        {
            Assert.Ignore("Two nodes need a server, and the trigger is written for PostgreSQL.");
        }

        return WithDbAsync(db => db.ExecuteSqlRawAsync(SlowTickets));
    }

    [Test]
    public async Task Retry_AtAnotherNode_WaitsForTheFirstAndReplays()
    {
        await using var other = Server.StartSibling();
        var (there, key) = (other.ClientOf(TickitiServer.AdminToken), NewKey());
        await there.PostAsync("/api/tickiti_api_index");
        var first = Admin.PostAsync(Path, Ticket("slow 2"), key);
        await AsleepAsync();

        var second = await there.PostAsync(Path, Ticket("slow 2"), key);

        (second.Status, second.IsReplay, second.Text).ShouldBe((200, true, (await first).Text));
        (await first).IsReplay.ShouldBeFalse();
        (await TicketsAsync()).ShouldBe(1);
    }

    [Test]
    public async Task Retry_WhileTheFirstStalls_IsInProgressAfterFiveSeconds([Values] bool isAtAnotherNode)
    {
        await using var other = Server.StartSibling();
        var (there, key) = (isAtAnotherNode ? other.ClientOf(TickitiServer.AdminToken) : Admin, NewKey());
        await there.PostAsync("/api/tickiti_api_index");
        var first = Admin.PostAsync(Path, Ticket("slow 9"), key);
        await AsleepAsync();
        var waited = Stopwatch.StartNew();

        var second = there.PostAsync(Path, Ticket("slow 9"), key);
        var meanwhile = await there.PostAsync(Path, Ticket("quick"), NewKey());

        meanwhile.Status.ShouldBe(200);
        waited.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(4));
        (await second).Error.ShouldBe("idempotency_key_in_progress");
        (await second).Status.ShouldBe(409);
        (await second).Header("Retry-After").ShouldBe("1");
        waited.Elapsed.ShouldBeInRange(TimeSpan.FromSeconds(4.5), TimeSpan.FromSeconds(8));
        (await first).Status.ShouldBe(200);
        var third = await there.PostAsync(Path, Ticket("slow 9"), key);
        (third.IsReplay, third.Text).ShouldBe((true, (await first).Text));
        (await TicketsAsync()).ShouldBe(2);
    }

    private static object Ticket(string subject) =>
        new { originator_email_address = "a@example.com", data = new { subject, content = "Hello" } };

    private Task AsleepAsync() => Probe.UntilAsync(async () => await WithDbAsync(db => db.SqlQueryRaw<int>(
        """SELECT count(*)::int AS "Value" FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()""").SingleAsync()) == 1);

    private async Task<T> WithDbAsync<T>(Func<Microsoft.EntityFrameworkCore.Infrastructure.DatabaseFacade, Task<T>> use)
    {
        await using var scope = Server.Services.CreateAsyncScope();
        return await use(scope.ServiceProvider.GetRequiredService<TickitiDbContext>().Database);
    }

    private async Task<int> TicketsAsync() =>
        (await Admin.PostAsync("/api/tickiti_api_index")).Data.GetProperty("tickets").GetArrayLength();
}
