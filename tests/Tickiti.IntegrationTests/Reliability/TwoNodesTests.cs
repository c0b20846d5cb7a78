using NUnit.Framework;
using Shouldly;
using Tickiti.Testing;

namespace Tickiti.IntegrationTests.Reliability;

/// <summary>Two nodes on one database and one mailbox.</summary>
[Category("Reliability")]
public sealed class TwoNodesTests
{
    [Test]
    public async Task TakeIn_WhenTwoNodesPollOneMailbox_MakesOneTicketAMail()
    {
        var mails = Scale.Of(inEveryBuild: 200, inSoak: 500);
        var database = await RealServers.NewPostgreSqlDatabaseAsync();
        var user = await RealServers.NewMailboxAsync();
        await using var first = Desk.New(database);
        await using var second = Desk.New(database, first.DirectoryPath);
        await Task.WhenAll(first.StartAsync(), second.StartAsync());
        await first.ConnectAsync(user, RealServers.Smtp);
        for (var i = 0; i < mails; i++)
        {
            RealServers.Deliver(user, Desk.MailFrom("marcus@customer.example", $"mail number {i}"));
        }

        await Probe.UntilAsync(async () => (await second.SubjectsAsync()).Count >= mails, TimeSpan.FromSeconds(90));
        await Probe.UntilAsync(() => RealServers.CountOf(user) == 0, TimeSpan.FromSeconds(60));
        (await first.SubjectsAsync()).Order().ShouldBe(Enumerable.Range(0, mails).Select(i => $"mail number {i}").Order());
    }

    [Test]
    public async Task TakeIn_WhenTheNodeAtWorkIsKilled_GoesOnWithinTheLease()
    {
        var database = await RealServers.NewPostgreSqlDatabaseAsync();
        var user = await RealServers.NewMailboxAsync();
        await using var first = Desk.New(database);
        await using var second = Desk.New(database, first.DirectoryPath);
        await first.StartAsync();
        await first.ConnectAsync(user, RealServers.Smtp);
        RealServers.Deliver(user, Desk.MailFrom("marcus@customer.example", "before"));
        await Probe.UntilAsync(async () => (await first.SubjectsAsync()).Count == 1, TimeSpan.FromSeconds(30));
        await second.StartAsync();
        await first.KillAsync();
        RealServers.Deliver(user, Desk.MailFrom("marcus@customer.example", "after"));

        // mail-rules: work of a killed node goes on within 35 s.
        await Probe.UntilAsync(async () => (await second.SubjectsAsync()).Count == 2, TimeSpan.FromSeconds(40));
    }
}
