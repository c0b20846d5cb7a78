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
    public async Task Run_OverOneFile_NamesIt() =>
        (await RunAsync(Path.Combine(_folder, "a.eml"))).ShouldHaveSingleItem().GetProperty("file").GetString().ShouldBe("a.eml");

    [Test]
    public async Task Run_WhenNothingIsThere_SaysSo()
    {
        using var output = new StringWriter();

        (await InspectMail.RunAsync(Path.Combine(_folder, "none"), output, CancellationToken.None)).ShouldBe(2);
        output.ToString().ShouldContain("none");
    }

    private static async Task<List<JsonElement>> RunAsync(string path)
    {
        using var output = new StringWriter();
        (await InspectMail.RunAsync(path, output, CancellationToken.None)).ShouldBe(0);
        return output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement).ToList();
    }
}
