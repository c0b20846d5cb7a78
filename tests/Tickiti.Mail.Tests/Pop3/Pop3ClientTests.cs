using System.Text;
using NUnit.Framework;
using Shouldly;
using Tickiti.Mail.Pop3;
using Tickiti.Mail.Tests.Transport;
using Tickiti.Mail.Transport;
using Tickiti.Testing.Wire;

namespace Tickiti.Mail.Tests.Pop3;

public sealed class Pop3ClientTests
{
    [Test]
    public async Task Connect_WithUserAndPass_KeepsThemOutOfTheLog()
    {
        var log = new List<string>();
        await using var replay = new WireReplay(SignedIn("TOP\r\nUIDL\r\nPIPELINING"));

        await using var client = await WireTest.ConnectPop3Async(replay, options: new Pop3ClientOptions
        {
            Transport = WireTest.Options(replay) with { Log = line => log.Add(line.Text) },
        });

        client.Capabilities.ShouldSatisfyAllConditions(
            c => c.Pipelining.ShouldBeTrue(), c => c.Uidl.ShouldBeTrue(), c => c.Stls.ShouldBeFalse());
        string.Join('\n', log).ShouldSatisfyAllConditions(
            l => l.ShouldContain("PASS ***"), l => l.ShouldNotContain("s3cret"), l => l.ShouldNotContain("kim"));
    }

    [Test]
    public async Task Connect_WhenCapaIsUnknown_StillSignsIn()
    {
        await using var replay = new WireReplay(new WireScript().SendLine("+OK hello <1.2@mail.test>").ExpectLine("CAPA")
            .SendLine("-ERR what").ExpectLine("USER kim").SendLine("+OK").ExpectLine("PASS s3cret").SendLine("+OK"));

        await using var client = await WireTest.ConnectPop3Async(replay);

        client.Capabilities.IsKnown.ShouldBeFalse();
        await replay.VerifyAsync();
    }

    [Test]
    public async Task Connect_WithSaslPlain_UsesIt()
    {
        await using var replay = new WireReplay(Hello("SASL PLAIN").ExpectLine("AUTH PLAIN AGtpbQBzM2NyZXQ=").SendLine("+OK in"));

        await using var client = await WireTest.ConnectPop3Async(replay);

        await replay.VerifyAsync();
    }

    [Test]
    public async Task Connect_WithStls_EncryptsFirst()
    {
        await using var replay = new WireReplay(Hello("STLS").ExpectLine("STLS").SendLine("+OK go")
            .StartTls(TestCertificates.Issue("mail.test")).Then(Capa("USER")).Then(UserPass()));

        await using var client = await WireTest.ConnectPop3Async(
            replay, WireTest.SignedIn with { Security = MailSecurity.Tls },
            new Pop3ClientOptions { Transport = WireTest.Options(replay) with { TrustedRoots = TestCertificates.Roots } });

        client.IsEncrypted.ShouldBeTrue();
        await replay.VerifyAsync();
    }

    [Test]
    public async Task Connect_WhenBytesComeBeforeTheHandshake_RefusesThem()
    {
        await using var replay = new WireReplay(Hello("STLS").ExpectLine("STLS").SendLine("+OK go\r\n+OK injected").Fail(WireFault.Stall));

        var thrown = await Should.ThrowAsync<MailTransportException>(
            () => WireTest.ConnectPop3Async(replay, WireTest.SignedIn with { Security = MailSecurity.Tls }));

        thrown.Failure.ShouldBe(MailFailure.ProtocolViolation);
    }

    [Test]
    public async Task Connect_WhenStlsIsNotOffered_NeverGoesOnInClearText()
    {
        await using var replay = new WireReplay(Hello("USER"));

        var thrown = await Should.ThrowAsync<MailTransportException>(
            () => WireTest.ConnectPop3Async(replay, WireTest.SignedIn with { Security = MailSecurity.Tls }));

        thrown.Failure.ShouldBe(MailFailure.TlsFailed);
        await replay.VerifyAsync();
    }

    [TestCase("", "-ERR [AUTH] wrong", MailFailure.CredentialsRefused)]
    [TestCase("", "-ERR wrong password", MailFailure.CredentialsRefused)]
    [TestCase("", "-ERR [IN-USE] another session", MailFailure.MailboxLocked)]
    [TestCase("", "-ERR maildrop already locked", MailFailure.MailboxLocked)]
    [TestCase("", "-ERR [SYS/TEMP] disk", MailFailure.TemporarilyUnavailable)]
    [TestCase("", "-ERR [LOGIN-DELAY] too often", MailFailure.TemporarilyUnavailable)]
    [TestCase("", "-ERR [SYS/PERM] gone", MailFailure.ServiceRefused)]
    [TestCase("AUTH-RESP-CODE", "-ERR something else", MailFailure.TemporarilyUnavailable)]
    public async Task Connect_WhenTheSignInIsRefused_SaysHow(string capability, string reply, MailFailure failure)
    {
        await using var replay = new WireReplay(Hello("USER" + (capability.Length > 0 ? "\r\n" + capability : ""))
            .ExpectLine("USER kim").SendLine("+OK").ExpectLine("PASS s3cret").SendLine(reply));

        var thrown = await Should.ThrowAsync<MailTransportException>(() => WireTest.ConnectPop3Async(replay));

        thrown.Failure.ShouldBe(failure);
        thrown.ServerReply.ShouldBe(reply[5..]);
    }

    [TestCase("-ERR [SYS/TEMP] later", MailFailure.TemporarilyUnavailable)]
    [TestCase("-ERR [SYS/PERM] never", MailFailure.ServiceRefused)]
    [TestCase("220 wrong port", MailFailure.ProtocolViolation)]
    public async Task Connect_WhenTheGreetingIsNone_SaysHow(string greeting, MailFailure failure)
    {
        await using var replay = new WireReplay(new WireScript().SendLine(greeting));

        var thrown = await Should.ThrowAsync<MailTransportException>(() => WireTest.ConnectPop3Async(replay));

        thrown.Failure.ShouldBe(failure);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task List_PutsSizesAndIdsTogether(bool pipelining)
    {
        var script = pipelining
            ? SignedIn("PIPELINING").Expect("LIST\r\nUIDL\r\n").Send("+OK\r\n1 120\r\n3 7 extra\r\n.\r\n+OK\r\n3 c\r\n1 a!b \r\n.\r\n")
            : SignedIn("UIDL").ExpectLine("LIST").Send("+OK\r\n1 120\r\n3 7 extra\r\n.\r\n").ExpectLine("UIDL").Send("+OK\r\n3 c\r\n1 a!b \r\n.\r\n");
        await using var replay = new WireReplay(script);
        await using var client = await WireTest.ConnectPop3Async(replay);

        (await client.ListAsync(CancellationToken.None)).ShouldBe([new Pop3Listing(1, "a!b", 120), new Pop3Listing(3, "c", 7)]);
        await replay.VerifyAsync();
    }

    [Test]
    public async Task List_WhenTheServerLacksUidl_SaysSo()
    {
        await using var replay = new WireReplay(SignedIn("PIPELINING").Expect("LIST\r\nUIDL\r\n").Send("+OK\r\n1 120\r\n.\r\n-ERR what\r\n"));
        await using var client = await WireTest.ConnectPop3Async(replay);

        var thrown = await Should.ThrowAsync<MailTransportException>(() => client.ListAsync(CancellationToken.None));

        thrown.Failure.ShouldBe(MailFailure.NotSupported);
    }

    [TestCase("1 10", "1 a\r\n2 b", "listed 1 sizes and 2 UIDLs")]
    [TestCase("1 10\r\n1 20", "1 a\r\n2 b", "message 1 twice (LIST)")]
    [TestCase("1 10\r\n2 20", "1 a\r\n1 b", "message 1 twice (UIDL)")]
    [TestCase("1 10\r\n2 20", "1 a\r\n3 b", "Message 2 is in only one of")]
    [TestCase("1 10\r\nnonsense", "1 a", "\"nonsense\"")]
    [TestCase("1 -10", "1 a", "\"1 -10\"")]
    [TestCase("0 10", "0 a", "\"0 10\"")]
    [TestCase("1", "1 a", "\"1\"")]
    [TestCase("1 10", "1", "\"1\"")]
    [TestCase("1 10", "1 a\u0001", "\"1 a\"")]
    [TestCase("99999999999 10", "1 a", "\"99999999999 10\"")]
    [TestCase("1 99999999999999999999", "1 a", "\"1 99999999999999999999\"")]
    public async Task List_WhenALineMakesNoSense_NamesIt(string list, string uidl, string words)
    {
        await using var replay = new WireReplay(SignedIn("PIPELINING").Expect("LIST\r\nUIDL\r\n")
            .Send($"+OK\r\n{list}\r\n.\r\n+OK\r\n{uidl}\r\n.\r\n"));
        await using var client = await WireTest.ConnectPop3Async(replay);

        var thrown = await Should.ThrowAsync<MailTransportException>(() => client.ListAsync(CancellationToken.None));

        thrown.Failure.ShouldBe(MailFailure.ProtocolViolation);
        thrown.Message.ShouldContain(words);
        client.IsUsable.ShouldBeFalse();
    }

    [Test]
    public async Task List_WhenItNeverEnds_GivesUp()
    {
        await using var replay = new WireReplay(SignedIn("PIPELINING").Expect("LIST\r\nUIDL\r\n").SendLine("+OK").Endless("1 1"));
        await using var client = await WireTest.ConnectPop3Async(
            replay, options: new Pop3ClientOptions { Transport = WireTest.Options(replay), MaxListedMessages = 1000 });

        var thrown = await Should.ThrowAsync<MailTransportException>(() => client.ListAsync(CancellationToken.None));

        thrown.Message.ShouldContain("more than 1000 messages");
    }

    [Test]
    public async Task List_OfAMillionMessages_IsRead()
    {
        var list = string.Concat(Enumerable.Range(1, 1_000_000).Select(i => $"{i} 100\r\n"));
        var uidl = string.Concat(Enumerable.Range(1, 1_000_000).Select(i => $"{i} 000000{i:x8}5f3a\r\n"));
        await using var replay = new WireReplay(SignedIn("PIPELINING").Expect("LIST\r\nUIDL\r\n")
            .Send($"+OK\r\n{list}.\r\n+OK\r\n{uidl}.\r\n"));
        await using var client = await WireTest.ConnectPop3Async(replay);

        var listings = await client.ListAsync(CancellationToken.None);

        listings.Count.ShouldBe(1_000_000);
        listings[^1].ShouldBe(new Pop3Listing(1_000_000, "000000000f42405f3a", 100));
    }

    [Test]
    public async Task Top_GivesTheHeaders()
    {
        await using var replay = new WireReplay(SignedIn("TOP").ExpectLine("TOP 3 0").Send("+OK\r\nSubject: x\r\n\r\n.\r\n"));
        await using var client = await WireTest.ConnectPop3Async(replay);

        using var top = await client.TopAsync(3, 0, CancellationToken.None);

        Text(top).ShouldBe("Subject: x\r\n\r\n");
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Retrieve_GivesEachMessageInTurn(bool pipelining)
    {
        await using var server = new FakePop3Server { Capabilities = pipelining ? ["UIDL", "PIPELINING"] : ["UIDL"] };
        var mails = Enumerable.Range(0, 300).Select(i => $"Subject: {i}\r\n\r\n.dots\r\n..\r\n{new string('x', i * 100)}\r\n").ToList();
        mails.ForEach(m => server.Add(m));
        server.Add("");
        await using var client = await Pop3Client.ConnectAsync(
            server.Endpoint with { UserName = "kim", Password = "x" }, Pop3ClientOptions.Default, CancellationToken.None);
        var listings = await client.ListAsync(CancellationToken.None);

        var texts = new List<string>();
        await foreach (var message in client.RetrieveAsync([.. listings.Select(l => l.Number)], CancellationToken.None))
        {
            using (message)
            {
                message.Status.ShouldBe(Pop3MessageStatus.Complete);
                message.Size.ShouldBe(listings[message.Number - 1].Size);
                texts.Add(Text(message));
            }
        }

        texts.ShouldBe([.. mails, ""]);
    }

    [Test]
    public async Task Retrieve_WithPipelining_AsksAheadWithinTheWindow()
    {
        await using var replay = new WireReplay(SignedIn("PIPELINING")
            .Expect("LIST\r\nUIDL\r\n").Send("+OK\r\n1 60\r\n2 30\r\n3 60\r\n.\r\n+OK\r\n1 a\r\n2 b\r\n3 c\r\n.\r\n")
            .Expect("RETR 1\r\nRETR 2\r\n").Send("+OK\r\na\r\n.\r\n").Expect("RETR 3\r\n").Send("-ERR no\r\n+OK\r\n..c\r\n.\r\n"));
        await using var client = await WireTest.ConnectPop3Async(replay, options: new Pop3ClientOptions
        {
            Transport = WireTest.Options(replay),
            WindowBytes = 100,
        });
        await client.ListAsync(CancellationToken.None);

        var seen = new List<string>();
        await foreach (var message in client.RetrieveAsync([1, 2, 3], CancellationToken.None))
        {
            seen.Add($"{message.Number} {message.Status} {Text(message)}{message.Reply}");
            message.Dispose();
        }

        seen.ShouldBe(["1 Complete a\r\n", "2 Refused no", "3 Complete .c\r\n"]);
        await replay.VerifyAsync();
    }

    [Test]
    public async Task Retrieve_WhenLeftEarly_ClearsTheRestAwayBeforeTheNextCommand()
    {
        await using var server = new FakePop3Server();
        Enumerable.Range(0, 100).ToList().ForEach(i => server.Add($"Subject: {i}\r\n\r\nx\r\n"));
        await using var client = await Pop3Client.ConnectAsync(
            server.Endpoint with { UserName = "kim", Password = "x" }, Pop3ClientOptions.Default, CancellationToken.None);
        await client.ListAsync(CancellationToken.None);

        await foreach (var message in client.RetrieveAsync([.. Enumerable.Range(1, 100)], CancellationToken.None))
        {
            message.Dispose();
            break;
        }

        (await client.DeleteAsync([1], CancellationToken.None)).ShouldBe([new Pop3Deletion(1, true, "deleted")]);
        (await client.QuitAsync(CancellationToken.None)).ShouldBe(Pop3QuitOutcome.Committed);
        server.Uidls.Count.ShouldBe(99);
    }

    [Test]
    public async Task Retrieve_WhenAMessageIsAboveTheLimit_DoesNotKeepIt()
    {
        await using var replay = new WireReplay(SignedIn("PIPELINING")
            .Expect("LIST\r\nUIDL\r\n").Send("+OK\r\n1 60\r\n2 3000\r\n3 60\r\n.\r\n+OK\r\n1 a\r\n2 b\r\n3 c\r\n.\r\n")
            .Expect("RETR 1\r\nRETR 3\r\n").Send($"+OK\r\n{new string('x', 2000)}\r\n.\r\n+OK\r\nc\r\n.\r\n"));
        await using var client = await WireTest.ConnectPop3Async(replay, options: new Pop3ClientOptions
        {
            Transport = WireTest.Options(replay),
            MaxMessageSize = 1000,
        });
        await client.ListAsync(CancellationToken.None);

        var seen = new List<string>();
        await foreach (var message in client.RetrieveAsync([1, 2, 3], CancellationToken.None))
        {
            seen.Add($"{message.Number} {message.Status} {message.Size} {message.Content.Length}");
            message.Dispose();
        }

        seen.ShouldBe(["1 TooLarge 2002 0", "2 TooLarge 3000 0", "3 Complete 3 3"]);
        await replay.VerifyAsync();
    }

    [Test]
    public async Task Retrieve_WhenAMessageNeverEnds_GivesUp()
    {
        await using var replay = new WireReplay(SignedIn("UIDL").ExpectLine("RETR 1").SendLine("+OK").Endless(new string('x', 500)));
        await using var client = await WireTest.ConnectPop3Async(replay, options: new Pop3ClientOptions
        {
            Transport = WireTest.Options(replay),
            MaxMessageSize = 10_000,
        });

        var thrown = await Should.ThrowAsync<MailTransportException>(async () =>
        {
            await foreach (var message in client.RetrieveAsync([1], CancellationToken.None))
            {
                message.Dispose();
            }
        });

        thrown.Failure.ShouldBe(MailFailure.ProtocolViolation);
        thrown.Message.ShouldContain("without an end");
    }

    [Test]
    public async Task Retrieve_WhenABareLineFeedHidesAnEnd_DoesNotEndThere()
    {
        const string Body = "Subject: x\r\n\r\nfirst\n.\n+OK forged\n.\r\nlast\r\n";
        await using var replay = new WireReplay(SignedIn("UIDL").ExpectLine("RETR 1").Send($"+OK\r\n{Body}.\r\n"));
        await using var client = await WireTest.ConnectPop3Async(replay);

        await foreach (var message in client.RetrieveAsync([1], CancellationToken.None))
        {
            Text(message).ShouldBe(Body);
            message.Dispose();
        }
    }

    [Test]
    public async Task RetrieveTo_WritesTheMessageToTheStream()
    {
        await using var server = new FakePop3Server();
        var mail = string.Concat(Enumerable.Range(0, 50_000).Select(i => $".line {i}\r\n"));
        server.Add(mail);
        await using var client = await Pop3Client.ConnectAsync(
            server.Endpoint with { UserName = "kim", Password = "x" }, Pop3ClientOptions.Default, CancellationToken.None);
        using var destination = new MemoryStream();

        using var message = await client.RetrieveToAsync(1, destination, CancellationToken.None);

        message.Status.ShouldBe(Pop3MessageStatus.Complete);
        Encoding.ASCII.GetString(destination.ToArray()).ShouldBe(mail);
    }

    [Test]
    public async Task Delete_PipelinesAndGivesEachAnswer()
    {
        await using var replay = new WireReplay(SignedIn("PIPELINING").Expect("DELE 1\r\nDELE 2\r\n").Send("+OK gone\r\n-ERR no such\r\n"));
        await using var client = await WireTest.ConnectPop3Async(replay);

        (await client.DeleteAsync([1, 2], CancellationToken.None)).ShouldBe(
            [new Pop3Deletion(1, true, "gone"), new Pop3Deletion(2, false, "no such")]);
        await replay.VerifyAsync();
    }

    [TestCase("+OK bye", Pop3QuitOutcome.Committed)]
    [TestCase("-ERR some not deleted", Pop3QuitOutcome.NotCommitted)]
    [TestCase("garbage", Pop3QuitOutcome.Unknown)]
    [TestCase(null, Pop3QuitOutcome.Unknown)]
    public async Task Quit_SaysWhatIsKnownAboutTheDeletions(string? reply, Pop3QuitOutcome outcome)
    {
        var script = SignedIn("UIDL").ExpectLine("QUIT");
        await using var replay = new WireReplay(reply is null ? script : script.SendLine(reply));
        await using var client = await WireTest.ConnectPop3Async(replay);

        (await client.QuitAsync(CancellationToken.None)).ShouldBe(outcome);
    }

    [Test]
    public async Task Quit_OnABrokenSession_CommitsNothing()
    {
        await using var replay = new WireReplay(SignedIn("UIDL").ExpectLine("NOOP"));
        await using var client = await WireTest.ConnectPop3Async(replay);

        (await client.CheckAsync(CancellationToken.None)).ShouldBeFalse();
        (await client.QuitAsync(CancellationToken.None)).ShouldBe(Pop3QuitOutcome.NotCommitted);
    }

    [Test]
    public async Task Connect_WhenAnotherSessionIsOpen_SaysLocked()
    {
        await using var server = new FakePop3Server();
        var endpoint = server.Endpoint with { UserName = "kim", Password = "x" };
        await using var first = await Pop3Client.ConnectAsync(endpoint, Pop3ClientOptions.Default, CancellationToken.None);

        var thrown = await Should.ThrowAsync<MailTransportException>(
            () => Pop3Client.ConnectAsync(endpoint, Pop3ClientOptions.Default, CancellationToken.None));

        thrown.Failure.ShouldBe(MailFailure.MailboxLocked);
    }

    internal static WireScript Capa(string capabilities) =>
        new WireScript().ExpectLine("CAPA").SendLine($"+OK\r\n{capabilities}\r\n.");

    internal static WireScript Hello(string capabilities) =>
        new WireScript().SendLine("+OK mail.test").Then(Capa(capabilities));

    internal static WireScript UserPass() =>
        new WireScript().ExpectLine("USER kim").SendLine("+OK").ExpectLine("PASS s3cret").SendLine("+OK");

    internal static WireScript SignedIn(string capabilities) => Hello(capabilities).Then(UserPass());

    private static string Text(Pop3Message message) => Encoding.Latin1.GetString(message.Content.Span);
}
