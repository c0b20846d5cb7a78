using System.Text;
using NUnit.Framework;
using Shouldly;
using Tickiti.Mail.Smtp;
using Tickiti.Mail.Tests.Transport;
using Tickiti.Mail.Transport;
using Tickiti.Testing.Wire;

namespace Tickiti.Mail.Tests.Smtp;

public sealed class SmtpSendTests
{
    private const string Message = "Subject: x\r\n\r\nHello\r\n";

    private static readonly SmtpEnvelope Envelope = new("a@x.test", ["b@y.test"]);
    private static readonly SmtpEnvelope Three = new("a@x.test", ["b@y.test", "c@y.test", "d@y.test"]);

    [Test]
    public async Task Send_WithoutPipelining_GoesStepByStep()
    {
        await using var replay = new WireReplay(Hello("250 mail.test")
            .ExpectLine("MAIL FROM:<a@x.test>").SendLine("250 ok").ExpectLine("RCPT TO:<b@y.test>").SendLine("250 ok")
            .ExpectLine("DATA").SendLine("354 go").Expect(Message + ".\r\n").SendLine("250 queued as 7"));
        await using var client = await WireTest.ConnectSmtpAsync(replay);

        var outcome = await SendAsync(client, Envelope);

        outcome.IsAccepted.ShouldBeTrue();
        outcome.Recipients.ShouldBe(
            [new RecipientOutcome("b@y.test", RecipientOutcomeKind.Accepted, SmtpStage.MessageEnd, 250, null, "queued as 7")]);
        await replay.VerifyAsync();
    }

    [Test]
    public async Task Send_WithPipelining_SendsTheEnvelopeInOneWrite()
    {
        await using var replay = new WireReplay(Pipelined()
            .Expect("MAIL FROM:<a@x.test>\r\nRCPT TO:<b@y.test>\r\nRCPT TO:<c@y.test>\r\nRCPT TO:<d@y.test>\r\nDATA\r\n")
            .Send("250 ok\r\n250 ok\r\n550 5.1.1 no such user\r\n450 4.2.0 busy, try again in 5 minutes\r\n354 go\r\n")
            .Expect(Message + ".\r\n").SendLine("250 2.0.0 queued"));
        await using var client = await WireTest.ConnectSmtpAsync(replay);

        var outcome = await SendAsync(client, Three);

        outcome.IsAccepted.ShouldBeFalse();
        outcome.Recipients.Select(r => (r.Kind, r.Code, r.Status?.ToString(), r.Stage)).ShouldBe(
        [
            (RecipientOutcomeKind.Accepted, 250, "2.0.0", SmtpStage.MessageEnd),
            (RecipientOutcomeKind.RefusedForGood, 550, "5.1.1", SmtpStage.RcptTo),
            (RecipientOutcomeKind.RefusedForNow, 450, "4.2.0", SmtpStage.RcptTo),
        ]);
        outcome.Recipients[2].RetryAfter.ShouldBe(TimeSpan.FromMinutes(5));
        await replay.VerifyAsync();
    }

    [Test]
    public async Task Send_WhenAllRecipientsAreRefusedButDataIsNot_SendsALoneDot()
    {
        await using var replay = new WireReplay(Pipelined()
            .Expect("MAIL FROM:<a@x.test>\r\nRCPT TO:<b@y.test>\r\nDATA\r\n").Send("250 ok\r\n550 5.1.1 no\r\n354 go\r\n")
            .Expect(".\r\n").SendLine("250 2.0.0 an empty message, fine")
            .Expect("MAIL FROM:<a@x.test>\r\nRCPT TO:<b@y.test>\r\nDATA\r\n").Send("250 ok\r\n250 ok\r\n354 go\r\n")
            .Expect(Message + ".\r\n").SendLine("250 ok"));
        await using var client = await WireTest.ConnectSmtpAsync(replay);
        var isAsked = false;

        var outcome = await client.SendAsync(
            Envelope, Encoding.ASCII.GetBytes(Message), _ => { isAsked = true; return ValueTask.CompletedTask; }, CancellationToken.None);

        outcome.Recipients.Single().Kind.ShouldBe(RecipientOutcomeKind.RefusedForGood);
        isAsked.ShouldBeFalse();
        (await SendAsync(client, Envelope)).IsAccepted.ShouldBeTrue();
        await replay.VerifyAsync();
    }

    [Test]
    public async Task Send_WhenMailFromIsRefused_ReadsThePipelinedRest()
    {
        await using var replay = new WireReplay(Pipelined()
            .Expect("MAIL FROM:<a@x.test>\r\nRCPT TO:<b@y.test>\r\nDATA\r\n").Send("553 5.1.8 not you\r\n503 order\r\n503 order\r\n")
            .Expect("MAIL FROM:<a@x.test>\r\nRCPT TO:<b@y.test>\r\nDATA\r\n").Send("250 ok\r\n250 ok\r\n354 go\r\n")
            .Expect(Message + ".\r\n").SendLine("250 ok"));
        await using var client = await WireTest.ConnectSmtpAsync(replay);

        var refused = await SendAsync(client, Envelope);

        refused.Recipients.Single().ShouldBe(new RecipientOutcome(
            "b@y.test", RecipientOutcomeKind.RefusedForGood, SmtpStage.MailFrom, 553, new EnhancedStatusCode(5, 1, 8), "not you"));
        (await SendAsync(client, Envelope)).IsAccepted.ShouldBeTrue();
        await replay.VerifyAsync();
    }

    [Test]
    public async Task Send_AfterAnOpenTransaction_ResetsWithTheNextEnvelope()
    {
        await using var replay = new WireReplay(Pipelined()
            .Expect("MAIL FROM:<a@x.test>\r\nRCPT TO:<b@y.test>\r\nDATA\r\n").Send("250 ok\r\n250 ok\r\n451 4.3.0 not now\r\n")
            .Expect("RSET\r\nMAIL FROM:<a@x.test>\r\nRCPT TO:<b@y.test>\r\nDATA\r\n").Send("250 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n")
            .Expect(Message + ".\r\n").SendLine("250 ok")
            .Expect("MAIL FROM:<a@x.test>\r\nRCPT TO:<b@y.test>\r\nDATA\r\n").Send("250 ok\r\n250 ok\r\n354 go\r\n")
            .Expect(Message + ".\r\n").SendLine("554 5.6.0 no taste"));
        await using var client = await WireTest.ConnectSmtpAsync(replay);

        (await SendAsync(client, Envelope)).Recipients.Single().ShouldSatisfyAllConditions(
            r => r.Kind.ShouldBe(RecipientOutcomeKind.RefusedForNow), r => r.Stage.ShouldBe(SmtpStage.Data));
        (await SendAsync(client, Envelope)).IsAccepted.ShouldBeTrue();
        (await SendAsync(client, Envelope)).Recipients.Single().Kind.ShouldBe(RecipientOutcomeKind.RefusedForGood);
        client.IsUsable.ShouldBeTrue();
        await replay.VerifyAsync();
    }

    [TestCase("421 4.3.2 shutting down", RecipientOutcomeKind.RefusedForNow, false)]
    [TestCase("451 4.3.0 disk full", RecipientOutcomeKind.RefusedForNow, true)]
    [TestCase("552 5.3.4 too big", RecipientOutcomeKind.RefusedForGood, true)]
    [TestCase("250 2.0.0 ok", RecipientOutcomeKind.Accepted, true)]
    [TestCase("354 again?", RecipientOutcomeKind.Uncertain, false)]
    [TestCase("hello?", RecipientOutcomeKind.Uncertain, false)]
    public async Task Send_SortsTheAnswerToTheEnd(string reply, RecipientOutcomeKind kind, bool isUsable)
    {
        await using var replay = new WireReplay(Pipelined()
            .Expect("MAIL FROM:<a@x.test>\r\nRCPT TO:<b@y.test>\r\nDATA\r\n").Send("250 ok\r\n250 ok\r\n354 go\r\n")
            .Expect(Message + ".\r\n").SendLine(reply));
        await using var client = await WireTest.ConnectSmtpAsync(replay);

        var outcome = await SendAsync(client, Envelope);

        outcome.Recipients.Single().Kind.ShouldBe(kind);
        client.IsUsable.ShouldBe(isUsable);
    }

    [TestCase("530 5.7.0 Authentication required", MailFailure.CredentialsRefused)]
    [TestCase("530 5.7.0 Must issue a STARTTLS command first", MailFailure.TlsFailed)]
    public async Task Send_WhenTheServerWantsOtherSettings_BlamesTheMailboxNotTheMessage(string reply, MailFailure failure)
    {
        await using var replay = new WireReplay(Hello("250 mail.test").ExpectLine("MAIL FROM:<a@x.test>").SendLine(reply));
        await using var client = await WireTest.ConnectSmtpAsync(replay);

        var outcome = await SendAsync(client, Envelope);

        outcome.Failure.ShouldBe(failure);
        outcome.Recipients.Single().Kind.ShouldBe(RecipientOutcomeKind.RefusedForNow);
    }

    [Test]
    public async Task Send_WhenTheServerNamesTooManyRecipients_RefusesTheRestForNow()
    {
        await using var replay = new WireReplay(Pipelined()
            .Expect("MAIL FROM:<a@x.test>\r\nRCPT TO:<b@y.test>\r\nRCPT TO:<c@y.test>\r\nRCPT TO:<d@y.test>\r\nDATA\r\n")
            .Send("250 ok\r\n250 ok\r\n452 4.5.3 too many\r\n552 too many\r\n354 go\r\n")
            .Expect(Message + ".\r\n").SendLine("250 ok"));
        await using var client = await WireTest.ConnectSmtpAsync(replay);

        (await SendAsync(client, Three)).Recipients.Select(r => r.Kind).ShouldBe(
            [RecipientOutcomeKind.Accepted, RecipientOutcomeKind.RefusedForNow, RecipientOutcomeKind.RefusedForNow]);
    }

    [Test]
    public async Task Send_WhenTheMessageIsAboveSize_RefusesItWithoutAWord()
    {
        await using var replay = new WireReplay(Hello("250-mail.test\r\n250 SIZE 10"));
        await using var client = await WireTest.ConnectSmtpAsync(replay);

        var outcome = await SendAsync(client, Envelope);

        outcome.Recipients.Single().ShouldSatisfyAllConditions(
            r => r.Kind.ShouldBe(RecipientOutcomeKind.RefusedForGood),
            r => r.Status.ShouldBe(new EnhancedStatusCode(5, 3, 4)),
            r => r.Code.ShouldBeNull());
        client.IsUsable.ShouldBeTrue();
        await replay.VerifyAsync();
    }

    [Test]
    public async Task Send_WhenEverythingIsOffered_UsesTheParameters()
    {
        await using var replay = new WireReplay(Hello("250-mail.test\r\n250-SIZE\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 DSN")
            .ExpectLine("MAIL FROM:<a@x.test> SIZE=4 BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=id+2B1").SendLine("250 ok")
            .ExpectLine("RCPT TO:<j\u00c3\u00bcrgen@b\u00c3\u00bccher.test> NOTIFY=SUCCESS,FAILURE").SendLine("250 ok")
            .ExpectLine("RCPT TO:<b+1@xn--bcher-kva.test> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;b+2B1@xn--bcher-kva.test").SendLine("250 ok")
            .ExpectLine("DATA").SendLine("354 go").Expect("\u00c3\u00bc\r\n\r\n.\r\n").SendLine("250 ok"));
        await using var client = await WireTest.ConnectSmtpAsync(replay);

        var outcome = await SendAsync(
            client,
            new SmtpEnvelope("a@x.test", ["jürgen@bücher.test", "b+1@bücher.test"])
            {
                Notify = SmtpNotify.Success | SmtpNotify.Failure,
                Return = SmtpReturn.Headers,
                EnvelopeId = "id+1",
            },
            "ü\n\r");

        outcome.IsAccepted.ShouldBeTrue();
        await replay.VerifyAsync();
    }

    [Test]
    public async Task Send_WhenNothingIsOffered_RefusesWhatCannotGo()
    {
        await using var replay = new WireReplay(Hello("250 mail.test"));
        await using var client = await WireTest.ConnectSmtpAsync(replay);

        Status(await SendAsync(client, Envelope, "ü\r\n")).ShouldBe("5.6.3");
        Status(await SendAsync(client, new SmtpEnvelope("a@x.test", ["jürgen@y.test"]))).ShouldBe("5.6.7");
        Status(await SendAsync(client, new SmtpEnvelope("jürgen@x.test", ["b@y.test"]))).ShouldBe("5.6.7");
        Status(await SendAsync(client, Envelope with { HasUtf8Headers = true })).ShouldBe("5.6.9");
        await replay.VerifyAsync();
    }

    [TestCase("b@y.test\r\nDATA")]
    [TestCase("b@y.test>\nRSET")]
    [TestCase("b@y.test> NOTIFY=NEVER")]
    [TestCase("b @y.test")]
    [TestCase("\"b@y.test")]
    [TestCase("b\0@y.test")]
    [TestCase("b\u0085@y.test")]
    [TestCase("@y.test")]
    [TestCase("b@")]
    [TestCase("b")]
    [TestCase("")]
    public async Task Send_WhenAnAddressCouldBreakOutOfItsCommand_SendsNothingOfIt(string address)
    {
        await using var replay = new WireReplay(Hello("250-mail.test\r\n250 SMTPUTF8"));
        await using var client = await WireTest.ConnectSmtpAsync(replay);

        Status(await SendAsync(client, new SmtpEnvelope("a@x.test", [address]))).ShouldBe("5.1.3");
        Status(await SendAsync(client, new SmtpEnvelope(address, ["b@y.test"]))).ShouldBe("5.1.7");
        await replay.VerifyAsync();
    }

    [Test]
    public void ToWire_OfALoneSurrogate_IsNothing() => SmtpAddress.ToWire($"b{(char)0xD800}@y.test").ShouldBeNull();

    [Test]
    public async Task Send_WithANullSenderAndAQuotedRecipient_WritesThemAsTheyAre()
    {
        await using var replay = new WireReplay(Hello("250 mail.test").ExpectLine("MAIL FROM:<>").SendLine("250 ok")
            .ExpectLine("RCPT TO:<\"b> \\\" c\"@y.test>").SendLine("550 no"));
        await using var client = await WireTest.ConnectSmtpAsync(replay);

        var outcome = await SendAsync(client, new SmtpEnvelope(null, ["\"b> \\\" c\"@y.test"]));

        outcome.Recipients.Single().Code.ShouldBe(550);
        await replay.VerifyAsync();
    }

    [Test]
    public async Task Send_ToThousandRecipients_PipelinesInPieces()
    {
        await using var server = new FakeSmtpServer();
        await using var client = await SmtpClient.ConnectAsync(server.Endpoint, SmtpClientOptions.Default, CancellationToken.None);
        var recipients = Enumerable.Range(0, 1000).Select(i => i % 10 == 3 ? $"unknown{i}@y.test" : $"r{i}@y.test").ToList();

        var outcome = await SendAsync(client, new SmtpEnvelope("a@x.test", recipients));

        outcome.Recipients.Count(r => r.Kind == RecipientOutcomeKind.Accepted).ShouldBe(900);
        outcome.Recipients.Count(r => r.Kind == RecipientOutcomeKind.RefusedForGood).ShouldBe(100);
        server.Messages.Single().Recipients.Count.ShouldBe(900);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Send_WhenTheMessageIsLarge_ArrivesByteForByte(bool chunking)
    {
        await using var server = new FakeSmtpServer { Extensions = chunking ? ["PIPELINING", "CHUNKING"] : ["PIPELINING"] };
        await using var client = await SmtpClient.ConnectAsync(server.Endpoint, SmtpClientOptions.Default, CancellationToken.None);
        var message = string.Concat(Enumerable.Range(0, 30_000).Select(i => $".line {i} of a message that is larger than one write\r\n"));

        var outcome = await SendAsync(client, Envelope, message);

        outcome.IsAccepted.ShouldBeTrue();
        server.Messages.Single().Text.ShouldBe(message);
        server.CountOfCommand("DATA").ShouldBe(chunking ? 0 : 1);
    }

    [Test]
    public async Task Send_WhenAChunkIsRefused_StopsAndResets()
    {
        await using var server = new FakeSmtpServer
        {
            Extensions = ["PIPELINING", "CHUNKING"],
            Misbehave = c => c is { Verb: "BDAT", Nth: 2 } ? FakeFault.Reply("452 4.3.1 disk full") : null,
        };
        await using var client = await SmtpClient.ConnectAsync(server.Endpoint, SmtpClientOptions.Default, CancellationToken.None);

        var outcome = await SendAsync(client, Envelope, new string('x', 1_000_000));

        outcome.Recipients.Single().ShouldSatisfyAllConditions(
            r => r.Kind.ShouldBe(RecipientOutcomeKind.RefusedForNow), r => r.Stage.ShouldBe(SmtpStage.Message));
        (await SendAsync(client, Envelope)).IsAccepted.ShouldBeTrue();
        server.CountOfCommand("RSET").ShouldBe(1);
    }

    private static Task<SmtpOutcome> SendAsync(SmtpClient client, SmtpEnvelope envelope, string message = Message) =>
        client.SendAsync(envelope, Encoding.UTF8.GetBytes(message), null, CancellationToken.None).AsTask();

    private static string? Status(SmtpOutcome outcome)
    {
        var recipient = outcome.Recipients.ShouldHaveSingleItem();
        recipient.Kind.ShouldBe(RecipientOutcomeKind.RefusedForGood);
        return recipient.Status?.ToString();
    }

    private static WireScript Hello(string reply) =>
        new WireScript().SendLine("220 mail.test").ExpectLine("EHLO client.test").SendLine(reply);

    private static WireScript Pipelined() => Hello("250-mail.test\r\n250 PIPELINING");
}
