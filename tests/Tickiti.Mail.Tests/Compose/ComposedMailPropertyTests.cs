using System.Text;
using NUnit.Framework;
using Shouldly;

namespace Tickiti.Mail.Tests.Compose;

/// <summary>What we write, we read back equal.</summary>
public sealed class ComposedMailPropertyTests
{
    [FsCheck.NUnit.Property(MaxTest = 300)]
    public void Subject_OfAnyText_IsReadBack(string? text) => Read(mail => mail.Subject = text ?? "").Subject.ShouldBe(OneLine(text));

    [FsCheck.NUnit.Property(MaxTest = 300)]
    public void Name_OfAnyText_IsReadBack(string? text)
    {
        var name = OneLine(text);

        Read(mail => mail.To.Add(new MailAddress(text, "bob@example.net"))).To
            .ShouldBe([new MailAddress(name.Length == 0 ? null : name, "bob@example.net")]);
    }

    [FsCheck.NUnit.Property(MaxTest = 300)]
    public void Header_OfAnyLine_IsReadBack(string? text)
    {
        var line = (text ?? "").Replace("\r", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal).Replace("\0", "", StringComparison.Ordinal);

        Read(mail => mail.AddHeader("X-Any", line)).Headers["X-Any"].ShouldBe(OneLine(line));
    }

    [FsCheck.NUnit.Property(MaxTest = 300)]
    public void Text_OfAnyText_IsReadBack(string? text)
    {
        var mail = Read(mail => mail.Text = text ?? "");

        mail.TextBody.ShouldBe(Readable(text ?? ""));
        mail.Attachments.ShouldBeEmpty();
    }

    [FsCheck.NUnit.Property(MaxTest = 200)]
    public void FileName_OfAnyText_IsReadBack(string? text, byte[]? content)
    {
        var file = new ComposedFile(text ?? "", "application/pdf", content ?? []);
        var mail = Read(mail => mail.Files.Add(file));

        var read = mail.Attachments.ShouldHaveSingleItem();
        (read.FileName ?? "").ShouldBe(file.FileName);
        read.Part.ToArray().ShouldBe(content ?? []);
    }

    [TestCase("x ")]
    [TestCase("grüß ")]
    [TestCase("\U0001F600")]
    [TestCase("\"quoted\" \\ (comment) ")]
    [TestCase("=?utf-8?q?x?= ")]
    public void Lines_OfLongHeaders_StayShort(string piece)
    {
        var text = string.Concat(Enumerable.Repeat(piece, 500));
        var bytes = Write(mail =>
        {
            mail.Subject = text;
            mail.To.Add(new MailAddress(text, "bob@example.net"));
            mail.AddHeader("X-Long", text);
        });

        Encoding.ASCII.GetString(bytes).Split("\r\n").ShouldAllBe(line => line.Length <= 78);
        MimeMessage.Parse(bytes).Subject.ShouldBe(OneLine(text));
    }

    [Test]
    public void Lines_OfOneEndlessWord_AreNeverOver998()
    {
        var bytes = Write(mail => mail.Subject = new string('x', 5000));

        Encoding.ASCII.GetString(bytes).Split("\r\n").ShouldAllBe(line => line.Length <= 998);
        MimeMessage.Parse(bytes).Subject.ShouldBe(new string('x', 5000));
    }

    [Test]
    public void WriteTo_EveryTarget_GivesTheSameBytes()
    {
        var mail = New();
        mail.Html = "<p>Grüße</p>";
        mail.Files.Add(new ComposedFile("a.bin", "application/octet-stream", new byte[200_000]));
        using var stream = new MemoryStream();
        mail.WriteTo(stream);

        stream.ToArray().ShouldBe(mail.ToArray());
    }

    [Test]
    public void Text_WhereOnlyHtmlIsGiven_IsMadeFromIt() =>
        Read(mail => mail.Html = "<p>One</p><p>Two</p>").TextBody.ShouldBe("One\n\nTwo\n");

    [Test]
    public void WriteTo_WhenAnAddressNeedsSmtpUtf8_RefusesWithoutIt()
    {
        var mail = New();
        mail.To.Add(new MailAddress("jürgen@example.com"));

        mail.RequiresUtf8Headers.ShouldBeTrue();
        Should.Throw<InvalidOperationException>(mail.ToArray);
        mail.AllowUtf8Headers = true;
        MimeMessage.Parse(mail.ToArray()).To.ShouldBe([new MailAddress("jürgen@example.com")]);
    }

    [Test]
    public void WriteTo_WhenEightBitIsAllowed_EncodesNothing()
    {
        var bytes = Write(mail =>
        {
            mail.AllowEightBit = true;
            mail.Text = "Grüße";
        });

        Encoding.UTF8.GetString(bytes).ShouldContain("Content-Transfer-Encoding: 8bit\r\n\r\nGrüße");
    }

    [Test]
    public void Boundaries_DependOnTheIdOnly()
    {
        Write(mail => mail.Html = "x").ShouldBe(Write(mail => mail.Html = "x"));
        Encoding.ASCII.GetString(Write(mail => mail.Html = "x")).ShouldContain("boundary=\"=_");
    }

    private static MimeMessage Read(Action<MessageComposer> set) => MimeMessage.Parse(Write(set));

    private static byte[] Write(Action<MessageComposer> set)
    {
        var mail = New();
        set(mail);
        var bytes = mail.ToArray();
        MimeMessage.Parse(bytes).Defects.ShouldBeEmpty();
        return bytes;
    }

    private static MessageComposer New()
    {
        var mail = new MessageComposer("1@example.com", new DateTimeOffset(2026, 11, 20, 16, 0, 0, TimeSpan.Zero));
        mail.From.Add(new MailAddress("Ann", "ann@example.com"));
        return mail;
    }

    private static string OneLine(string? text)
    {
        var runes = string.Concat((text ?? "").EnumerateRunes().Select(rune =>
            Rune.IsControl(rune) || Rune.IsWhiteSpace(rune) ? " " : rune.Value is 0xFFFE or 0xFFFF ? "" : rune.ToString()));
        return string.Join(' ', runes.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    private static string Readable(string text)
    {
        var clean = new StringBuilder();
        foreach (var rune in text.ReplaceLineEndings("\n").EnumerateRunes())
        {
            clean.Append(rune.Value is '\v' ? "\n" : Rune.IsControl(rune) && rune.Value is not ('\n' or '\t') || rune.Value is 0xFFFE or 0xFFFF ? "" : rune.ToString());
        }

        return clean.ToString();
    }
}
