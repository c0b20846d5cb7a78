using System.Globalization;
using System.Text.Json;
using NUnit.Framework;
using Shouldly;
using Tickiti.Testing;

namespace Tickiti.IntegrationTests.Reliability;

/// <summary>Acknowledgements over real servers: two desks that answer each other come to an end, and what comes back is understood.</summary>
[Category("Reliability")]
public sealed class AutomaticMailLoopTests
{
    [Test]
    public async Task Acknowledgement_BetweenTwoDesks_EndsAfterOne()
    {
        var (here, there) = (await RealServers.NewMailboxAsync(), await RealServers.NewMailboxAsync());
        await using var first = await AcknowledgingAsync(here);
        await using var second = await AcknowledgingAsync(there);

        RealServers.Deliver(here, MailFrom($"{there}@{RealServers.Domain}"));

        await Probe.UntilAsync(async () => (await second.TicketsAsync()).Count == 1, TimeSpan.FromSeconds(60));
        await FetchedAgainAsync(first);
        await FetchedAgainAsync(second);
        (await SentAsync(first)).Select(mail => mail.GetProperty("status").GetString()).ShouldBe(["sent"]);
        (await SentAsync(second)).ShouldBeEmpty();
        (await first.TicketsAsync()).Count.ShouldBe(1);
        (await second.TicketsAsync()).Count.ShouldBe(1);
    }

    [Test]
    public async Task Acknowledgement_ThatBounces_IsKnownByItsReturnPathAndAnsweredByNobody()
    {
        var desk = await RealServers.NewMailboxAsync();
        await using var server = await AcknowledgingAsync(desk);

        RealServers.Deliver(desk, MailFrom($"{Guid.NewGuid():N}@bounce.test"));

        await Probe.UntilAsync(
            async () => (await SentAsync(server)).Any(mail => mail.GetProperty("delivery").GetString() == "permanent_fail"), TimeSpan.FromSeconds(60));
        (await SentAsync(server)).Count.ShouldBe(1);
        (await server.TicketsAsync()).Single().GetProperty("response_count").GetInt32().ShouldBe(2);
    }

    [Test]
    public async Task Test_OfAMailboxWithTokens_AsksForThem()
    {
        var desk = await RealServers.NewMailboxAsync();
        await using var server = await AcknowledgingAsync(desk);

        var good = await server.PostAsync("/api/v1/mail/mailboxes/test", new { mailbox_id = 2 });
        var bad = await server.PostAsync(
            "/api/v1/mail/mailboxes/test", new { mailbox_id = 2, address = $"unknown-{Guid.NewGuid():N}@{RealServers.Domain}" });

        good.GetProperty("outgoing").GetProperty("message").GetString()!.ShouldContain($"Mail to {desk}+test@{RealServers.Domain} is taken.");
        bad.GetProperty("outgoing").GetProperty("result").GetString().ShouldBe("plus_address_refused");
        RealServers.CountOf(desk).ShouldBe(0);
    }

    private static async Task<ServerProcess> AcknowledgingAsync(string user)
    {
        var server = Desk.New();
        await server.StartAsync();
        var id = await server.ConnectAsync(user, RealServers.Smtp);
        await server.PostAsync("/api/v1/mail/mailboxes/update", new { mailbox_id = id, auto_response = true, return_path = "token" });

        // A visit that had begun before goes on with what was set then.
        await FetchedAgainAsync(server);
        return server;
    }

    // A visit that began after all that was there before had been taken.
    private static async Task FetchedAgainAsync(ServerProcess server)
    {
        var now = TimeProvider.System.GetUtcNow();
        await Probe.UntilAsync(
            async () => (await server.PostAsync("/api/v1/mail/mailboxes/health", new { mailbox_id = 2 })).GetProperty("mailboxes")[0]
                .GetProperty("incoming") is { ValueKind: JsonValueKind.Object } incoming
                && incoming.GetProperty("last_ok_at") is { ValueKind: JsonValueKind.String } lastOkAt
                && lastOkAt.GetDateTimeOffset() > now.AddSeconds(2),
            TimeSpan.FromSeconds(60));
    }

    private static async Task<IReadOnlyList<JsonElement>> SentAsync(ServerProcess server) =>
        [.. (await server.PostAsync("/api/v1/mail/sent-mail", new { })).GetProperty("sent_mail").EnumerateArray()];

    private static string MailFrom(string address) => Desk.MailFrom(address, "Broken").Replace(
        "Fri, 20 Nov 2026 10:00:00 +0000",
        TimeProvider.System.GetUtcNow().ToString("ddd, dd MMM yyyy HH:mm:ss +0000", CultureInfo.InvariantCulture),
        StringComparison.Ordinal);
}
