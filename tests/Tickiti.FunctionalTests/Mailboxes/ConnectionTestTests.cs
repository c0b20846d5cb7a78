using System.Globalization;
using System.Text.Json;
using NUnit.Framework;
using Shouldly;
using Tickiti.FunctionalTests.Common;
using Tickiti.Testing;
using Tickiti.Testing.Wire;

namespace Tickiti.FunctionalTests.Mailboxes;

/// <summary>The test of a mailbox's connections, against servers that behave and servers that do not.</summary>
public sealed class ConnectionTestTests(TestDatabase database) : ApiTests(database)
{
    private const string Root = "/api/v1/mail/mailboxes";
    private const string Secret = "Tr0ub4dor&3";

    [Test]
    public async Task Test_WhenBothSignInsAreTaken_SaysWhatTheServersSaid()
    {
        await using var pop = new FakePop3Server { UserName = "user", Password = Secret };
        pop.Add("Subject: one\r\n\r\nHello\r\n");
        await using var smtp = new FakeSmtpServer { UserName = "user", Password = Secret };

        var test = await TestAsync(new
        {
            pop_server = "127.0.0.1",
            pop_port = pop.Port,
            pop_encryption = "none",
            pop_username = "user",
            pop_password = Secret,
            smtp_server = "127.0.0.1",
            smtp_port = smtp.Port,
            smtp_security = "none",
            smtp_username = "user",
            smtp_password = Secret,
        });

        test.GetProperty("success").GetBoolean().ShouldBeTrue(test.GetRawText());
        Words(test, "incoming").ShouldContain("fake.test ready");
        test.GetProperty("incoming").GetProperty("message").GetString()!.ShouldContain("1 message");
        test.GetProperty("outgoing").GetProperty("result").GetString().ShouldBe("ok");
        pop.Uidls.Count.ShouldBe(1);
        smtp.Messages.ShouldBeEmpty();
        test.GetRawText().ShouldNotContain(Secret);
        (await Admin.PostAsync(Root)).Data.GetProperty("mailboxes").GetArrayLength().ShouldBe(1);
    }

    [Test]
    public async Task Test_WhenThePasswordIsRefused_SaysSoWithoutRepeatingIt()
    {
        await using var pop = new FakePop3Server { UserName = "user", Password = "another" };
        pop.Misbehave = command =>
            command.Verb == "PASS" ? FakeFault.Reply($"-ERR [AUTH] wrong password {command.Argument} for you") : null;

        var incoming = (await TestAsync(Pop(pop.Port, Secret))).GetProperty("incoming");

        incoming.GetProperty("success").GetBoolean().ShouldBeFalse();
        incoming.GetProperty("result").GetString().ShouldBe("credentials_refused");
        incoming.GetProperty("message").GetString()!.ShouldContain("wrong password *** for you");
        incoming.GetRawText().ShouldNotContain(Secret);
    }

    [Test]
    public async Task Test_WhenTheServerTalksWithoutEnd_KeepsItsWordsWithinBounds()
    {
        await using var pop = new FakePop3Server();
        pop.Misbehave = command => command.Verb == "CONNECT"
            ? FakeFault.Reply("+OK \u001b[31m" + new string('x', 5000)) : null;

        var incoming = (await TestAsync(Pop(pop.Port, Secret))).GetProperty("incoming");

        var words = incoming.GetProperty("server_words").GetString()!;
        words.Length.ShouldBeLessThanOrEqualTo(1000);
        words.ShouldNotContain("\u001b");
        incoming.GetProperty("message").GetString()!.Length.ShouldBeLessThanOrEqualTo(1000);
    }

    [Test]
    public async Task Test_WhenTheServerIsNoMailServer_SaysSo()
    {
        await using var pop = new FakePop3Server();
        pop.Misbehave = command => command.Verb == "CONNECT" ? FakeFault.Reply("HTTP/1.1 400 Bad Request") : null;

        var incoming = (await TestAsync(Pop(pop.Port, Secret))).GetProperty("incoming");

        incoming.GetProperty("result").GetString().ShouldBe("protocol_violation");
    }

    [TestCase("plus_addressing", false, "ok")]
    [TestCase("plus_addressing", true, "plus_address_refused")]
    [TestCase("return_path", true, "plus_address_refused")]
    [TestCase("from_name", true, "ok")]
    public async Task Test_OfWhatGoesOutWithTokens_AsksWhetherTheServerTakesThem(string field, bool refuses, string result)
    {
        await using var smtp = new FakeSmtpServer();
        smtp.Misbehave = command => refuses && command.Verb == "RCPT" ? FakeFault.Reply("550 5.1.1 no such user") : null;

        var outgoing = (await TestAsync(new Dictionary<string, object>
        {
            ["address"] = "support@example.test",
            ["smtp_server"] = "127.0.0.1",
            ["smtp_port"] = smtp.Port,
            ["smtp_security"] = "none",
            [field] = field == "plus_addressing" ? true : "token",
        })).GetProperty("outgoing");

        outgoing.GetProperty("result").GetString().ShouldBe(result, outgoing.GetRawText());
        outgoing.GetProperty("message").GetString()!.Contains("support+test@example.test").ShouldBe(field != "from_name");
        smtp.Messages.ShouldBeEmpty();
    }

    [Test]
    public async Task Test_WhenNobodyListens_SaysSo()
    {
        int port;
        await using (var pop = new FakePop3Server())
        {
            port = pop.Port;
        }

        (await TestAsync(Pop(port, Secret))).GetProperty("incoming").GetProperty("result").GetString().ShouldBe("connect_failed");
    }

    [Test]
    public async Task Test_OfAMailbox_UsesItsStoredSecret()
    {
        await using var pop = new FakePop3Server { UserName = "user", Password = Secret };
        var id = await ConnectAsync(pop.Port);

        // POP3 lets one client in at a time, and the poller may be there now (RFC 1939 §8, maildrop lock).
        await Probe.UntilAsync(async () => (await TestAsync(new { mailbox_id = id })).GetProperty("success").GetBoolean());
    }

    [Test]
    public async Task Test_OfAMailboxWithAnotherServer_KeepsTheStoredSecretToItself()
    {
        await using var pop = new FakePop3Server { UserName = "user", Password = Secret };
        await using var strange = new FakePop3Server();
        var seen = new List<string>();
        strange.Misbehave = command =>
        {
            seen.Add(command.Argument);
            return null;
        };
        var id = await ConnectAsync(pop.Port);

        var refused = await Admin.PostAsync($"{Root}/test", new { mailbox_id = id, pop_port = strange.Port });
        await Admin.PostAsync($"{Root}/test", new { mailbox_id = id, pop_port = strange.Port, pop_password = "given" });

        refused.Fields.ShouldBe(["pop_password"]);
        seen.ShouldContain("given");
        seen.ShouldNotContain(Secret);
    }

    [Test]
    public async Task Test_OfTheLocalMailbox_HasNothingToConnectTo() =>
        (await TestAsync(new { mailbox_id = 1 })).GetProperty("success").GetBoolean().ShouldBeTrue();

    [Test]
    public async Task Test_WithNothingToConnectTo_NamesWhatIsMissing() =>
        (await Admin.PostAsync($"{Root}/test", new { name = "x" })).Fields.ShouldBe(["pop_server"]);

    [Test]
    public async Task Test_AgainstRealServersWithTls_SignsInToBoth()
    {
        var pop = Server("TICKITI_TEST_POP3");
        var smtp = Server("TICKITI_TEST_SMTP_SUBMISSION");
        var password = Environment.GetEnvironmentVariable("TICKITI_TEST_MAIL_PASSWORD")!;
        var user = $"test-{Guid.NewGuid():N}";
        object Body(string secret) => new
        {
            pop_server = pop.Host,
            pop_port = pop.Port,
            pop_encryption = "tls",
            pop_validate_cert = false,
            pop_username = user,
            pop_password = secret,
            smtp_server = smtp.Host,
            smtp_port = smtp.Port,
            smtp_security = "tls",
            smtp_validate_cert = false,
            smtp_username = user,
            smtp_password = secret,
        };

        var good = await TestAsync(Body(password));
        var bad = await TestAsync(Body("not-" + password));

        good.GetProperty("success").GetBoolean().ShouldBeTrue(good.GetRawText());
        bad.GetProperty("incoming").GetProperty("result").GetString().ShouldBe("credentials_refused", bad.GetRawText());
        bad.GetProperty("outgoing").GetProperty("result").GetString().ShouldBe("credentials_refused", bad.GetRawText());
    }

    private static new (string Host, int Port) Server(string variable)
    {
        var server = Environment.GetEnvironmentVariable(variable);
        if (string.IsNullOrEmpty(server))
        {
            Assert.Ignore($"{variable} names no server (eng/servers.sh start).");
        }

        var parts = server!.Split(':');
        return (parts[0], int.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    private static object Pop(int port, string password) => new
    {
        pop_server = "127.0.0.1",
        pop_port = port,
        pop_encryption = "none",
        pop_username = "user",
        pop_password = password,
    };

    private static string Words(JsonElement test, string direction) =>
        test.GetProperty(direction).GetProperty("server_words").GetString()!;

    private async Task<long> ConnectAsync(int port)
    {
        var created = await Admin.PostAsync($"{Root}/create", new
        {
            name = "Support",
            address = "s@example.test",
            pop_enable = true,
            pop_server = "127.0.0.1",
            pop_port = port,
            pop_encryption = "none",
            pop_username = "user",
        });
        var id = created.Data.GetProperty("mailbox").GetProperty("id").GetInt64();
        await Admin.PostAsync($"{Root}/set-password", new { mailbox_id = id, field = "pop_password", value = Secret });
        return id;
    }

    private async Task<JsonElement> TestAsync(object body) => (await Admin.PostAsync($"{Root}/test", body)).Data;
}
