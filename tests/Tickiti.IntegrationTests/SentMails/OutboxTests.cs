using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Shouldly;
using Tickiti.Application.Common;
using Tickiti.Application.Mailboxes;
using Tickiti.Domain.Common;
using Tickiti.Domain.Mailboxes;
using Tickiti.Domain.SentMails;
using Tickiti.Domain.Suppressions;
using Tickiti.Infrastructure.Persistence;
using Tickiti.Testing;
using Tickiti.Testing.Wire;

namespace Tickiti.IntegrationTests.SentMails;

[TestFixture(DatabaseProvider.Sqlite)]
[TestFixture(DatabaseProvider.PostgreSql)]
public sealed class OutboxTests(DatabaseProvider provider)
{
    private FakeSmtpServer _server = null!;
    private OutboxHouse _house = null!;

    [SetUp]
    public async Task BuildAsync()
    {
        _server = new FakeSmtpServer();
        _house = await OutboxHouse.BuildAsync(provider, _server);
    }

    [TearDown]
    public async Task CloseAsync()
    {
        if (_house is not null)
        {
            await _house.DisposeAsync();
        }

        await _server.DisposeAsync();
    }

    [Test]
    public async Task Send_WhenTheServerTakesIt_IsSentWithTheServersWords()
    {
        await OutboxHouse.SendAsync(_house.Node);
        var id = await _house.QueueAsync("ada@customer.test");

        var mail = await _house.UntilAsync(id, SentMailStatus.Sent);

        mail.SentAt.ShouldNotBeNull();
        mail.LastError.ShouldBeNull();
        var attempt = (await _house.AttemptsAsync(id)).Single();
        attempt.Code.ShouldBe(250);
        attempt.EnhancedCode.ShouldBe("2.0.0");
        attempt.Words.ShouldContain("queued as");
        _server.Messages.Single().MessageId.ShouldBe($"<{mail.MessageId}>");
    }

    [Test]
    public async Task Send_WhenTheConnectionIsCutAtAStep_IsTriedAgainUnlessTheEndMayHaveGone(
        [Values("CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "END")] string step, [Values] bool afterEffect)
    {
        _server.Misbehave = command => command.Verb == step && command.Nth == 1
            ? afterEffect ? FakeFault.CutAfterEffect : FakeFault.Cut
            : null;
        await OutboxHouse.SendAsync(_house.Node);
        var id = await _house.QueueAsync("ada@customer.test");

        var mail = await _house.UntilAsync(id, one => one.AttemptCount == 1);
        mail.Status.ShouldBe(step == "END" ? SentMailStatus.Uncertain : SentMailStatus.Queued);
        await Probe.UntilAsync(async () => await _house.StateAsync() == MailboxState.Retrying);
        _house.Node.Clock.Advance(TimeSpan.FromMinutes(6));
        if (step != "END")
        {
            await _house.UntilAsync(id, SentMailStatus.Sent);
            _server.CountOf($"<{mail.MessageId}>").ShouldBe(1);
            return;
        }

        // Another mail goes by, the uncertain one stays where it is.
        await _house.UntilAsync(await _house.QueueAsync("bob@customer.test"), SentMailStatus.Sent);
        (await _house.LoadAsync(id)).Status.ShouldBe(SentMailStatus.Uncertain);
        _server.CountOf($"<{mail.MessageId}>").ShouldBe(afterEffect ? 1 : 0);
    }

    [Test]
    public async Task Send_WhenANodeDiesBehindTheMark_IsUncertainAndNeverSentAgain()
    {
        _server.Misbehave = command => command.Verb == "END" && command.Nth == 1 ? FakeFault.StallAfterEffect : null;
        await OutboxHouse.SendAsync(_house.Node);
        var id = await _house.QueueAsync("ada@customer.test");
        await Probe.UntilAsync(() => _server.CountOfCommand("END") == 1);
        (await _house.LoadAsync(id)).Status.ShouldBe(SentMailStatus.Sending);

        var other = await _house.AnotherNodeAsync();
        other.Clock.Advance(TimeSpan.FromSeconds(31));
        await OutboxHouse.SendAsync(other);

        var mail = await _house.UntilAsync(id, SentMailStatus.Uncertain);
        mail.LastError!.ShouldContain("resend");

        // Another mail goes by, the uncertain one stays where it is.
        await _house.UntilAsync(await _house.QueueAsync("bob@customer.test"), SentMailStatus.Sent);
        (await _house.LoadAsync(id)).Status.ShouldBe(SentMailStatus.Uncertain);
        _server.CountOf($"<{mail.MessageId}>").ShouldBe(1);
    }

    [Test]
    public async Task Send_WhenANodeDiesBeforeTheMark_IsSentByAnotherWithTheSameMessageId()
    {
        _server.Misbehave = command => command.Verb == "DATA" && command.Nth == 1 ? FakeFault.Stall : null;
        await OutboxHouse.SendAsync(_house.Node);
        var id = await _house.QueueAsync("ada@customer.test");
        await Probe.UntilAsync(() => _server.CountOfCommand("DATA") == 1);

        var other = await _house.AnotherNodeAsync();
        other.Clock.Advance(TimeSpan.FromSeconds(31));
        await OutboxHouse.SendAsync(other);

        var mail = await _house.UntilAsync(id, SentMailStatus.Sent);
        _server.CountOf($"<{mail.MessageId}>").ShouldBe(1);
    }

    [Test]
    public async Task Send_OfLargeMails_IsOneAfterTheOtherAndDoesNotHoldUpSmallOnes()
    {
        using var gate = new ManualResetEventSlim();
        _server.Misbehave = command =>
        {
            if (command.Verb == "RCPT" && command.Argument.Contains("large", StringComparison.Ordinal))
            {
                gate.Wait(TimeSpan.FromSeconds(20));
            }

            return null;
        };
        await _house.SendWellAsync();
        const long Gigabyte = 1L << 30;
        var ids = await _house.QueueWithFilesAsync(
            ("large1@customer.test", Gigabyte), ("large2@customer.test", Gigabyte), ("large3@customer.test", Gigabyte), ("small@customer.test", 1));
        await _house.UntilAsync(ids[^1], SentMailStatus.Sent);

        _server.CountOfCommand("RCPT").ShouldBe(3);
        gate.Set();
        foreach (var id in ids)
        {
            await _house.UntilAsync(id, SentMailStatus.Sent);
        }
    }

    [Test]
    public async Task Send_WhileTheServerIsSlow_HoldsNoMoreThanWhatIsComposed()
    {
        using var gate = new ManualResetEventSlim();
        _server.Misbehave = command =>
        {
            if (command.Verb == "RCPT" && command.Argument.Contains("slow", StringComparison.Ordinal))
            {
                gate.Wait(TimeSpan.FromSeconds(60));
            }

            return null;
        };

        // To compose one takes most of what there is for mails of its size.
        await using var house = await OutboxHouse.BuildAsync(provider, _server, megabytesInWork: 16);
        await house.SendWellAsync();
        const long Small = 700_000;
        var ids = await house.QueueWithFilesAsync(
            ("slow1@customer.test", Small), ("slow2@customer.test", Small), ("tiny@customer.test", 100));
        await house.UntilAsync(ids[^1], SentMailStatus.Sent);

        await Probe.UntilAsync(() => _server.CountOfCommand("RCPT") >= 4, TimeSpan.FromSeconds(20));
        gate.Set();
        foreach (var id in ids)
        {
            await house.UntilAsync(id, SentMailStatus.Sent);
        }
    }

    [Test]
    public async Task Send_WhenTwoNodesShareAnOutbox_SendsEachMailOnce()
    {
        var other = await _house.AnotherNodeAsync();
        await OutboxHouse.SendAsync(_house.Node);
        await OutboxHouse.SendAsync(other);
        var ids = new List<long>();
        for (var batch = 0; batch < 5; batch++)
        {
            ids.AddRange(await _house.QueueManyAsync([.. Enumerable.Range(0, 20).Select(i => $"c{batch}-{i}@customer.test")]));
        }

        foreach (var id in ids)
        {
            await _house.UntilAsync(id, SentMailStatus.Sent);
        }

        _server.Messages.Count.ShouldBe(ids.Count);
        _server.Messages.Select(message => message.MessageId).Distinct().Count().ShouldBe(ids.Count);
    }

    [Test]
    public async Task Send_WhenRefusedForNow_WaitsAsTheServerAsked()
    {
        _server.Misbehave = command => command.Verb == "RCPT" && command.Nth == 1
            ? FakeFault.Reply("450 4.2.0 Greylisted, try again in 10 minutes")
            : null;
        await OutboxHouse.SendAsync(_house.Node);
        var before = _house.Node.Clock.GetUtcNow();
        var id = await _house.QueueAsync("ada@customer.test");

        var mail = await _house.UntilAsync(id, one => one.AttemptCount == 1);
        (mail.NextTryAt!.Value - before).ShouldBeInRange(TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(11.5));
        mail.LastError!.ShouldContain("Greylisted");
        _house.Node.Clock.Advance(TimeSpan.FromMinutes(12));

        (await _house.UntilAsync(id, SentMailStatus.Sent)).AttemptCount.ShouldBe(2);
    }

    [Test]
    public async Task Send_WhenSomeAreRefused_KeepsAnOutcomeForEach()
    {
        await OutboxHouse.SendAsync(_house.Node);
        var id = await _house.QueueAsync("ada@customer.test", ["unknown@customer.test"], ["later@customer.test", "no address"]);

        var mail = await _house.UntilAsync(id, one => one.AttemptCount == 1);

        mail.Status.ShouldBe(SentMailStatus.Queued);
        mail.Recipients.OrderBy(one => one.Ordinal).Select(one => one.Status).ShouldBe(
            [SentMailStatus.Sent, SentMailStatus.Failed, SentMailStatus.Queued, SentMailStatus.Failed]);
        _house.Node.Clock.Advance(TimeSpan.FromMinutes(7));
        await _house.UntilAsync(id, one => one.AttemptCount == 2);
        _server.Messages.Count.ShouldBe(1);
        _server.Messages.Single().Text.ShouldNotContain("later@customer.test");
    }

    [Test]
    public async Task Send_WhenRefusedFor48Hours_Fails()
    {
        await OutboxHouse.SendAsync(_house.Node);
        var id = await _house.QueueAsync("later@customer.test");
        await _house.UntilAsync(id, one => one.AttemptCount == 1);

        _house.Node.Clock.Advance(TimeSpan.FromHours(48));

        var mail = await _house.UntilAsync(id, SentMailStatus.Failed);
        mail.LastError!.ShouldContain("48 hours");
    }

    [Test]
    public async Task Send_WhenNobodyCanBeReached_FailsInClearWords()
    {
        await OutboxHouse.SendAsync(_house.Node);
        var id = await _house.QueueAsync("not an address");

        var mail = await _house.UntilAsync(id, SentMailStatus.Failed);

        mail.LastError!.ShouldContain("\"not an address\" is no email address");
        _server.ConnectionCount.ShouldBe(0);
    }

    [Test]
    public async Task Send_WhenSuppressedMeanwhile_RelaysNothing()
    {
        var id = await _house.QueueAsync("ada@customer.test", ["bob@customer.test"]);
        await _house.Node.InScopeAsync(async scope =>
        {
            var db = scope.GetRequiredService<ITickitiDb>();
            db.Suppressions.Add(Suppression.Of(
                1, EmailAddress.Parse("Bob@Customer.test"), SuppressionReason.Manual, null, null, TimeProvider.System.GetUtcNow()));
            await db.SaveChangesAsync(CancellationToken.None);
        });
        await OutboxHouse.SendAsync(_house.Node);

        await _house.UntilAsync(id, SentMailStatus.Suppressed);

        _server.Messages.ShouldBeEmpty();
    }

    [Test]
    public async Task Send_WhenItsMailboxIsGone_IsCancelled()
    {
        var id = await _house.QueueAsync("ada@customer.test");
        await _house.Node.InScopeAsync(scope =>
        {
            var db = scope.GetRequiredService<ITickitiDb>();
            return db.WriteAsync(
                token => db.Mailboxes.Where(mailbox => mailbox.Id == _house.Mailbox.Id).ExecuteDeleteAsync(token), CancellationToken.None);
        });
        await OutboxHouse.SendAsync(_house.Node);

        (await _house.UntilAsync(id, SentMailStatus.Cancelled)).LastError!.ShouldContain("deleted");
    }
}

[TestFixture(DatabaseProvider.Sqlite)]
[TestFixture(DatabaseProvider.PostgreSql)]
public sealed class OutboxMailboxTests(DatabaseProvider provider)
{
    [Test]
    public async Task Send_WhenTheCredentialsAreRefused_PausesWithoutATryUntilTheyAreSetRight()
    {
        await using var server = new FakeSmtpServer { UserName = "sender", Password = "right" };
        await using var house = await OutboxHouse.BuildAsync(provider, server, password: "wrong");
        var id = (await house.QueueManyAsync([.. Enumerable.Range(0, 12).Select(i => $"c{i}@customer.test")]))[^1];
        await OutboxHouse.SendAsync(house.Node);
        await Probe.UntilAsync(async () => await house.StateAsync() == MailboxState.CredentialsRefused);
        server.CountOfCommand("AUTH").ShouldBe(1);

        var waiting = await house.LoadAsync(id);
        waiting.Status.ShouldBe(SentMailStatus.Queued);
        waiting.AttemptCount.ShouldBe(0);
        await house.SetPasswordAsync("right");

        await house.UntilAsync(id, SentMailStatus.Sent);
        await Probe.UntilAsync(async () => await house.StateAsync() == MailboxState.Ok);
    }

    [Test]
    public async Task Send_WhenAWrongPasswordIsReplacedByAWrongOne_IsTriedFourTimesAnHourAtMost()
    {
        await using var server = new FakeSmtpServer { UserName = "sender", Password = "right" };
        await using var house = await OutboxHouse.BuildAsync(provider, server, password: "wrong");
        await house.QueueAsync("ada@customer.test");
        var start = house.Node.Clock.GetUtcNow();
        await OutboxHouse.SendAsync(house.Node);
        await Probe.UntilAsync(async () => (await house.HealthAsync())?.NextTryAt > house.Node.Clock.GetUtcNow());

        await house.SetPasswordAsync("as wrong");

        for (var tries = 2; tries <= 4; tries++)
        {
            await Probe.UntilAsync(async () => server.CountOfCommand("AUTH") == tries
                && (await house.HealthAsync())!.NextTryAt > house.Node.Clock.GetUtcNow());
            house.Node.Clock.Advance((await house.HealthAsync())!.NextTryAt - house.Node.Clock.GetUtcNow());
        }

        (house.Node.Clock.GetUtcNow() - start).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromHours(1));
    }

    [Test]
    public async Task Send_WhenThePasswordIsSet_GoesWithinTwoSeconds()
    {
        await using var server = new FakeSmtpServer { UserName = "sender", Password = "right" };
        await using var house = await OutboxHouse.BuildAsync(
            provider, server, password: "wrong", pollInterval: TimeSpan.FromMinutes(5));
        await OutboxHouse.SendAsync(house.Node);
        var id = await house.QueueAsync("ada@customer.test");
        await Probe.UntilAsync(async () => await house.StateAsync() == MailboxState.CredentialsRefused);

        var start = TimeProvider.System.GetTimestamp();
        await house.SetPasswordAsync("right");
        await house.UntilAsync(id, SentMailStatus.Sent);

        TimeProvider.System.GetElapsedTime(start).ShouldBeLessThan(TimeSpan.FromSeconds(2));
    }

    [Test]
    public async Task Delete_WhileAMailIsUnderWay_RecordsItAndCancelsTheRest()
    {
        using var gate = new ManualResetEventSlim();
        await using var server = new FakeSmtpServer();
        await using var house = await OutboxHouse.BuildAsync(provider, server);
        server.Misbehave = command =>
        {
            if (command.Verb == "END")
            {
                gate.Wait(TimeSpan.FromSeconds(20));
            }

            return null;
        };
        await OutboxHouse.SendAsync(house.Node);
        var ids = await house.QueueManyAsync(["ada@customer.test", "bob@customer.test"]);
        await Probe.UntilAsync(() => server.CountOfCommand("END") == 1);

        await house.Node.InScopeAsync(async scope =>
            (await scope.GetRequiredService<IMediator>().Send(new DeleteMailbox { MailboxId = house.Mailbox.Id, Force = true }))
                .IsSuccess.ShouldBeTrue());
        gate.Set();

        var statuses = new List<SentMailStatus>();
        foreach (var id in ids)
        {
            statuses.Add((await house.UntilAsync(id, one => one.Status is SentMailStatus.Sent or SentMailStatus.Cancelled)).Status);
        }

        statuses.ShouldBe([SentMailStatus.Sent, SentMailStatus.Cancelled], ignoreOrder: true);
        server.Messages.Count.ShouldBe(1);
    }

    [Test]
    public async Task Send_WhenTheServerIsSilentOnceConnected_PausesTheMailboxAndSparesTheRest()
    {
        await using var server = new FakeSmtpServer();
        await using var house = await OutboxHouse.BuildAsync(provider, server);
        await house.SendWellAsync();
        server.Misbehave = command => command.Verb == "MAIL" ? FakeFault.Cut : null;
        var ids = await house.QueueManyAsync([.. Enumerable.Range(0, 12).Select(i => $"c{i}@customer.test")]);

        await Probe.UntilAsync(async () => await house.StateAsync() == MailboxState.Retrying);

        var tries = 0;
        foreach (var id in ids)
        {
            tries += (await house.LoadAsync(id)).AttemptCount;
        }

        tries.ShouldBeInRange(1, 4);
        server.Misbehave = null;
        house.Node.Clock.Advance(TimeSpan.FromMinutes(7));
        foreach (var id in ids)
        {
            await house.UntilAsync(id, SentMailStatus.Sent);
        }
    }

    [Test]
    public async Task Send_WhenTheBudgetIsSpent_Waits()
    {
        await using var server = new FakeSmtpServer();
        await using var house = await OutboxHouse.BuildAsync(provider, server, settings => settings with { HourlyBudget = 2 });
        var ids = await house.QueueManyAsync(["a@customer.test", "b@customer.test", "c@customer.test"]);
        await OutboxHouse.SendAsync(house.Node);
        await house.UntilAsync(ids[0], SentMailStatus.Sent);
        await house.UntilAsync(ids[1], SentMailStatus.Sent);

        (await house.LoadAsync(ids[2])).Status.ShouldBe(SentMailStatus.Queued);
        house.Node.Clock.Advance(TimeSpan.FromMinutes(61));

        await house.UntilAsync(ids[2], SentMailStatus.Sent);
    }

    [Test]
    public async Task Send_IntoAFolder_WritesAFileForEachMail()
    {
        await using var server = new FakeSmtpServer();
        await using var house = await OutboxHouse.BuildAsync(
            provider, server, settings => settings with { OutgoingType = OutgoingMailboxType.Local });
        await OutboxHouse.SendAsync(house.Node);
        var id = await house.QueueAsync("ada@customer.test");

        await house.UntilAsync(id, SentMailStatus.Sent);

        var folder = Path.Combine(house.Folder, "mailboxes", "2", "outbox");
        Directory.GetFiles(folder).Select(Path.GetFileName).ShouldBe([$"{id}.eml"]);
        (await File.ReadAllTextAsync(Path.Combine(folder, $"{id}.eml"))).ShouldContain("To: ada@customer.test");
    }

    [Test]
    public async Task Send_WhenARealServerTakesIt_IsSent([Values] bool encrypted)
    {
        var name = encrypted ? "TICKITI_TEST_SMTP_TLS" : "TICKITI_TEST_SMTP";
        var target = Environment.GetEnvironmentVariable(name);
        if (target is null)
        {
            Assert.Ignore($"{name} names no server; eng/servers.sh starts one.");
        }

        var domain = Environment.GetEnvironmentVariable("TICKITI_TEST_MAIL_DOMAIN");
        await using var server = new FakeSmtpServer();
        await using var house = await OutboxHouse.BuildAsync(
            provider,
            server,
            settings => settings with
            {
                Address = EmailAddress.Parse($"user1@{domain}"),
                Smtp = new SmtpSettings
                {
                    Enable = true,
                    Server = target!.Split(':')[0],
                    Port = int.Parse(target.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture),
                    Security = encrypted ? ConnectionSecurity.Ssl : ConnectionSecurity.None,
                    ValidateCert = false,
                    Username = encrypted ? "user1" : "",
                },
            },
            encrypted ? Environment.GetEnvironmentVariable("TICKITI_TEST_MAIL_PASSWORD") : null);
        await OutboxHouse.SendAsync(house.Node);
        var id = await house.QueueAsync($"user2@{domain}");

        await house.UntilAsync(id, SentMailStatus.Sent);

        (await house.AttemptsAsync(id)).Single().Words.ShouldContain("queued as");
    }
}
