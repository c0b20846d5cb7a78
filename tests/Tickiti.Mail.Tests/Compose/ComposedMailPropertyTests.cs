using System.Text;
using NUnit.Framework;
using Shouldly;

namespace Tickiti.Mail.Tests.Compose;

/// <summary>What we write, we read back equal.</summary>
public sealed class ComposedMailPropertyTests
{
    private static readonly char[] NeverInALine = ['\r', '\n', '\0'];

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

    [FsCheck.NUnit.Property(MaxTest = 300)]
    public void FlowedText_OfAnyText_IsReadBack(byte[]? seed)
    {
        string[] words = ["x", " ", ">", "\n", "-- ", "--", "From ", "grüß", "a word", new('y', 80), ".", "\t", "> ", "\u0010"];
        var text = string.Concat((seed ?? []).SelectMany(value => Enumerable.Repeat(words[value % words.Length], 1 + (value / 64))));
        var mail = Write(mail =>
        {
            mail.FlowsText = true;
            mail.AllowEightBit = true;
            mail.Text = text;
        });

        MimeMessage.Parse(mail).TextBody.ShouldBe(WithoutBlanksAtEnds(Readable(text)));
    }

    [Test]
    public void FlowedText_BreaksBetweenWords()
    {
        var text = string.Concat(Enumerable.Repeat("some words ", 50)) + "end\n> " + string.Concat(Enumerable.Repeat("quoted words ", 50)) + "end\n";

        var lines = Encoding.ASCII.GetString(Write(mail =>
        {
            mail.FlowsText = true;
            mail.Text = text;
        })).Split("\r\n");

        lines.ShouldContain("Content-Type: text/plain; charset=utf-8; format=flowed");
        lines.ShouldAllBe(line => line.Length <= 78);
        lines.Count(line => line.StartsWith("> ", StringComparison.Ordinal)).ShouldBe(10);
    }

    [FsCheck.NUnit.Property(MaxTest = 300)]
    public void Mail_OfAnyParts_IsReadBack(byte[]? seed, string? text, string? html, byte[]? content)
    {
        var choice = new Random((seed ?? []).Aggregate(17, (sum, value) => (sum * 31) + value));
        var (hasText, hasHtml, flows) = (choice.Next(2) == 0, choice.Next(2) == 0, choice.Next(2) == 0);
        var (eightBit, utf8) = (choice.Next(2) == 0, choice.Next(2) == 0);
        var files = Enumerable.Range(0, choice.Next(4)).Select(i => new ComposedFile(
            $"{i} {text}", "image/png", content ?? [], hasHtml && choice.Next(2) == 0 ? $"cid{i}@x" : null)).ToList();
        var forwarded = choice.Next(2) == 0 ? Write(mail => mail.Text = text ?? "") : null;
        var page = $"<p>{System.Net.WebUtility.HtmlEncode(html)}</p>{string.Concat(files.Select(file => $"<img src=\"cid:{file.ContentId}\">"))}";
        var bytes = Write(mail =>
        {
            mail.AllowEightBit = eightBit;
            mail.AllowUtf8Headers = utf8;
            mail.FlowsText = flows;
            mail.Subject = text ?? "";
            mail.Text = hasText ? text : null;
            mail.Html = hasHtml ? page : null;
            files.ForEach(mail.Files.Add);
            if (forwarded is not null)
            {
                mail.Files.Add(ComposedFile.Forwarded(forwarded));
            }
        });

        var read = MimeMessage.Parse(bytes);
        read.Subject.ShouldBe(OneLine(text));
        if (hasText)
        {
            read.TextBody.ShouldBe(flows ? WithoutBlanksAtEnds(Readable(text ?? "")) : Readable(text ?? ""));
        }

        if (hasHtml)
        {
            read.HtmlBody.ShouldBe(Readable(page));
        }

        // Those shown inline come first.
        var expected = files.OrderBy(file => file.ContentId is null).Select(file => (file.FileName, file.ContentId, file.Content.ToArray()))
            .Concat(forwarded is null ? [] : [("forwarded.eml", null, forwarded)]).ToList();
        read.Attachments.Select(file => file.FileName ?? "").ShouldBe(expected.Select(file => file.FileName));
        read.Attachments.Select(file => file.Part.ContentId).ShouldBe(expected.Select(file => file.ContentId));
        read.Attachments.Select(file => Convert.ToHexString(file.Part.ToArray())).ShouldBe(expected.Select(file => Convert.ToHexString(file.Item3)));
        CheckWire(bytes, eightBit || utf8);
    }

    [FsCheck.NUnit.Property(MaxTest = 300)]
    public void AnyText_AddsNoHeaderAndNoPart(byte[]? seed)
    {
        string[] words =
        [
            "\r\nBcc: eve@x.test", "\n\n", "\r", "\0", "\u2028", "\u0085", "\v", "\t", "--=_", "\"", "\\", ";", ":", "<", ">", ",", "(", "%0d%0a",
            "=?utf-8?q?=0D=0ABcc:_x?=", "=0D=0A", "é", "\ud800", "; filename=x", "x", " ", ".", "@",
        ];
        var text = string.Concat((seed ?? []).Select(value => words[value % words.Length]));
        var bytes = Write(mail =>
        {
            mail.Subject = text;
            mail.To.Add(new MailAddress(text, "bob@example.net"));
            mail.Text = text;
            mail.Html = text;
            mail.Calendar = new ComposedCalendar("REQUEST", text);
            mail.Files.Add(new ComposedFile(text, "image/png", new byte[] { 1 }));
        });

        var read = MimeMessage.Parse(bytes);
        read.Headers.Select(header => header.Name).ShouldBe(["Date", "From", "To", "Message-ID", "Subject", "MIME-Version", "Content-Type"]);
        read.LeafParts.Select(part => part.ContentType.MediaType).ShouldBe(["text/plain", "text/html", "text/calendar", "image/png"]);
        read.LeafParts[^1].Headers.Select(header => header.Name)
            .ShouldBe(["Content-Type", "Content-Transfer-Encoding", "Content-Disposition"]);
        CheckWire(bytes, isEightBit: false);
    }

    [Test]
    public void Calendar_IsTheLastAlternative()
    {
        var mail = Read(mail =>
        {
            mail.Text = "Meet";
            mail.Html = "<p>Meet</p>";
            mail.Calendar = new ComposedCalendar("REQUEST", "BEGIN:VCALENDAR\nMETHOD:REQUEST\nSUMMARY:Grüße\nEND:VCALENDAR\n");
        });

        var part = mail.LeafParts[^1];
        part.ContentType.MediaType.ShouldBe("text/calendar");
        part.Headers["Content-Type"].ShouldBe("text/calendar; charset=utf-8; method=REQUEST");
        Encoding.UTF8.GetString(part.ToArray()).ShouldBe("BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nSUMMARY:Grüße\r\nEND:VCALENDAR\r\n");
        Should.Throw<ArgumentException>(() => new ComposedCalendar("REQUEST; x=y", ""));
    }

    [TestCase("From: a@x.test\r\n\r\ntext\r\n", false, "message/rfc822", "7bit")]
    [TestCase("From: a@x.test\n\ntext\n", false, "message/rfc822", "7bit")]
    [TestCase("From: a@x.test\r\n\r\ngrüße\r\n", true, "message/rfc822", "8bit")]
    [TestCase("From: a@x.test\r\n\r\ngrüße\r\n", false, "application/octet-stream", "base64")]
    [TestCase("From: a@x.test\r\n\r\nbare\rreturn\r\n", true, "application/octet-stream", "base64")]
    public void Forwarded_TravelsAsAMailWhereItCan(string forwarded, bool eightBit, string mediaType, string encoding)
    {
        var mail = Read(mail =>
        {
            mail.AllowEightBit = eightBit;
            mail.Files.Add(ComposedFile.Forwarded(Encoding.UTF8.GetBytes(forwarded)));
        });

        var part = mail.LeafParts[^1];
        part.ContentType.MediaType.ShouldBe(mediaType);
        part.Headers["Content-Transfer-Encoding"].ShouldBe(encoding);
        mail.Headers["Content-Transfer-Encoding"].ShouldBe(encoding == "8bit" ? "8bit" : null);
        MimeMessage.Parse(part.ToArray()).From.ShouldBe([new MailAddress("a@x.test")]);
        mail.Attachments.ShouldHaveSingleItem().FileName.ShouldBe("forwarded.eml");
    }

    [Test]
    public void Lines_OfLongWordsInUtf8_AreNeverOver998()
    {
        var bytes = Write(mail =>
        {
            mail.AllowUtf8Headers = true;
            mail.Subject = new string('\u4e2d', 880);
        });

        CheckWire(bytes, isEightBit: true);
        MimeMessage.Parse(bytes).Subject.ShouldBe(new string('\u4e2d', 880));
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
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        mail.WriteTo(buffer);

        stream.ToArray().ShouldBe(mail.ToArray());
        buffer.WrittenSpan.ToArray().ShouldBe(mail.ToArray());
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

    /// <summary>CRLF ends every line, none is over 998 bytes, and 8-bit is there only when it was allowed.</summary>
    private static void CheckWire(byte[] bytes, bool isEightBit)
    {
        var text = Encoding.Latin1.GetString(bytes);
        text.Split("\r\n").ShouldAllBe(line => line.Length <= 998 && line.IndexOfAny(NeverInALine) < 0);
        (isEightBit || text.All(char.IsAscii)).ShouldBeTrue();
    }

    private static string WithoutBlanksAtEnds(string text) => string.Join('\n', text.Split('\n').Select(line =>
        (line.TrimStart('>') is var content && content.StartsWith(' ') && content.Length < line.Length ? content[1..] : content) is "-- "
            ? line
            : line.TrimEnd(' ')));

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
