using System.Collections.Concurrent;
using NUnit.Framework;
using NUnit.Framework.Interfaces;
using Shouldly;
using Tickiti.Testing;
using Tickiti.Testing.Wire;

namespace Tickiti.IntegrationTests.Reliability;

/// <summary>kill -9 at any instant: nothing is lost, and nothing is there twice.</summary>
[Category("Reliability")]
public sealed class KillTests
{
    private readonly Random _random = new(Scale.Seed);

    private ServerProcess? _server;

    [SetUp]
    public void TellSeed() => TestContext.Out.WriteLine($"seed {Scale.Seed}");

    [TearDown]
    public void TellWhatItSaid()
    {
        if (TestContext.CurrentContext.Result.Outcome.Status == TestStatus.Failed)
        {
            TestContext.Out.WriteLine(_server?.Output);
        }
    }

    [Test]
    public async Task TakeIn_WhenKilledAgainAndAgain_MakesOneTicketAMail()
    {
        var mails = Scale.Of(inEveryBuild: 150, inSoak: 1000);
        var user = await RealServers.NewMailboxAsync();
        var subjects = Enumerable.Range(0, mails).Select(i => $"mail number {i}").ToHashSet();
        await using var server = _server = Desk.New();
        await server.StartAsync();
        await server.ConnectAsync(user, RealServers.Smtp);
        var feeder = FeedAsync(user, subjects);
        for (var kill = 0; kill < Scale.Of(inEveryBuild: 4, inSoak: 20); kill++)
        {
            await PassAsync(_random.Next(50, 900));
            await server.KillAsync();
            await server.StartAsync();
        }

        await feeder;
        await Probe.UntilAsync(async () => (await server.SubjectsAsync()).Count >= mails, TimeSpan.FromSeconds(90));
        await Probe.UntilAsync(() => RealServers.CountOf(user) == 0, TimeSpan.FromSeconds(60));

        var tickets = await server.SubjectsAsync();
        tickets.Count.ShouldBe(mails);
        tickets.ToHashSet().SetEquals(subjects).ShouldBeTrue();
    }

    [Test]
    public async Task SendEmail_WhenKilledAgainAndAgain_KeepsOneAnswerAKeyAndNoSecondCopy()
    {
        var keys = Enumerable.Range(0, Scale.Of(inEveryBuild: 60, inSoak: 200)).Select(_ => Guid.NewGuid().ToString()).ToList();
        var user = await RealServers.NewMailboxAsync();
        await using var smtp = new FakeSmtpServer();
        await using var server = _server = Desk.New();
        await server.StartAsync();
        await server.ConnectAsync(user, ("127.0.0.1", smtp.Port));
        var answers = new ConcurrentDictionary<string, string>();
        var senders = Task.WhenAll(keys.Chunk(keys.Count / 4 + 1).Select(chunk => SendAllAsync(server, chunk, answers)));
        for (var kill = 0; kill < Scale.Of(inEveryBuild: 4, inSoak: 20) && !senders.IsCompleted; kill++)
        {
            await PassAsync(_random.Next(20, 400));
            await server.KillAsync();
            await server.StartAsync();
        }

        await senders;
        await Probe.UntilAsync(async () => (await SentAsync(server)).All(IsSettled), TimeSpan.FromSeconds(90));

        var sent = await SentAsync(server);
        sent.Count.ShouldBe(keys.Count);
        sent.Select(mail => mail.Subject).ToHashSet().SetEquals(keys).ShouldBeTrue();
        foreach (var (subject, status) in sent)
        {
            var copies = smtp.Messages.Count(mail => mail.Text.Contains(subject, StringComparison.Ordinal));
            // Uncertain is what it says: the server may have it or not. Sent is sent, once.
            copies.ShouldBeLessThanOrEqualTo(1);
            (status == "sent" ? copies : 1).ShouldBe(1);
        }

        foreach (var key in keys)
        {
            (await SendAsync(server, key)).ShouldBe(answers[key]);
        }

        (await SentAsync(server)).Count.ShouldBe(keys.Count);
    }

    [Test]
    public async Task SendEmail_WhenKilledBehindAMailsEnd_IsUncertainAfterTheStartAndNeverSentAgain()
    {
        var user = await RealServers.NewMailboxAsync();
        await using var smtp = new FakeSmtpServer();
        smtp.Misbehave = command => command is { Verb: "END", Nth: 1 } ? FakeFault.StallAfterEffect : null;
        await using var server = _server = Desk.New();
        await server.StartAsync();
        await server.ConnectAsync(user, ("127.0.0.1", smtp.Port));
        await SendAsync(server, "begun");
        await Probe.UntilAsync(() => smtp.Messages.Count == 1, TimeSpan.FromSeconds(30));

        await server.KillAsync();
        await server.StartAsync();

        await Probe.UntilAsync(async () => (await SentAsync(server)).Single().Status == "uncertain", TimeSpan.FromSeconds(90));
        await SendAsync(server, "next");
        await Probe.UntilAsync(
            async () => (await SentAsync(server)).Single(mail => mail.Subject == "next").Status == "sent", TimeSpan.FromSeconds(30));
        smtp.Messages.Count(mail => mail.Text.Contains("begun", StringComparison.Ordinal)).ShouldBe(1);
        (await SentAsync(server)).Single(mail => mail.Subject == "begun").Status.ShouldBe("uncertain");
    }

    private static bool IsSettled((string Subject, string Status) mail) => mail.Status is "sent" or "uncertain";

    private static async Task<IReadOnlyList<(string Subject, string Status)>> SentAsync(ServerProcess server)
    {
        var data = await server.PostAsync("/api/v1/mail/sent-mail", new { limit = 300 });
        return [.. data.GetProperty("sent_mail").EnumerateArray()
            .Select(row => (row.GetProperty("subject").GetString()!, row.GetProperty("status").GetString()!))];
    }

    // As a good client does: the same key again, until there is an answer.
    private static async Task SendAllAsync(
        ServerProcess server, IEnumerable<string> keys, ConcurrentDictionary<string, string> answers)
    {
        foreach (var key in keys)
        {
            string? answer = null;
            await Probe.UntilAsync(
                async () =>
                {
                    try
                    {
                        answer = await SendAsync(server, key);
                    }
                    catch (Exception dead) when (dead is HttpRequestException or IOException or TaskCanceledException)
                    {
                    }

                    return answer is not null;
                },
                TimeSpan.FromSeconds(120));
            answers[key] = answer!;
        }
    }

    private static async Task<string> SendAsync(ServerProcess server, string key) =>
        (await server.PostAsync(
            "/api/send_email", new { to_address = "marcus@customer.example", subject = key, content = "<p>Hello</p>" }, key))
        .GetRawText();

    // Mail goes on arriving while the server lives and dies.
    private static async Task FeedAsync(string user, IEnumerable<string> subjects)
    {
        foreach (var subject in subjects)
        {
            RealServers.Deliver(user, Desk.MailFrom("marcus@customer.example", subject));
            await PassAsync(2);
        }
    }

    private static async Task PassAsync(int milliseconds)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(milliseconds));
        await timer.WaitForNextTickAsync();
    }
}
