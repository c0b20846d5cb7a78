using System.Text;
using NUnit.Framework;
using Shouldly;
using Tickiti.Testing.Mails;

namespace Tickiti.Mail.Tests.Mime;

public sealed class HostileMailTests
{
    [Test]
    public void Parse_WhenThereAreTenThousandParts_StopsAtTheLimit()
    {
        var raw = Encoding.ASCII.GetBytes(
            "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + string.Concat(Enumerable.Repeat("--b\r\n\r\nx\r\n", 10_000)) + "--b--\r\n");

        var mail = MimeMessage.Parse(raw);

        mail.LeafParts.Count.ShouldBe(1999);
        mail.Defects.ShouldContain(defect => defect.Code == MimeDefectCode.TooManyParts);
        MailReading.Everything(raw);
    }

    [Test]
    public void Parse_WhenMultipartsNestFiveHundredDeep_StopsAtTheLimit()
    {
        var text = new StringBuilder();
        for (var i = 0; i < 500; i++)
        {
            text.Append("Content-Type: multipart/mixed; boundary=b").Append(i).Append("\r\n\r\n--b").Append(i).Append("\r\n");
        }

        var raw = Encoding.ASCII.GetBytes(text + "\r\nhello");
        var mail = MimeMessage.Parse(raw);

        Depth(mail.Body).ShouldBe(64);
        mail.Defects.ShouldContain(defect => defect.Code == MimeDefectCode.TooDeep);
        MailReading.Everything(raw);
    }

    [Test]
    public void Message_WhenMailsNestFiveHundredDeep_StopsAtTheLimit()
    {
        var raw = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("Content-Type: message/rfc822\r\n\r\n", 500)) + "Subject: x\r\n\r\nhello");
        var depth = 0;
        for (var mail = MimeMessage.Parse(raw); mail is not null; mail = mail.Body.Message)
        {
            depth++;
        }

        depth.ShouldBe(65);
        MailReading.Everything(raw);
    }

    [Test]
    public void Parse_WhenOneHeaderHasAMegabyte_ReadsIt()
    {
        var raw = Encoding.ASCII.GetBytes("Subject: " + new string('x', 1024 * 1024) + "\r\nFrom: a@example.com\r\n\r\nbody");

        var mail = MimeMessage.Parse(raw);

        mail.Subject!.Length.ShouldBe(1024 * 1024);
        mail.From.ShouldBe([new MailAddress("a@example.com")]);
        mail.TextBody.ShouldBe("body");
    }

    [Test]
    public void Parse_WhenTheHeaderIsBeyondTheLimit_SkipsToTheBody()
    {
        var raw = Encoding.ASCII.GetBytes("From: a@example.com\r\n" + string.Concat(Enumerable.Repeat("X-Line: 1\r\n", 300_000)) + "\r\nbody");

        var mail = MimeMessage.Parse(raw);

        mail.TextBody.ShouldBe("body");
        mail.From.Count.ShouldBe(1);
        mail.Defects.ShouldContain(defect => defect.Code == MimeDefectCode.HeaderTooLarge);
    }

    [Test]
    public void Parse_WhenLinesEndWithBareReturns_ReadsThem()
    {
        var mail = MimeMessage.Parse("From: a@example.com\rSubject: x\r y\rContent-Type: multipart/mixed; boundary=b\r\r--b\r\rone\rtwo\r--b--\r"u8.ToArray());

        mail.Subject.ShouldBe("x y");
        mail.TextBody.ShouldBe("one\ntwo");
        mail.Defects.ShouldHaveSingleItem().Code.ShouldBe(MimeDefectCode.BareCarriageReturns);
    }

    [Test]
    public void Parse_WhenLinesEndWithBareFeeds_ReadsThem()
    {
        var mail = MimeMessage.Parse("Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\none\ntwo\n--b--\n"u8.ToArray());

        mail.TextBody.ShouldBe("one\ntwo");
        mail.Defects.ShouldBeEmpty();
    }

    [Test]
    public void Parse_WhenNulsAreEverywhere_LeavesThemOut()
    {
        var mail = MimeMessage.Parse("Subject: a\0b\r\nFrom: \0x\0 <a@exa\0mple.com>\r\n\r\nbo\0dy\0"u8.ToArray());

        mail.Subject.ShouldBe("ab");
        mail.From[0].Address.ShouldBe("a@example.com");
        mail.TextBody.ShouldBe("body");
        mail.Defects.ShouldContain(new MimeDefect(MimeDefectCode.NulInHeader, 10));
    }

    [Test]
    public void To_WhenThereAreTooManyAddresses_StopsAtTheLimit()
    {
        var raw = Encoding.ASCII.GetBytes("To: " + string.Concat(Enumerable.Repeat("a@example.com,\r\n ", 20_000)) + "\r\n\r\n");
        var mail = MimeMessage.Parse(raw);

        mail.To.Count.ShouldBe(10_000);
        mail.Defects.ShouldContain(defect => defect.Code == MimeDefectCode.TooManyAddresses);
    }

    [Test]
    public void Parse_WhenThereIsNoHeader_TakesAllAsBody()
    {
        var mail = Lines.Mail("Hello, this is no mail", "and has no header.");

        mail.Headers.Count.ShouldBe(0);
        mail.TextBody.ShouldBe("Hello, this is no mail\nand has no header.");
        mail.Defects[0].Code.ShouldBe(MimeDefectCode.NoHeader);
    }

    [Test]
    public void Parse_WhenThereIsNoBody_ReadsTheHeader()
    {
        var mail = Lines.Mail("Subject: x", "From: a@example.com");

        mail.Subject.ShouldBe("x");
        mail.TextBody.ShouldBe("");
        mail.Defects.ShouldHaveSingleItem().Code.ShouldBe(MimeDefectCode.MissingBody);
    }

    [Test]
    public void Parse_WhenTheBlankLineIsMissing_FindsTheBody()
    {
        var mail = Lines.Mail("Subject: x", "Hello there,", "how are you?");

        mail.Subject.ShouldBe("x");
        mail.TextBody.ShouldBe("Hello there,\nhow are you?");
        mail.Defects.ShouldContain(new MimeDefect(MimeDefectCode.MissingBlankLine, 12));
    }

    [Test]
    public void Parse_WhenLinesStandBeforeTheHeader_SkipsThem()
    {
        var mail = Lines.Mail("---- Forwarded ----", "From someone", "Received: by x", "Subject: x", "", "body");

        mail.Subject.ShouldBe("x");
        mail.TextBody.ShouldBe("body");
        mail.Defects[0].Code.ShouldBe(MimeDefectCode.JunkBeforeHeader);
    }

    [Test]
    public void Parse_WhenTheBoundaryIsAnother_GuessesIt()
    {
        var mail = Lines.Mail(
            "Content-Type: multipart/mixed; boundary=right", "", "--wrong", "Content-Type: text/plain", "", "one",
            "--wrong",
            "Content-Type: image/png; name=a.png", "", "two", "--wrong--");

        mail.TextBody.ShouldBe("one");
        mail.Attachments.ShouldHaveSingleItem().FileName.ShouldBe("a.png");
        mail.Defects.ShouldContain(defect => defect.Code == MimeDefectCode.WrongBoundary);
    }

    [Test]
    public void Parse_WhenNoBoundaryIsThere_ShowsTheText()
    {
        var mail = Lines.Mail("Content-Type: multipart/mixed", "", "just text");

        mail.TextBody.ShouldBe("just text");
        mail.Defects.ShouldContain(defect => defect.Code == MimeDefectCode.MissingBoundary);
    }

    [Test]
    public void Parse_WhenTheEndIsCutOff_KeepsWhatCame()
    {
        var mail = Lines.Mail("Content-Type: multipart/mixed; boundary=b", "", "--b", "", "one", "--b", "Content-Type: image/png; name=a.png", "", "tw");

        mail.TextBody.ShouldBe("one");
        Encoding.ASCII.GetString(mail.Attachments[0].Part.ToArray()).ShouldBe("tw");
        mail.Defects.ShouldContain(defect => defect.Code == MimeDefectCode.MissingClosingBoundary);
    }

    private static int Depth(MimePart part) => part.IsMultipart ? 1 + part.Children.Max(Depth) : 0;
}
