using System.Text.Json;
using NUnit.Framework;
using Shouldly;
using Tickiti.Application.IncomingMails;
using Tickiti.Testing;

namespace Tickiti.FunctionalTests.Inspect;

public sealed class InspectMailTests
{
    private string _folder = "";

    [SetUp]
    public void MakeFolder()
    {
        _folder = Directory.CreateTempSubdirectory("inspect").FullName;
        Directory.CreateDirectory(Path.Combine(_folder, "sub"));
        File.WriteAllText(Path.Combine(_folder, "a.eml"), "From: Ann <ann@example.com>\nSubject: One\nDate: Fri, 20 Nov 2026 16:00:00 +0100\n\nYes.\n\n> No?\n");
        File.WriteAllText(Path.Combine(_folder, "sub", "b.eml"), "From: MAILER-DAEMON@example.org\nSubject: failure notice\n\nbob@example.net: 550 5.1.1 unknown\n");
        File.WriteAllText(Path.Combine(_folder, "notes.md"), "no mail");
    }

    [TearDown]
    public Task RemoveFolderAsync() => TemporaryFolder.DeleteAsync(_folder);

    [Test]
    public async Task Run_OverAFolder_PrintsOneLineAMail()
    {
        var lines = await RunAsync(_folder);

        lines.Select(line => line.GetProperty("file").GetString()).ShouldBe(["a.eml", "sub/b.eml"]);
        var mail = lines[0];
        mail.GetProperty("subject").GetString().ShouldBe("One");
        mail.GetProperty("from")[0].GetProperty("address").GetString().ShouldBe("ann@example.com");
        mail.GetProperty("date").GetDateTimeOffset().ShouldBe(new DateTimeOffset(2026, 11, 20, 15, 0, 0, TimeSpan.Zero));
        mail.GetProperty("kind").GetString().ShouldBe("normal");
        mail.GetProperty("auto_reply_allowed").GetBoolean().ShouldBeTrue();
        mail.GetProperty("report").ValueKind.ShouldBe(JsonValueKind.Null);
        mail.GetProperty("reply").GetProperty("spans").EnumerateArray()
            .Select(span => span.GetProperty("kind").GetString()).ShouldBe(["visible", "folded"]);
        var bounce = lines[1];
        bounce.GetProperty("kind").GetString().ShouldBe("bounce");
        bounce.GetProperty("report").GetProperty("recipients")[0].GetProperty("hard").GetBoolean().ShouldBeTrue();
    }

    [Test]
    public async Task Run_Always_PrintsTheFieldsInTheirOrder()
    {
        File.WriteAllText(
            Path.Combine(_folder, "sub", "b.eml"),
            "From: MAILER-DAEMON@example.org\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nbob@example.net: 550 5.1.1 unknown\n--b\n"
            + "Content-Type: image/png; name=a.png\n\nx\n--b\nbroken");

        var mail = (await RunAsync(_folder))[1];

        Names(mail).ShouldBe(
            "file subject from to cc message_id in_reply_to references date text html attachments parts kind auto_reply_allowed reply report defects");
        Names(mail.GetProperty("from")[0]).ShouldBe("name address");
        Names(mail.GetProperty("attachments")[0]).ShouldBe("name content_type size sha256 content_id");
        Names(mail.GetProperty("parts")[0]).ShouldBe("name content_type size sha256 content_id");
        Names(mail.GetProperty("reply")).ShouldBe("spans");
        Names(mail.GetProperty("reply").GetProperty("spans")[0]).ShouldBe("kind text");
        Names(mail.GetProperty("report")).ShouldBe("type original_message_id recipients");
        Names(mail.GetProperty("report").GetProperty("recipients")[0]).ShouldBe("address action status diagnostic hard");
        Names(mail.GetProperty("defects")[0]).ShouldBe("code offset");
    }

    [Test]
    public async Task Run_OverAFolder_LeavesOutWhatIsNoMail()
    {
        foreach (var extension in (ReadOnlySpan<string>)[".json", ".jsonl", ".md", ".yml", ".py", ".html", ".expected"])
        {
            File.WriteAllText(Path.Combine(_folder, "sub", "left-out" + extension), "no mail");
        }

        File.WriteAllText(Path.Combine(_folder, "sub", "LICENCE"), "Subject: any other file\n\nis a mail\n");

        (await RunAsync(_folder)).Select(line => line.GetProperty("file").GetString()).ShouldBe(["a.eml", "sub/LICENCE", "sub/b.eml"]);
    }

    [Test]
    public async Task Run_OverOneFile_NamesIt() =>
        (await RunAsync(Path.Combine(_folder, "a.eml"))).ShouldHaveSingleItem().GetProperty("file").GetString().ShouldBe("a.eml");

    [Test]
    public async Task Run_WhenNothingIsThere_SaysSo()
    {
        using var output = new StringWriter();

        (await InspectMail.RunAsync(Path.Combine(_folder, "none"), output, CancellationToken.None)).ShouldBe(2);
        output.ToString().ShouldContain("none");
    }

    private static string Names(JsonElement element) => string.Join(' ', element.EnumerateObject().Select(property => property.Name));

    private static async Task<List<JsonElement>> RunAsync(string path)
    {
        using var output = new StringWriter();
        (await InspectMail.RunAsync(path, output, CancellationToken.None)).ShouldBe(0);
        return output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement).ToList();
    }
}
