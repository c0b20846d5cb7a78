using System.Text;
using NUnit.Framework;
using Shouldly;

namespace Tickiti.Mail.Tests.Mime;

public sealed class MimeMessageTests
{
    [Test]
    public void Parse_WhenAlternativeWithAttachment_ReadsBodiesAndFile()
    {
        var mail = Lines.Mail(
            "From: Ann Example <ann@example.com>",
            "To: help@example.org, \"Doe, John\" <john@example.org>",
            "Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=",
            "Message-ID: <1@example.com>",
            "In-Reply-To: <0@example.org>",
            "References: <a@example.org> <0@example.org>",
            "Date: Fri, 20 Nov 2026 16:00:00 +0100",
            "MIME-Version: 1.0",
            "Content-Type: multipart/mixed; boundary=\"outer\"",
            "",
            "--outer",
            "Content-Type: multipart/alternative; boundary=inner",
            "",
            "--inner",
            "Content-Type: text/plain; charset=iso-8859-1",
            "Content-Transfer-Encoding: quoted-printable",
            "",
            "Sch=F6n=",
            "es Wetter",
            "--inner",
            "Content-Type: text/html; charset=utf-8",
            "",
            "<p>Schönes Wetter</p>",
            "--inner--",
            "--outer",
            "Content-Type: application/pdf; name=\"a.pdf\"",
            "Content-Disposition: attachment; filename*=utf-8''%C3%A4.pdf",
            "Content-Transfer-Encoding: base64",
            "",
            "SGVsbG8=",
            "--outer--",
            "");

        mail.Subject.ShouldBe("Grüße");
        mail.From.ShouldBe([new MailAddress("Ann Example", "ann@example.com")]);
        mail.To.ShouldBe([new MailAddress("help@example.org"), new MailAddress("Doe, John", "john@example.org")]);
        mail.MessageId.ShouldBe("1@example.com");
        mail.InReplyTo.ShouldBe(["0@example.org"]);
        mail.References.ShouldBe(["a@example.org", "0@example.org"]);
        mail.Date.ShouldBe(new DateTimeOffset(2026, 11, 20, 16, 0, 0, TimeSpan.FromHours(1)));
        mail.TextBody.ShouldBe("Schönes Wetter");
        mail.HtmlBody.ShouldBe("<p>Schönes Wetter</p>");
        var file = mail.Attachments.ShouldHaveSingleItem();
        file.FileName.ShouldBe("ä.pdf");
        file.Part.ToArray().ShouldBe(Encoding.ASCII.GetBytes("Hello"));
        file.Part.DecodedLength.ShouldBe(5);
        file.IsInline.ShouldBeFalse();
        mail.LeafParts.Count.ShouldBe(3);
        mail.Defects.ShouldBeEmpty();
    }

    [Test]
    public void Parse_WhenNothingIsThere_ReadsAnEmptyMail()
    {
        var mail = MimeMessage.Parse(ReadOnlyMemory<byte>.Empty);

        mail.Headers.ShouldBeEmpty();
        mail.Subject.ShouldBeNull();
        mail.From.ShouldBeEmpty();
        mail.TextBody.ShouldBe("");
        mail.Attachments.ShouldBeEmpty();
    }

    [Test]
    public void Raw_OfAHeader_IsWhatCame()
    {
        var mail = Lines.Mail("X-One: 1", "Subject:  two", " folded ", "", "body");

        var header = mail.Headers.Find("subject").ShouldNotBeNull();
        Encoding.ASCII.GetString(header.Raw.Span).ShouldBe("Subject:  two\r\n folded \r\n");
        Encoding.ASCII.GetString(header.RawValue.Span).ShouldBe("  two\r\n folded ");
        header.Value.ShouldBe("two folded");
        header.Offset.ShouldBe(10);
    }
}
