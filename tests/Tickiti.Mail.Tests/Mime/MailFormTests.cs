using System.Text;
using NUnit.Framework;
using Shouldly;

namespace Tickiti.Mail.Tests.Mime;

/// <summary>Forms that mails and their parts come in.</summary>
public sealed class MailFormTests
{
    [TestCase("From ann@example.com Fri Nov 20 16:00:00 2026")]
    [TestCase(">From ann@example.com Fri Nov 20 16:00:00 2026")]
    [TestCase("From - Fri Nov 20 16:00:00 2026\r\n>From ann@example.com")]
    [TestCase("\r\n\r\n")]
    [TestCase("\uFEFF")]
    public void Parse_WhenAnMboxLineOrBlankStandsInFront_ReadsTheHeader(string line)
    {
        var mail = MimeMessage.Parse(Encoding.UTF8.GetBytes(line + (line.Length > 1 ? "\r\n" : "") + "From: ann@example.com\r\nSubject: x\r\n\r\nbody"));

        mail.Subject.ShouldBe("x");
        mail.TextBody.ShouldBe("body");
        mail.Defects.ShouldBeEmpty();
    }

    [Test]
    public void Message_OfAnAttachedMail_IsRead()
    {
        var mail = Lines.Mail(
            "Content-Type: multipart/mixed; boundary=b", "", "--b", "Content-Type: message/rfc822; name=\"mail.eml\"", "Content-Disposition: attachment", "",
            "Subject: inner", "Content-Type: multipart/mixed; boundary=c", "", "--c", "", "inner text", "--c--", "--b--");

        var file = mail.Attachments.ShouldHaveSingleItem();
        file.FileName.ShouldBe("mail.eml");
        file.Part.Message.ShouldNotBeNull().Subject.ShouldBe("inner");
        file.Part.Message!.TextBody.ShouldBe("inner text");
    }

    [Test]
    public void Message_WhenTheAttachedMailIsInBase64_IsRead() =>
        Lines.Mail("Content-Type: message/rfc822", "Content-Transfer-Encoding: base64", "", "U3ViamVjdDogaW5uZXINCg0KdGV4dA==")
            .Body.Message.ShouldNotBeNull().TextBody.ShouldBe("text");

    [Test]
    public void LeafParts_OfADigest_AreMails() =>
        Lines.Mail("Content-Type: multipart/digest; boundary=b", "", "--b", "", "Subject: one", "", "1", "--b", "", "Subject: two", "", "2", "--b--")
            .LeafParts.Select(part => part.Message?.Subject).ShouldBe(["one", "two"]);

    [Test]
    public void LeafParts_InUuencode_AreDecoded()
    {
        var mail = Lines.Mail(
            "Content-Type: multipart/mixed; boundary=b", "", "--b", "Content-Type: application/octet-stream; name=cat.txt",
            "Content-Transfer-Encoding: x-uuencode", "", "begin 644 cat.txt", "#0V%T", "`", "end", "--b--");

        Encoding.ASCII.GetString(mail.Attachments.ShouldHaveSingleItem().Part.ToArray()).ShouldBe("Cat");
    }

    [TestCase("boundary=b; boundary=c", "--b")]
    [TestCase("boundary=\"b\"; x=\"", "--b")]
    [TestCase("boundary*=us-ascii''b", "--b")]
    [TestCase("boundary=b ", "--b  ")]
    [TestCase("BOUNDARY=\"b\" (a comment)", "--b")]
    public void LeafParts_HoweverTheBoundaryIsGiven_AreFound(string parameter, string line) =>
        Lines.Mail($"Content-Type: multipart/mixed; {parameter}", "", "preamble", line, "", "one", line, "", "two", "--b--", "epilogue")
            .LeafParts.Select(part => part.ReadText()).ShouldBe(["one", "two"]);

    [Test]
    public void LeafParts_WhenAnInnerBoundaryBeginsAsTheOuter_AreTheRightOnes() =>
        Lines.Mail(
            "Content-Type: multipart/mixed; boundary=b", "", "--b", "Content-Type: multipart/mixed; boundary=bb", "", "--bb", "", "one", "--bb--", "--b", "",
            "two", "--b--").LeafParts.Select(part => part.ReadText()).ShouldBe(["one", "two"]);

    [Test]
    public void LeafParts_WhenTheInnerEndIsMissing_GoOnBehindIt() =>
        Lines.Mail(
            "Content-Type: multipart/mixed; boundary=b", "", "--b", "Content-Type: multipart/alternative; boundary=c", "", "--c", "", "one", "--b", "",
            "two", "--b--").LeafParts.Select(part => part.ReadText()).ShouldBe(["one", "two"]);

    [TestCase("=??q?a=C3=BC?=", "aü")]
    [TestCase("=?utf-8?b?w7w= ?=", "ü")]
    [TestCase("=?utf-8?b?w7w?=", "ü")]
    [TestCase("=?utf-8?b?w?= =?utf-8?b?7w=?=", "ü")]
    [TestCase("=?utf-8?q?a?b?=", "a?b")]
    [TestCase("=?utf-8?q?=E2=82?=\r\n =?utf-8?q?=AC?=", "€")]
    [TestCase("=?utf-8?Q?a?=,=?utf-8?Q?b?=", "a,b")]
    [TestCase("\"=?utf-8?Q?a?=\"", "\"a\"")]
    [TestCase("=?us-ascii?q?=FC?=", "ü")]
    [TestCase("=?iso-2022-jp?b?GyRCJUYlOSVIGyhC?= =?iso-2022-jp?b?GyRCJUYlOSVIGyhC?=", "テストテスト")]
    public void Subject_OfWordsWronglyMade_IsDecoded(string value, string expected) => Lines.Mail("Subject: " + value, "", "").Subject.ShouldBe(expected);

    [TestCase("Subject : x")]
    [TestCase("Subject\t: x")]
    [TestCase("Subject:x")]
    [TestCase("subject:\r\n x")]
    [TestCase("Subject: \r\n \r\n x")]
    public void Subject_InObsoleteSyntax_IsRead(string field) => Lines.Mail("From: a@example.com", field, "", "body").Subject.ShouldBe("x");

    [Test]
    public void TextBody_WhenLineEndsAreMixed_HasOneKind() =>
        MimeMessage.Parse("Subject: x\nFrom: a@example.com\r\n\nодна\r\nдве\nтри\rчетыре"u8.ToArray()).TextBody.ShouldBe("одна\nдве\nтри\nчетыре");

    [Test]
    public void Raw_OfAPart_IsWhatCame()
    {
        var mail = Lines.Mail("Content-Type: multipart/signed; boundary=b", "", "--b", "Content-Type: text/plain ;", "\tcharset=utf-8", "", "text  ", "--b--");

        Encoding.ASCII.GetString(mail.LeafParts[0].Raw.Span).ShouldBe("Content-Type: text/plain ;\r\n\tcharset=utf-8\r\n\r\ntext  ");
        Encoding.ASCII.GetString(mail.LeafParts[0].RawContent.Span).ShouldBe("text  ");
    }
}
