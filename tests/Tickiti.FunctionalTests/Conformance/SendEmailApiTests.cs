using System.Text.Json;
using NUnit.Framework;
using Shouldly;
using Tickiti.FunctionalTests.Common;
using Tickiti.Mail;
using Tickiti.Testing;

namespace Tickiti.FunctionalTests.Conformance;

/// <summary>The Send email API as its document states it, sentence by sentence; templates have tests of their own.</summary>
public sealed class SendEmailApiTests(TestDatabase database) : ApiTests(database)
{
    private const string Path = "/api/send_email";

    [Test]
    public async Task NoTicketIsCreated_ItIsPurelyATransport()
    {
        (await SendAsync(new { })).Status.ShouldBe(200);

        (await Admin.PostAsync("/api/tickiti_api_index")).Data.GetProperty("tickets").GetArrayLength().ShouldBe(0);
    }

    [Test]
    public async Task Token_MustHaveTheSendEmailAbility()
    {
        var body = new { to_address = "marcus@club.test", subject = "s", content = "c" };

        (await Anonymous.PostAsync(Path, body, NewKey())).Status.ShouldBe(401);
        (await Server.ClientOf("1|wrong").PostAsync(Path, body, NewKey())).Status.ShouldBe(401);
        (await (await ClientWithAsync(["mail:write", "create-ticket"])).PostAsync(Path, body, NewKey())).Status.ShouldBe(403);
        (await (await ClientWithAsync(["send-email"])).PostAsync(Path, body, NewKey())).Status.ShouldBe(200);
    }

    [Test]
    public async Task IdempotencyKey_IsRequired_ReplaysReturnTheOriginalResponse_ConflictsReturn409()
    {
        var body = new { to_address = "marcus@club.test", subject = "s", content = "c" };
        var missing = await Admin.PostAsync(Path, body);
        (missing.Status, missing.Error).ShouldBe((422, "validation_failed"));

        var key = NewKey();
        var first = await Admin.PostAsync(Path, body, key);
        var again = await Admin.PostAsync(Path, body, key);
        (again.Status, again.Text).ShouldBe((200, first.Text));
        var other = await Admin.PostAsync(Path, body with { subject = "another" }, key);
        (other.Status, other.Error).ShouldBe((409, "idempotency_key_conflict"));
        (await SentMailAsync()).GetArrayLength().ShouldBe(1);
    }

    [Test]
    public async Task ContentType_MustBeJson() =>
        (await Admin.PostTextAsync(Path, "to_address=a@b.test", NewKey(), "application/x-www-form-urlencoded")).Status.ShouldBe(415);

    [Test]
    public async Task Response_ConfirmsWhichMailboxTheMessageWentOutFromAndWhetherATemplateWasUsed()
    {
        var answer = await SendAsync(new { });

        answer.Body.GetProperty("ok").GetBoolean().ShouldBeTrue();
        answer.Data.EnumerateObject().Select(one => one.Name).ShouldBe(["mailbox", "used_template"]);
        answer.Data.GetProperty("mailbox").GetString().ShouldBe("support@tickiti.local");
        answer.Data.GetProperty("used_template").GetBoolean().ShouldBeFalse();
    }

    [Test]
    public async Task Mailbox_IsTheNameNotTheAddress()
    {
        await ConnectAsync("Invoices", "invoices@desk.test");

        (await SendAsync(new { mailbox = "invoices" })).Data.GetProperty("mailbox").GetString().ShouldBe("invoices@desk.test");
        var byAddress = await SendAsync(new { mailbox = "invoices@desk.test" });
        (byAddress.Status, byAddress.Error, byAddress.Fields[0]).ShouldBe((422, "validation_failed", "mailbox"));
    }

    [Test]
    public async Task Mailbox_IfOmitted_IsTheFirstSmtpEnabledByCreationOrder()
    {
        await ConnectAsync("Silent", "silent@desk.test", isEnabled: false);
        await ConnectAsync("First", "first@desk.test");
        await ConnectAsync("Second", "second@desk.test");

        (await SendAsync(new { })).Data.GetProperty("mailbox").GetString().ShouldBe("first@desk.test");
    }

    [Test]
    public async Task Mailbox_IfOmitted_IsTheOneOfTheConfiguredFromAddress()
    {
        await using var server = new TickitiServer(Database, builder => builder.UseSetting("Tickiti:Mail:FromAddress", "Second@desk.test"));
        var admin = server.ClientOf(TickitiServer.AdminToken);
        var body = new { to_address = "marcus@club.test", subject = "s", content = "c" };
        (await admin.PostAsync(Path, body, NewKey())).Data.GetProperty("mailbox").GetString().ShouldBe("support@tickiti.local", "no match");
        await ConnectAsync("First", "first@desk.test", admin: admin);
        await ConnectAsync("Second", "second@desk.test", admin: admin);

        (await admin.PostAsync(Path, body, NewKey())).Data.GetProperty("mailbox").GetString().ShouldBe("second@desk.test");
    }

    [Test]
    public async Task Mailbox_WhereNoneCanSend_IsRefused()
    {
        await ConnectAsync("Silent", "silent@desk.test", isEnabled: false);

        (await SendAsync(new { })).Status.ShouldBe(422);
        (await SendAsync(new { mailbox = "Silent" })).Fields.ShouldBe(["mailbox"]);
        (await SentMailAsync()).GetArrayLength().ShouldBe(0);
    }

    [Test]
    public async Task ValidateAddress_DefaultsToFalse_WhenTrueAnAddressThatIsNoneIsRefused()
    {
        var refused = await SendAsync(new { to_address = "marcus at club", validate_address = true });
        (refused.Status, refused.Error, refused.Fields[0]).ShouldBe((422, "validation_failed", "to_address"));

        (await SendAsync(new { to_address = "marcus at club" })).Status.ShouldBe(200);
        await Probe.UntilAsync(async () => (await SentMailAsync())[0].GetProperty("status").GetString() == "failed", TimeSpan.FromSeconds(20));
    }

    [TestCase("""{"subject":"s","content":"c"}""")]
    [TestCase("""{"to_address":"a@b.test"}""")]
    [TestCase("""{"to_address":"a@b.test","subject":"s"}""")]
    [TestCase("""{"to_address":"a@b.test","subject":"s","content":"c","template_identifier":"x","data":{}}""")]
    [TestCase("""{"to_address":"a@b.test","template_identifier":"no_such_template","data":{}}""")]
    [TestCase("""{"to_address":"a@b.test","subject":"s","content":"c","mailbox":"no such mailbox"}""")]
    public async Task Errors_422ValidationFailed_ForRecipientPayloadTemplateAndMailbox(string body)
    {
        var answer = await Admin.PostTextAsync(Path, body, NewKey());

        (answer.Status, answer.Error).ShouldBe((422, "validation_failed"));
        answer.Body.GetProperty("ok").GetBoolean().ShouldBeFalse();
    }

    [Test]
    public async Task EveryCall_AppearsInTheAudit_WithSubjectRecipientSentAtAndACopyOfTheBody()
    {
        await SendAsync(new { subject = "Your order SP-2412-0489 has shipped", content = "<p>Hi Marcus,</p><p>Tracking: TRACK-XYZ.</p>" });
        await Probe.UntilAsync(async () => (await SentMailAsync())[0].GetProperty("status").GetString() == "sent", TimeSpan.FromSeconds(20));

        var row = (await SentMailAsync())[0];
        row.GetProperty("subject").GetString().ShouldBe("Your order SP-2412-0489 has shipped");
        row.GetProperty("to_address").GetString().ShouldBe("marcus@club.test");
        row.GetProperty("sent_at").GetDateTimeOffset().ShouldBe(Server.Clock.GetUtcNow(), TimeSpan.FromMinutes(1));
        var shown = (await Admin.PostAsync("/api/v1/mail/sent-mail/show", new { id = row.GetProperty("id") })).Data.GetProperty("message");
        shown.GetProperty("content").GetString().ShouldBe("<p>Hi Marcus,</p><p>Tracking: TRACK-XYZ.</p>");
    }

    [Test]
    public async Task CcBccReplyToAndText_GoOut_AndBccIsSeenByNobody()
    {
        await SendAsync(new
        {
            subject = "Everything",
            cc = new[] { "Carla@club.test", "marcus@CLUB.test" },
            bcc = new[] { "boss@club.test", "carla@club.test" },
            reply_to = "orders@desk.test",
            text = "In plain words.",
        });
        await Probe.UntilAsync(async () => (await SentMailAsync())[0].GetProperty("status").GetString() == "sent", TimeSpan.FromSeconds(20));
        var files = Directory.GetFiles(System.IO.Path.Combine(Server.DataDirectory, "outbox"), "*.eml");
        var mail = files.Select(file => MimeMessage.Parse(File.ReadAllBytes(file))).Single(one => one.Subject == "Everything");

        mail.To.Select(one => one.Address).ShouldBe(["marcus@club.test"]);
        mail.Cc.Select(one => one.Address).ShouldBe(["Carla@club.test"], "nobody gets a mail twice");
        mail.Headers.Contains("Bcc").ShouldBeFalse();
        mail.ReplyTo.Select(one => one.Address).ShouldBe(["orders@desk.test"]);
        mail.TextBody!.TrimEnd().ShouldBe("In plain words.");
        var id = (await SentMailAsync())[0].GetProperty("id");
        var shown = (await Admin.PostAsync("/api/v1/mail/sent-mail/show", new { id })).Data.GetProperty("message");
        shown.GetProperty("recipients").EnumerateArray()
            .Select(one => $"{one.GetProperty("kind").GetString()} {one.GetProperty("address").GetString()}")
            .ShouldBe(["to marcus@club.test", "cc Carla@club.test", "bcc boss@club.test"]);
    }

    private Task<ApiAnswer> SendAsync(object fields)
    {
        var body = JsonSerializer.SerializeToNode(new { to_address = "marcus@club.test", subject = "Hello", content = "<p>Hello</p>" })!.AsObject();
        foreach (var field in JsonSerializer.SerializeToNode(fields)!.AsObject())
        {
            body[field.Key] = field.Value?.DeepClone();
        }

        return Admin.PostAsync(Path, body, NewKey());
    }

    private async Task<JsonElement> SentMailAsync() => (await Admin.PostAsync("/api/v1/mail/sent-mail")).Data.GetProperty("sent_mail");

    private async Task ConnectAsync(string name, string address, bool isEnabled = true, ApiClient? admin = null)
    {
        var connected = await (admin ?? Admin).PostAsync("/api/v1/mail/mailboxes/create", new
        {
            name,
            address,
            outgoing_mailbox_type = "smtp",
            smtp_enable = isEnabled,
            smtp_server = "127.0.0.1",
            smtp_port = 9,
            smtp_security = "none",
        });
        connected.Status.ShouldBe(200, connected.Text);
    }
}
