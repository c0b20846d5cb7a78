using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Shouldly;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Suppressions;
using Tickiti.FunctionalTests.Common;
using Tickiti.Mail;
using Tickiti.Testing;

namespace Tickiti.FunctionalTests.SentMails;

public sealed class SendEmailTests(TestDatabase database) : ApiTests(database)
{
    private const string Path = "/api/send_email";
    private const string SentMail = "/api/v1/mail/sent-mail";

    private static IEnumerable<TestCaseData> BadBodies()
    {
        yield return Bad("""{"subject":"s","content":"c"}""", "to_address");
        yield return Bad("""{"to_address":" ","subject":"s","content":"c"}""", "to_address");
        yield return Bad("""{"to_address":"a@b.test\r\nBcc: x@y.test","subject":"s","content":"c"}""", "to_address");
        yield return Bad("""{"to_address":"a@b.test\u0000","subject":"s","content":"c"}""", "to_address");
        yield return Bad("""{"to_address":["a@b.test"],"subject":"s","content":"c"}""", "to_address");
        yield return Bad("""{"to_address":"nobody","subject":"s","content":"c","validate_address":true}""", "to_address");
        yield return Bad("""{"to_address":"a@b.test"}""", "template_identifier");
        yield return Bad("""{"to_address":"a@b.test","subject":"s","content":"c","template_identifier":"t","data":{}}""", "template_identifier");
        yield return Bad("""{"to_address":"a@b.test","subject":"s","content":"c","data":{}}""", "template_identifier");
        yield return Bad("""{"to_address":"a@b.test","template_identifier":"t"}""", "data");
        yield return Bad("""{"to_address":"a@b.test","template_identifier":" ","data":{}}""", "template_identifier");
        yield return Bad("""{"to_address":"a@b.test","template_identifier":"welcome","data":{"a":1}}""", "template_identifier");
        yield return Bad("""{"to_address":"a@b.test","subject":"s"}""", "content");
        yield return Bad("""{"to_address":"a@b.test","content":"c"}""", "subject");
        yield return Bad("""{"to_address":"a@b.test","subject":" ","content":"c"}""", "subject");
        yield return Bad("""{"to_address":"a@b.test","subject":"s\nBcc: x@y.test","content":"c"}""", "subject");
        yield return Bad("""{"to_address":"a@b.test","subject":7,"content":"c"}""", "subject");
        yield return Bad("""{"to_address":"a@b.test","subject":"s","content":"c","cc":"x@y.test"}""", "cc");
        yield return Bad("""{"to_address":"a@b.test","subject":"s","content":"c","cc":["x@y.test\nz"]}""", "cc[0]");
        yield return Bad("""{"to_address":"a@b.test","subject":"s","content":"c","reply_to":"nobody"}""", "reply_to");
        yield return Bad("""{"to_address":"a@b.test","subject":"s","content":"c","mailbox":"Nowhere"}""", "mailbox");
        yield return Bad("""{"to_address":"a@b.test","subject":"s","content":"c","attachments":[{"name":"f","content_base64":"?"}]}""", "attachments[0].content_base64");
        yield return Bad("""{"to_address":"a@b.test","subject":"s","content":"c","attachments":[{"content_base64":"AAAA"}]}""", "attachments[0].name");
    }

    [TestCaseSource(nameof(BadBodies))]
    public async Task Send_WhenTheBodyIsWrong_NamesTheFieldAndQueuesNothing(string body, string field)
    {
        var answer = await Admin.PostTextAsync(Path, body, NewKey());

        answer.Status.ShouldBe(422);
        answer.Fields.ShouldContain(field);
        (await Admin.PostAsync(SentMail)).Data.GetProperty("sent_mail").GetArrayLength().ShouldBe(0);
    }

    [Test]
    public async Task Send_WithAFile_DeliversItsBytes()
    {
        byte[] bytes = [0, 1, 2, 250, 251, 13, 10];
        var file = new { name = "../Rechnung für Ada.pdf", content_type = "application/pdf", content_base64 = Convert.ToBase64String(bytes) };
        var mail = new { to_address = "ada@customer.test", subject = "With a file", content = "<p>See the file.</p>", attachments = new[] { file } };
        await Admin.PostAsync(Path, mail, NewKey());
        await UntilAsync("sent");

        var delivered = Directory.GetFiles(System.IO.Path.Combine(Server.DataDirectory, "outbox"), "*.eml")
            .Select(name => MimeMessage.Parse(File.ReadAllBytes(name))).Single(one => one.Subject == "With a file");
        var attachment = delivered.Attachments.ShouldHaveSingleItem();
        attachment.FileName.ShouldBe("Rechnung für Ada.pdf");
        attachment.Part.ToArray().ShouldBe(bytes);
    }

    [Test]
    public async Task Send_WithoutAKey_IsRefused() =>
        (await Admin.PostAsync(Path, Mail("ada@customer.test"))).Status.ShouldBe(422);

    [Test]
    public async Task Send_WhenGiven_AnswersTheAddressAndDeliversInTheBackground()
    {
        var key = NewKey();
        var answer = await Admin.PostAsync(Path, Mail("ada@customer.test"), key);

        answer.Data.GetProperty("mailbox").GetString().ShouldBe("support@tickiti.local");
        answer.Data.GetProperty("used_template").GetBoolean().ShouldBeFalse();
        var again = await Admin.PostAsync(Path, Mail("ada@customer.test"), key);
        again.IsReplay.ShouldBeTrue();
        again.Text.ShouldBe(answer.Text);
        var row = await UntilAsync("sent");
        row.GetProperty("source").GetString().ShouldBe("api");
        row.GetProperty("attempt_count").GetInt32().ShouldBe(1);
    }

    [Test]
    public async Task Send_ToASuppressedAddress_IsRefusedKeptAndReplayed()
    {
        await SuppressAsync("bob@customer.test");
        var body = new { to_address = "ada@customer.test", subject = "Hi", content = "<p>x</p>", bcc = new[] { "Bob@customer.test" } };
        var key = NewKey();

        var answer = await Admin.PostAsync(Path, body, key);

        answer.Status.ShouldBe(422);
        answer.Error.ShouldBe("recipient_suppressed");
        answer.Body.GetProperty("message").GetString()!.ShouldContain("bob@customer.test");
        var again = await Admin.PostAsync(Path, body, key);
        again.IsReplay.ShouldBeTrue();
        again.Text.ShouldBe(answer.Text);
        (await UntilAsync("suppressed")).GetProperty("attempt_count").GetInt32().ShouldBe(0);
    }

    [Test]
    public async Task Show_OfASentMail_TellsItsStory()
    {
        await Admin.PostAsync(Path, Mail("ada@customer.test"), NewKey());
        var row = await UntilAsync("sent");

        var mail = (await Admin.PostAsync($"{SentMail}/show", new { id = row.GetProperty("id") })).Data.GetProperty("message");

        mail.GetProperty("content").GetString().ShouldBe("<p>Grüße</p>");
        mail.GetProperty("text").GetString()!.ShouldContain("Grüße");
        mail.GetProperty("recipients")[0].GetProperty("status").GetString().ShouldBe("sent");
        mail.GetProperty("attempts")[0].GetProperty("outcome").GetString().ShouldBe("accepted");
        mail.GetProperty("headers").EnumerateArray().Select(header => header.GetProperty("name").GetString()).ShouldContain("Message-ID");
        (await Admin.PostAsync($"{SentMail}/show", new { id = 4711 })).Status.ShouldBe(404);
        (await Admin.PostAsync($"{SentMail}/show")).Status.ShouldBe(422);
    }

    [TestCase("GRÜSSE AN", 0)]
    [TestCase("ÄPFEL", 1)]
    [TestCase("100%", 1)]
    [TestCase("%", 1)]
    [TestCase("_", 0)]
    [TestCase("ADA@", 2)]
    [TestCase("", 2)]
    public async Task Search_ByAPartOfTheText_ComparesWithoutCaseAndWithoutWildcards(string text, int expected)
    {
        await Admin.PostAsync(Path, Mail("ada@customer.test", "äpfel"), NewKey());
        await Admin.PostAsync(Path, Mail("ada@customer.test", "100% birnen"), NewKey());

        (await Admin.PostAsync($"{SentMail}/search", new { q = text })).Data.GetProperty("sent_mail").GetArrayLength().ShouldBe(expected);
        (await Admin.PostAsync($"{SentMail}/search", new { search = text })).Data.GetProperty("sent_mail").GetArrayLength().ShouldBe(expected);
    }

    [TestCase("""{"range_days":0}""", "range_days")]
    [TestCase("""{"range_days":31}""", "range_days")]
    [TestCase("""{"limit":301}""", "limit")]
    [TestCase("""{"limit":"many"}""", "limit")]
    public async Task List_OutOfBounds_IsRefused(string body, string field)
    {
        var answer = await Admin.PostTextAsync(SentMail, body);

        answer.Status.ShouldBe(422);
        answer.Fields.ShouldBe([field]);
    }

    [Test]
    public async Task Resolve_ByAWordOrStateThatDoesNotFit_IsRefused()
    {
        await Admin.PostAsync(Path, Mail("nobody"), NewKey());
        var id = (await UntilAsync("failed")).GetProperty("id");

        (await Admin.PostAsync($"{SentMail}/resolve", new { id, action = "explode" })).Fields.ShouldBe(["action"]);
        (await Admin.PostAsync($"{SentMail}/resolve", new { id, action = "accept" })).Fields.ShouldBe(["action"]);
        (await Admin.PostAsync($"{SentMail}/resolve", new { id = 4711, action = "cancel" })).Status.ShouldBe(404);
        (await Admin.PostAsync($"{SentMail}/resolve", new { id, action = "cancel" })).Data.GetProperty("status").GetString().ShouldBe("cancelled");
    }

    private static TestCaseData Bad(string body, string field) => new TestCaseData(body, field).SetArgDisplayNames(body);

    private static object Mail(string to, string subject = "Hello") => new { to_address = to, subject, content = "<p>Grüße</p>" };

    private async Task<JsonElement> UntilAsync(string status)
    {
        JsonElement row = default;
        await Probe.UntilAsync(async () =>
        {
            var rows = (await Admin.PostAsync(SentMail)).Data.GetProperty("sent_mail");
            row = rows.GetArrayLength() > 0 ? rows[0] : default;
            return row.ValueKind == JsonValueKind.Object && row.GetProperty("status").GetString() == status;
        }, TimeSpan.FromSeconds(20));
        return row;
    }

    private async Task SuppressAsync(string address)
    {
        await using var scope = Server.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ITickitiDb>();
        db.Suppressions.Add(Suppression.Of(
            1, EmailAddress.Parse(address), SuppressionReason.Manual, null, null, TimeProvider.System.GetUtcNow()));
        await db.SaveChangesAsync(CancellationToken.None);
    }
}
