using NUnit.Framework;
using Shouldly;
using Tickiti.FunctionalTests.Common;
using Tickiti.Testing;
using Tickiti.Testing.Wire;

namespace Tickiti.FunctionalTests.Mailboxes;

/// <summary>What was wrong is put right, and the mailbox works at once instead of at its next turn.</summary>
public sealed class MailboxRecoveryTests(TestDatabase database) : ApiTests(database)
{
    private const string Root = "/api/v1/mail/mailboxes";

    [Test]
    public async Task SetPassword_AfterARefusal_FetchesWithinTwoSeconds()
    {
        await using var pop = new FakePop3Server { UserName = "user", Password = "right" };
        var uidl = pop.Add("From: a@example.test\r\nSubject: Waiting\r\n\r\nHello\r\n");
        var id = await ConnectAsync(pop.Port, "wrong");
        await Probe.UntilAsync(async () => await StateAsync(id) == "credentials_refused", TimeSpan.FromSeconds(30));

        await SetPasswordAsync(id, "right");

        await Probe.UntilAsync(() => pop.RetrievalsOf(uidl) > 0, TimeSpan.FromSeconds(2));
        await Probe.UntilAsync(async () => await StateAsync(id) == "ok");
    }

    [Test]
    public async Task Update_OfTheServer_FetchesFromThereWithinTwoSeconds()
    {
        await using var pop = new FakePop3Server { UserName = "user", Password = "right" };
        var uidl = pop.Add("From: a@example.test\r\nSubject: Waiting\r\n\r\nHello\r\n");
        int silent;
        await using (var gone = new FakePop3Server())
        {
            silent = gone.Port;
        }

        var id = await ConnectAsync(silent, "right");
        await Probe.UntilAsync(async () => await StateAsync(id) == "retrying", TimeSpan.FromSeconds(30));

        await Admin.PostAsync($"{Root}/update", new { mailbox_id = id, pop_port = pop.Port });

        await Probe.UntilAsync(() => pop.RetrievalsOf(uidl) > 0, TimeSpan.FromSeconds(2));
    }

    [Test]
    public async Task Poll_WhenMailHasCome_FetchesItAtOnce()
    {
        await using var pop = new FakePop3Server { UserName = "user", Password = "right" };
        var id = await ConnectAsync(pop.Port, "right");
        await Probe.UntilAsync(async () => await StateAsync(id) == "ok", TimeSpan.FromSeconds(30));
        var uidl = pop.Add("From: a@example.test\r\nSubject: Waiting\r\n\r\nHello\r\n");

        await Admin.PostAsync($"{Root}/poll", new { mailbox_id = id });

        await Probe.UntilAsync(() => pop.RetrievalsOf(uidl) > 0, TimeSpan.FromSeconds(5));
    }

    [Test]
    public async Task Mailbox_WithoutItsPassword_IsNotPolled()
    {
        await using var pop = new FakePop3Server { UserName = "user", Password = "right" };
        var connections = 0;
        pop.Misbehave = command =>
        {
            connections += command.Verb == "CONNECT" ? 1 : 0;
            return null;
        };
        var id = await ConnectAsync(pop.Port, "right");
        await Probe.UntilAsync(() => connections > 0, TimeSpan.FromSeconds(30));
        await Probe.UntilAsync(async () => await StateAsync(id) == "ok");

        await SetPasswordAsync(id, "");

        (await StateAsync(id)).ShouldBe("incomplete");
        (await Admin.PostAsync($"{Root}/poll", new { mailbox_id = id })).Status.ShouldBe(422);
        connections.ShouldBe(1);
    }

    private async Task<string> StateAsync(long id) => (await Admin.PostAsync($"{Root}/health", new { mailbox_id = id }))
        .Data.GetProperty("mailboxes")[0].GetProperty("state").GetString()!;

    private Task<ApiAnswer> SetPasswordAsync(long id, string value) =>
        Admin.PostAsync($"{Root}/set-password", new { mailbox_id = id, field = "pop_password", value });

    private async Task<long> ConnectAsync(int port, string password)
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
        await SetPasswordAsync(id, password);
        return id;
    }
}
