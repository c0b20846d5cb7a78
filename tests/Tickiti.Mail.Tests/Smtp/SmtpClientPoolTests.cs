using System.Text;
using NUnit.Framework;
using Shouldly;
using Tickiti.Mail.Smtp;
using Tickiti.Mail.Transport;
using Tickiti.Testing;
using Tickiti.Testing.Wire;

namespace Tickiti.Mail.Tests.Smtp;

public sealed class SmtpClientPoolTests
{
    private static readonly SmtpEnvelope Envelope = new("a@x.test", ["b@y.test"]);
    private static readonly byte[] Message = Encoding.ASCII.GetBytes("Message-ID: <1@x.test>\r\n\r\nHello\r\n");

    [Test]
    public async Task Send_OneAfterTheOther_KeepsTheConnection()
    {
        await using var server = new FakeSmtpServer();
        await using var pool = new SmtpClientPool(SmtpPoolOptions.Default);

        for (var i = 0; i < 5; i++)
        {
            (await SendAsync(pool, server.Endpoint)).IsAccepted.ShouldBeTrue();
        }

        server.ConnectionCount.ShouldBe(1);
        server.CountOf("<1@x.test>").ShouldBe(5);
        pool.IdleCount.ShouldBe(1);
    }

    [Test]
    public async Task Send_ManyAtOnce_StaysWithinTheLimit()
    {
        await using var server = new FakeSmtpServer();
        await using var pool = new SmtpClientPool(new SmtpPoolOptions { MaxPerEndpoint = 3 });

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => SendAsync(pool, server.Endpoint)));

        outcomes.ShouldAllBe(o => o.IsAccepted);
        server.ConnectionCount.ShouldBeInRange(1, 3);
    }

    [TestCase("421 4.4.2 idle for too long")]
    [TestCase(null)]
    public async Task Send_WhenTheServerHadGivenTheConnectionUp_TakesANewOneAtOnce(string? farewell)
    {
        await using var server = new FakeSmtpServer
        {
            Misbehave = c => c is not { Verb: "MAIL", Nth: 2 } ? null
                : farewell is null ? FakeFault.Cut : FakeFault.Reply(farewell),
        };
        await using var pool = new SmtpClientPool(SmtpPoolOptions.Default);
        (await SendAsync(pool, server.Endpoint)).IsAccepted.ShouldBeTrue();

        (await SendAsync(pool, server.Endpoint)).IsAccepted.ShouldBeTrue();

        server.ConnectionCount.ShouldBe(2);
        server.Messages.Count.ShouldBe(2);
    }

    [Test]
    public async Task Send_WhenTheEndIsUncertain_NeverSendsAgain()
    {
        await using var server = new FakeSmtpServer
        {
            Misbehave = c => c is { Verb: "END", Nth: 2 } ? FakeFault.CutAfterEffect : null,
        };
        await using var pool = new SmtpClientPool(SmtpPoolOptions.Default);
        await SendAsync(pool, server.Endpoint);

        (await SendAsync(pool, server.Endpoint)).IsUncertain.ShouldBeTrue();

        server.Messages.Count.ShouldBe(2);
        pool.IdleCount.ShouldBe(0);
    }

    [Test]
    public async Task Send_WhenCredentialsAreRefused_SaysSoInTheOutcome()
    {
        await using var server = new FakeSmtpServer { UserName = "kim", Password = "right" };
        await using var pool = new SmtpClientPool(SmtpPoolOptions.Default);

        var outcome = await SendAsync(pool, server.Endpoint with { Password = "wrong" });

        outcome.Failure.ShouldBe(MailFailure.CredentialsRefused);
        outcome.Recipients.Single().Kind.ShouldBe(RecipientOutcomeKind.RefusedForNow);
    }

    [Test]
    public async Task Send_WhenNobodyListens_IsRefusedForNow()
    {
        await using var pool = new SmtpClientPool(SmtpPoolOptions.Default);

        var outcome = await SendAsync(pool, new MailEndpoint("127.0.0.1", 1, MailSecurity.None));

        outcome.Failure.ShouldBe(MailFailure.ConnectFailed);
        outcome.Recipients.Single().Kind.ShouldBe(RecipientOutcomeKind.RefusedForNow);
    }

    [Test]
    public async Task Send_AfterAnIdleWhile_AsksFirst()
    {
        await using var server = new FakeSmtpServer { Misbehave = c => c.Verb == "NOOP" ? FakeFault.Cut : null };
        await using var pool = new SmtpClientPool(new SmtpPoolOptions { CheckAfter = TimeSpan.Zero });
        await SendAsync(pool, server.Endpoint);

        (await SendAsync(pool, server.Endpoint)).IsAccepted.ShouldBeTrue();

        server.ConnectionCount.ShouldBe(2);
    }

    [Test]
    public async Task Send_AfterManyMessages_ReplacesTheConnection()
    {
        await using var server = new FakeSmtpServer();
        await using var pool = new SmtpClientPool(new SmtpPoolOptions { MaxMessagesPerConnection = 2 });

        for (var i = 0; i < 5; i++)
        {
            await SendAsync(pool, server.Endpoint);
        }

        server.ConnectionCount.ShouldBe(3);
    }

    [Test]
    public async Task Idle_AfterItsTime_IsClosedWithQuit()
    {
        await using var server = new FakeSmtpServer();
        await using var pool = new SmtpClientPool(new SmtpPoolOptions { IdleTimeout = TimeSpan.FromMilliseconds(100) });
        await SendAsync(pool, server.Endpoint);

        await Probe.UntilAsync(() => server.CountOfCommand("QUIT") == 1);
        pool.IdleCount.ShouldBe(0);
    }

    [Test]
    public async Task Send_OverManyAccountsOfOneHost_StaysWithinTheHostsLimit()
    {
        var (inside, most) = (0, 0);
        await using var server = new FakeSmtpServer();
        await using var pool = new SmtpClientPool(new SmtpPoolOptions { MaxPerEndpoint = 4, MaxPerHost = 2 });

        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => pool.SendAsync(
            server.Endpoint with { UserName = $"user{i % 5}" }, Envelope, Message,
            async _ =>
            {
                var now = Interlocked.Increment(ref inside);
                InterlockedMax(ref most, now);
                await Task.Yield();
                Interlocked.Decrement(ref inside);
            },
            CancellationToken.None).AsTask()));

        server.Messages.Count.ShouldBe(40);
        most.ShouldBeInRange(1, 2);
    }

    [Test]
    public async Task Idle_WhenAnEndpointIsUsedNoMore_ForgetsIt()
    {
        await using var server = new FakeSmtpServer();
        await using var pool = new SmtpClientPool(new SmtpPoolOptions { IdleTimeout = TimeSpan.FromMilliseconds(50) });
        await SendAsync(pool, server.Endpoint with { AccessToken = "yesterday's" });

        await Probe.UntilAsync(() => pool.EndpointCount == 0);

        (await SendAsync(pool, server.Endpoint)).IsAccepted.ShouldBeTrue();
    }

    [Test]
    public async Task Dispose_WhileAMessageIsUnderWay_LetsItFinishAndThenTakesLeave()
    {
        await using var server = new FakeSmtpServer();
        var pool = new SmtpClientPool(SmtpPoolOptions.Default);

        var outcome = await pool.SendAsync(
            server.Endpoint, Envelope, Message, async _ => await pool.DisposeAsync(), CancellationToken.None);

        outcome.IsAccepted.ShouldBeTrue();
        await Probe.UntilAsync(() => server.CountOfCommand("QUIT") == 1);
    }

    [Test]
    public async Task Dispose_TakesLeaveOfIdleConnections()
    {
        await using var server = new FakeSmtpServer();
        var pool = new SmtpClientPool(SmtpPoolOptions.Default);
        await SendAsync(pool, server.Endpoint);

        await pool.DisposeAsync();

        server.CountOfCommand("QUIT").ShouldBe(1);
        await Should.ThrowAsync<ObjectDisposedException>(() => SendAsync(pool, server.Endpoint));
    }

    [Test]
    public async Task Send_OverTlsWithCredentials_Works(
        [Values(MailSecurity.Ssl, MailSecurity.Tls)] MailSecurity security)
    {
        await using var server = new FakeSmtpServer
        {
            Certificate = TestCertificates.Issue("localhost"),
            Security = security,
            UserName = "kim",
            Password = "s3cret",
        };
        await using var pool = new SmtpClientPool(new SmtpPoolOptions
        {
            Client = new SmtpClientOptions { Transport = new MailTransportOptions { TrustedRoots = TestCertificates.Roots } },
        });

        (await SendAsync(pool, server.Endpoint with { ValidateCertificate = true })).IsAccepted.ShouldBeTrue();
    }

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = Volatile.Read(ref target); seen < value;)
        {
            seen = Interlocked.CompareExchange(ref target, value, seen);
        }
    }

    private static Task<SmtpOutcome> SendAsync(SmtpClientPool pool, MailEndpoint endpoint) =>
        pool.SendAsync(endpoint, Envelope, Message, null, CancellationToken.None).AsTask();
}
