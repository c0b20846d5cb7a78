using System.Text;
using NUnit.Framework;
using Shouldly;
using Tickiti.Mail.Smtp;
using Tickiti.Mail.Tests.Transport;
using Tickiti.Mail.Transport;
using Tickiti.Testing.Wire;

namespace Tickiti.Mail.Tests.Smtp;

/// <summary>The server goes wrong at each step; what is known about the message afterwards must be right.</summary>
public sealed class SmtpFaultTests
{
    private const string Message = "Subject: x\r\n\r\nHello\r\n";

    private static readonly SmtpEnvelope Envelope = new("a@x.test", ["b@y.test", "c@y.test"]);

    private static readonly WireScript StepByStep = new WireScript().SendLine("220 mail.test")
        .ExpectLine("EHLO client.test").SendLine("250-mail.test\r\n250 AUTH PLAIN")
        .ExpectLine("AUTH PLAIN AGtpbQBzM2NyZXQ=").SendLine("235 ok")
        .ExpectLine("MAIL FROM:<a@x.test>").SendLine("250 ok")
        .ExpectLine("RCPT TO:<b@y.test>").SendLine("250 ok").ExpectLine("RCPT TO:<c@y.test>").SendLine("250 ok")
        .ExpectLine("DATA").SendLine("354 go").Expect(Message + ".\r\n").SendLine("250 ok");

    private static readonly WireScript Pipelined = new WireScript().SendLine("220 mail.test")
        .ExpectLine("EHLO client.test").SendLine("250-mail.test\r\n250-PIPELINING\r\n250 AUTH PLAIN")
        .ExpectLine("AUTH PLAIN AGtpbQBzM2NyZXQ=").SendLine("235 ok")
        .Expect("MAIL FROM:<a@x.test>\r\nRCPT TO:<b@y.test>\r\nRCPT TO:<c@y.test>\r\nDATA\r\n")
        .SendLine("250 ok").SendLine("250 ok").SendLine("250 ok").SendLine("354 go")
        .Expect(Message + ".\r\n").SendLine("250 ok");

    private static IEnumerable<TestCaseData> Faults() => Enum.GetValues<WireFault>().SelectMany(fault => Steps().Select(
        s => new TestCaseData(s.Script, s.Step, fault) { TestName = $"{s.Name}, {fault} at step {s.Step}" }));

    private static IEnumerable<TestCaseData> Stalls() => Steps().Select(
        s => new TestCaseData(s.Script, s.Step) { TestName = $"{s.Name}, cancelled at step {s.Step}" });

    private static IEnumerable<(string Name, WireScript Script, int Step)> Steps() =>
        StepByStep.ServerSteps.Select(step => ("step by step", StepByStep, step))
            .Concat(Pipelined.ServerSteps.Select(step => ("pipelined", Pipelined, step)));

    [TestCaseSource(nameof(Faults))]
    public async Task Send_WhenTheServerFailsAtAStep_KnowsWhatBecameOfTheMessage(WireScript script, int step, WireFault fault)
    {
        await using var replay = new WireReplay(script.WithFaultAt(step, fault));
        var steps = script.ServerSteps.ToList();
        var isBeforeMail = steps.IndexOf(step) < 3;
        var isLast = step == steps[^1];
        var begun = false;

        async Task<SmtpOutcome> ConnectAndSendAsync(MailTransportOptions options)
        {
            try
            {
                await using var client = await WireTest.ConnectSmtpAsync(replay, WireTest.SignedIn, options);
                isBeforeMail.ShouldBeFalse();
                var sent = await client.SendAsync(
                    Envelope, Encoding.ASCII.GetBytes(Message), _ => { begun = true; return ValueTask.CompletedTask; }, CancellationToken.None);
                client.IsUsable.ShouldBeFalse();
                return sent;
            }
            catch (MailTransportException e)
            {
                isBeforeMail.ShouldBeTrue();
                return SmtpOutcome.NotConnected(Envelope, e);
            }
        }

        var outcome = fault is WireFault.Stall or WireFault.Deaf
            ? await WireTest.RunOutOfTimeAsync(replay, ConnectAndSendAsync)
            : await ConnectAndSendAsync(WireTest.Options(replay));

        outcome.Recipients.ShouldAllBe(
            r => r.Kind == (isLast ? RecipientOutcomeKind.Uncertain : RecipientOutcomeKind.RefusedForNow));
        outcome.Failure.ShouldBe(fault switch
        {
            WireFault.Cut or WireFault.HangUp => MailFailure.ConnectionLost,
            WireFault.Stall or WireFault.Deaf => MailFailure.TimedOut,
            _ => MailFailure.ProtocolViolation,
        });
        begun.ShouldBe(isLast);
    }

    [TestCaseSource(nameof(Stalls))]
    public async Task Send_WhenCancelledAtAStep_EndsAtOnce(WireScript script, int step)
    {
        await using var replay = new WireReplay(script.WithFaultAt(step, WireFault.Stall));
        using var cancel = new CancellationTokenSource();
        _ = CancelAtFaultAsync();
        var isLast = step == script.ServerSteps.Last();

        async Task<SmtpOutcome> ConnectAndSendAsync()
        {
            await using var client = await SmtpClient.ConnectAsync(
                WireTest.SignedIn,
                new SmtpClientOptions { Transport = WireTest.Options(replay), LocalName = "client.test" }, cancel.Token);
            return await client.SendAsync(Envelope, Encoding.ASCII.GetBytes(Message), null, cancel.Token);
        }

        async Task CancelAtFaultAsync()
        {
            await replay.FaultReached;
            await cancel.CancelAsync();
        }

        if (isLast)
        {
            (await ConnectAndSendAsync()).Recipients.ShouldAllBe(r => r.Kind == RecipientOutcomeKind.Uncertain);
        }
        else
        {
            (await Should.ThrowAsync<OperationCanceledException>(ConnectAndSendAsync)).CancellationToken.ShouldBe(cancel.Token);
        }
    }

    [Test]
    public async Task Send_WhenTheCallerFailsBeforeTheEnd_TheEndDoesNotGo()
    {
        await using var server = new FakeSmtpServer();
        await using var client = await SmtpClient.ConnectAsync(server.Endpoint, SmtpClientOptions.Default, CancellationToken.None);

        await Should.ThrowAsync<InvalidOperationException>(() => client.SendAsync(
            Envelope, Encoding.ASCII.GetBytes(Message), _ => throw new InvalidOperationException("no database"), CancellationToken.None).AsTask());

        client.IsUsable.ShouldBeFalse();
        server.Messages.ShouldBeEmpty();
    }

    [Test]
    public async Task Send_WhenTheServerTakesTheMessageAndDies_IsUncertain()
    {
        await using var server = new FakeSmtpServer { Misbehave = c => c.Verb == "END" ? FakeFault.CutAfterEffect : null };
        await using var client = await SmtpClient.ConnectAsync(server.Endpoint, SmtpClientOptions.Default, CancellationToken.None);

        var outcome = await client.SendAsync(Envelope, Encoding.ASCII.GetBytes(Message), null, CancellationToken.None);

        outcome.IsUncertain.ShouldBeTrue();
        server.Messages.Count.ShouldBe(1);
    }

    [Test]
    public async Task Send_WhenTheServerCutsInTheMiddleOfAMessage_IsRefusedForNow()
    {
        var script = new WireScript().SendLine("220 mail.test").ExpectLine("EHLO client.test").SendLine("250 mail.test")
            .ExpectLine("MAIL FROM:<a@x.test>").SendLine("250 ok").ExpectLine("RCPT TO:<b@y.test>").SendLine("250 ok")
            .ExpectLine("RCPT TO:<c@y.test>").SendLine("250 ok").ExpectLine("DATA").SendLine("354 go").Expect("xxxx");
        await using var replay = new WireReplay(script.Fail(WireFault.Cut));
        await using var client = await WireTest.ConnectSmtpAsync(replay);

        var outcome = await client.SendAsync(Envelope, Encoding.ASCII.GetBytes(new string('x', 5_000_000)), null, CancellationToken.None);

        outcome.Recipients.ShouldAllBe(r => r.Kind == RecipientOutcomeKind.RefusedForNow && r.Stage == SmtpStage.Message);
    }

    [Test]
    public async Task Send_WhenTheServerRefusesInTheMiddleAndCloses_BelievesItsWords()
    {
        var script = new WireScript().SendLine("220 mail.test").ExpectLine("EHLO client.test").SendLine("250 mail.test")
            .ExpectLine("MAIL FROM:<a@x.test>").SendLine("250 ok").ExpectLine("RCPT TO:<b@y.test>").SendLine("250 ok")
            .ExpectLine("RCPT TO:<c@y.test>").SendLine("250 ok").ExpectLine("DATA").SendLine("354 go").Expect("xxxx")
            .SendLine("552 5.2.3 far too long");
        await using var replay = new WireReplay(script);
        await using var client = await WireTest.ConnectSmtpAsync(replay);

        var outcome = await client.SendAsync(Envelope, Encoding.ASCII.GetBytes(new string('x', 5_000_000)), null, CancellationToken.None);

        outcome.Recipients.ShouldAllBe(r => r.Kind == RecipientOutcomeKind.RefusedForGood && r.Text == "far too long");
    }

    [Test]
    public async Task Send_WhenTheServerStopsReadingALargeMessage_TimesOutBeforeItsEnd()
    {
        var script = new WireScript().SendLine("220 mail.test").ExpectLine("EHLO client.test").SendLine("250 mail.test")
            .ExpectLine("MAIL FROM:<a@x.test>").SendLine("250 ok").ExpectLine("RCPT TO:<b@y.test>").SendLine("250 ok")
            .ExpectLine("RCPT TO:<c@y.test>").SendLine("250 ok").ExpectLine("DATA").SendLine("354 go").Fail(WireFault.Deaf);
        await using var replay = new WireReplay(script);

        var outcome = await WireTest.RunOutOfTimeAsync(replay, async options =>
        {
            await using var client = await WireTest.ConnectSmtpAsync(replay, options: options);
            return await client.SendAsync(Envelope, Encoding.ASCII.GetBytes(new string('x', 5_000_000)), null, CancellationToken.None);
        });

        outcome.Failure.ShouldBe(MailFailure.TimedOut);
        outcome.Recipients.ShouldAllBe(r => r.Kind == RecipientOutcomeKind.RefusedForNow && r.Stage == SmtpStage.Message);
    }

    [Test]
    public async Task Send_WhenTheServerShutsDownAmidThePipeline_WaitsForNoMoreAnswers()
    {
        await using var replay = new WireReplay(new WireScript().SendLine("220 mail.test")
            .ExpectLine("EHLO client.test").SendLine("250-mail.test\r\n250 PIPELINING")
            .Expect("MAIL FROM:<a@x.test>\r\nRCPT TO:<b@y.test>\r\nRCPT TO:<c@y.test>\r\nDATA\r\n")
            .SendLine("250 ok\r\n550 5.1.1 no\r\n421 4.3.2 shutting down, try again in 2 minutes").Fail(WireFault.Stall));
        await using var client = await WireTest.ConnectSmtpAsync(replay);

        var outcome = await client.SendAsync(Envelope, Encoding.ASCII.GetBytes(Message), null, CancellationToken.None);

        outcome.Recipients.Select(r => (r.Kind, r.Code)).ShouldBe(
            [(RecipientOutcomeKind.RefusedForGood, 550), (RecipientOutcomeKind.RefusedForNow, 421)]);
        outcome.Recipients[1].RetryAfter.ShouldBe(TimeSpan.FromMinutes(2));
        client.IsUsable.ShouldBeFalse();
    }

    [Test]
    public async Task Send_WhenTheServerAnswersTwice_IsNotUsedAgain()
    {
        await using var replay = new WireReplay(new WireScript().SendLine("220 mail.test")
            .ExpectLine("EHLO client.test").SendLine("250-mail.test\r\n250 PIPELINING")
            .Expect("MAIL FROM:<a@x.test>\r\nRCPT TO:<b@y.test>\r\nRCPT TO:<c@y.test>\r\nDATA\r\n")
            .SendLine("250 ok\r\n250 ok\r\n250 ok\r\n354 go").Expect(Message + ".\r\n").SendLine("250 ok\r\n250 and again"));
        await using var client = await WireTest.ConnectSmtpAsync(replay);

        var outcome = await client.SendAsync(Envelope, Encoding.ASCII.GetBytes(Message), null, CancellationToken.None);

        outcome.IsAccepted.ShouldBeTrue();
        client.IsUsable.ShouldBeFalse();
        (await client.SendAsync(Envelope, Encoding.ASCII.GetBytes(Message), null, CancellationToken.None)).ShouldSatisfyAllConditions(
            o => o.Failure.ShouldBe(MailFailure.ConnectionLost),
            o => o.Recipients.ShouldAllBe(r => r.Kind == RecipientOutcomeKind.RefusedForNow));
    }

    [TestCase("")]
    [TestCase("a b")]
    [TestCase("a\r\nRSET")]
    public async Task Connect_WhenTheLocalNameIsNone_Throws(string name) => await Should.ThrowAsync<ArgumentException>(
        () => SmtpClient.ConnectAsync(WireTest.Endpoint, new SmtpClientOptions { LocalName = name }, CancellationToken.None));

    [Test]
    public async Task Connect_WhenAReplyNeverEnds_GivesUp()
    {
        await using var replay = new WireReplay(new WireScript().Endless("220-and another thing"));

        var thrown = await Should.ThrowAsync<MailTransportException>(() => WireTest.ConnectSmtpAsync(replay));

        thrown.Failure.ShouldBe(MailFailure.ProtocolViolation);
    }

    [Test]
    public async Task Connect_WhenTheServerDrips_StillHasOneDeadlineAStep()
    {
        await using var replay = new WireReplay(new WireScript().DripLine("220 mail.test")
            .ExpectLine("EHLO client.test").DripLine("250-mail.test\r\n250 PIPELINING"));

        await using var client = await WireTest.ConnectSmtpAsync(replay);

        client.Capabilities.Pipelining.ShouldBeTrue();
    }

    [Test]
    public async Task Send_WhenTheServersWordsAreWild_KeepsThemTameAndShort()
    {
        var words = "no\u0007\u001b[31m " + new string('x', 2000);
        await using var replay = new WireReplay(new WireScript().SendLine("220 mail.test")
            .ExpectLine("EHLO client.test").SendLine("250 mail.test")
            .ExpectLine("MAIL FROM:<a@x.test>").SendLine($"550-5.7.1 {words}\r\n550 5.7.1 {words}"));
        await using var client = await WireTest.ConnectSmtpAsync(replay);

        var outcome = await client.SendAsync(Envelope, Encoding.ASCII.GetBytes(Message), null, CancellationToken.None);

        outcome.Recipients[0].Text.ShouldStartWith("no  [31m xxx");
        outcome.Recipients[0].Text.Length.ShouldBeLessThanOrEqualTo(600);
        outcome.Recipients[0].Status.ShouldBe(new EnhancedStatusCode(5, 7, 1));
    }
}
