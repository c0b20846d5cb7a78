using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using NUnit.Framework;
using Shouldly;

namespace Tickiti.Mail.Tests.Compose;

/// <summary>Another library reads what we write as it was meant.</summary>
public sealed class PeerReadingTests
{
    private const string Script = """
        import email, email.policy, json, sys
        m = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
        people = lambda h: [[a.display_name, a.addr_spec] for a in m[h].addresses] if m[h] else []
        text, html = m.get_body(('plain',)), m.get_body(('html',))
        files = [p for p in m.walk() if p.get_filename()]
        print(json.dumps({
            'subject': m['subject'], 'from': people('from'), 'to': people('to'), 'cc': people('cc'), 'id': m['message-id'],
            'date': m['date'].datetime.isoformat(), 'text': text.get_content(), 'html': html.get_content(),
            'files': [[p.get_filename(), p.get_content_type(), p.get_payload(decode=True).hex()] for p in files],
            'defects': [str(d) for p in m.walk() for d in p.defects]}))
        """;

    [TestCase(false)]
    [TestCase(true)]
    public async Task Python_ReadsOurMail(bool eightBit)
    {
        var mail = new MessageComposer("1@example.com", new DateTimeOffset(2026, 11, 20, 16, 0, 0, TimeSpan.FromHours(1)))
        {
            AllowEightBit = eightBit,
            Subject = "Grüße aus Köln an alle, die so weit lesen können, dass es für zwei Zeilen reicht 😀",
            Text = "Schönen Tag\nFrom here on\n.\n" + new string('x', 2000) + "\n-- \nAnn",
            Html = "<p>Schönen Tag <img src=\"cid:logo@x\"></p>",
        };
        mail.From.Add(new MailAddress("Ann \"Annie\" Example, Köln", "ann@example.com"));
        mail.To.Add(new MailAddress("Jürgen Müller", "j@example.org"));
        mail.To.Add(new MailAddress("bob@example.net"));
        mail.Cc.Add(new MailAddress("=?utf-8?q?no_word?=", "cc@example.net"));
        mail.Files.Add(new ComposedFile("logo.png", "image/png", new byte[] { 1, 2, 3 }, "logo@x"));
        mail.Files.Add(new ComposedFile("Überweisung für den Monat November mit langem Namen.pdf", "application/pdf", new byte[200]));

        using var json = await ReadAsync(mail.ToArray());

        var read = json.RootElement;
        read.GetProperty("subject").GetString().ShouldBe(mail.Subject);
        read.GetProperty("id").GetString().ShouldBe("<1@example.com>");
        read.GetProperty("date").GetDateTimeOffset().ShouldBe(mail.Date);
        People(read, "from").ShouldBe(mail.From);
        People(read, "to").ShouldBe(mail.To);
        People(read, "cc").ShouldBe(mail.Cc);
        read.GetProperty("text").GetString()!.ReplaceLineEndings("\n").TrimEnd().ShouldBe(mail.Text);
        read.GetProperty("html").GetString()!.TrimEnd().ShouldBe(mail.Html);
        read.GetProperty("files").EnumerateArray().Select(file => file[0].GetString()).ShouldBe(mail.Files.Select(file => file.FileName));
        read.GetProperty("files").EnumerateArray().Select(file => file[2].GetString())
            .ShouldBe(mail.Files.Select(file => Convert.ToHexStringLower(file.Content.Span)));
        read.GetProperty("defects").GetArrayLength().ShouldBe(0);
    }

    private static IEnumerable<MailAddress> People(JsonElement read, string field) =>
        read.GetProperty(field).EnumerateArray().Select(person =>
            new MailAddress(person[0].GetString() is { Length: > 0 } name ? name : null, person[1].GetString() ?? ""));

    private static async Task<JsonDocument> ReadAsync(byte[] mail)
    {
        var start = new ProcessStartInfo("python3")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(Script);
        Process process;
        try
        {
            process = Process.Start(start).ShouldNotBeNull();
        }
        catch (Win32Exception)
        {
            Assert.Ignore("There is no python3 on this machine to read our mail with.");
            throw;
        }

        using (process)
        {
            await process.StandardInput.BaseStream.WriteAsync(mail);
            process.StandardInput.Close();
            return await JsonDocument.ParseAsync(process.StandardOutput.BaseStream);
        }
    }
}
