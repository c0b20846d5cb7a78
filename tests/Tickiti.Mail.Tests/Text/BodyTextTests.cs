using System.Buffers;
using System.Text;
using NUnit.Framework;
using Shouldly;
using Tickiti.Mail.Tests.Mime;

namespace Tickiti.Mail.Tests.Text;

public sealed class BodyTextTests
{
    [TestCase("utf-8", "Grüße 😀")]
    [TestCase("iso-8859-1", "Grüße")]
    [TestCase("windows-1252", "Grüße €")]
    [TestCase("iso-8859-15", "Grüße €")]
    [TestCase("koi8-r", "Привет")]
    [TestCase("windows-1251", "Привет")]
    [TestCase("shift_jis", "テスト")]
    [TestCase("euc-jp", "テスト")]
    [TestCase("iso-2022-jp", "テスト")]
    [TestCase("gb18030", "测试")]
    [TestCase("big5", "測試")]
    [TestCase("euc-kr", "테스트")]
    [TestCase("utf-16", "Grüße")]
    [TestCase("windows-874", "ทดสอบ")]
    public void TextBody_OfEachCharset_IsDecoded(string charset, string text)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        byte[] raw = [.. Encoding.ASCII.GetBytes($"Content-Type: text/plain; charset=\"{charset}\"\r\nContent-Transfer-Encoding: base64\r\n\r\n"),
            .. Encoding.ASCII.GetBytes(Convert.ToBase64String(Encoding.GetEncoding(charset).GetBytes(text)))];

        var mail = MimeMessage.Parse(raw);

        mail.TextBody.ShouldBe(text);
        var utf8 = new ArrayBufferWriter<byte>();
        mail.WriteTextBody(utf8).ShouldBeTrue();
        Encoding.UTF8.GetString(utf8.WrittenSpan).ShouldBe(text);
    }

    [TestCase("UTF_8", "0JQ=", "Д")]
    [TestCase("iso8859_2", "sQ==", "ą")]
    [TestCase("8859-2", "sQ==", "ą")]
    [TestCase("win-1251", "xA==", "Д")]
    [TestCase("koi8r", "5A==", "Д")]
    [TestCase("x-mac-roman", "ig==", "ä")]
    [TestCase("big5hkscs", "tPo=", "測")]
    [TestCase("cp51932", "pcY=", "テ")]
    [TestCase("iso-2022-jp-3", "GyRCJUYbKEI=", "テ")]
    [TestCase("x-sjis-jp", "g2U=", "テ")]
    public void TextBody_OfCharsetsUnderOtherNames_IsDecoded(string charset, string content, string expected) =>
        Lines.Mail($"Content-Type: text/plain; charset={charset}", "Content-Transfer-Encoding: base64", "", content).TextBody.ShouldBe(expected);

    [TestCase("quoted printable", "=41", "A")]
    [TestCase("QuotedPrintable", "=41", "A")]
    [TestCase("base-64", "QQ==", "A")]
    [TestCase("7-bit", "A", "A")]
    [TestCase("\"base64\"", "QQ==", "A")]
    [TestCase("unknown", "A", "A")]
    public void TextBody_OfEncodingsMisspelt_IsDecoded(string encoding, string content, string expected) =>
        Lines.Mail($"Content-Transfer-Encoding: {encoding}", "", content).TextBody.ShouldBe(expected);

    [TestCase("gb2312", "您好，请问打印机什么时候可以修好？谢谢。")]
    [TestCase("euc-kr", "안녕하세요 프린터가 고장났습니다")]
    [TestCase("euc-jp", "プリンターが動きません。おねがいします")]
    public void TextBody_OfUndeclaredEucText_IsRecognised(string charset, string text)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var bytes = Encoding.GetEncoding(charset).GetBytes(text);

        MimeMessage.Parse((byte[])[.. "Content-Type: text/plain; charset=us-ascii\r\n\r\n"u8, .. bytes]).TextBody.ShouldBe(text);
        MimeMessage.Parse((byte[])[.. "Subject: "u8, .. bytes, .. "\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\r\n"u8]).Subject.ShouldBe(text);
    }

    [TestCase("Ça alors, où êtes-vous ? Là-bas, à côté du café, ‘œuvre’ déjà créée…")]
    [TestCase("ÄÖÜ äöü ßß — ÄÄÄÄ ÖÖÖÖ")]
    [TestCase("Größe: 20 µm ± 5 %, 30 °C")]
    public void TextBody_OfWesternText_IsNeverTakenForEastern(string text)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        MimeMessage.Parse((byte[])[.. "Subject: x\r\n\r\n"u8, .. Encoding.GetEncoding(1252).GetBytes(text)]).TextBody.ShouldBe(text);
    }

    [TestCase("us-ascii", "Grüße")]
    [TestCase("x-unknown", "Grüße")]
    [TestCase("", "Grüße")]
    [TestCase("utf-8", "Grüße")]
    public void TextBody_WhenTheCharsetLies_IsReadAsWindows1252(string charset, string expected) =>
        MimeMessage.Parse((byte[])[.. Encoding.ASCII.GetBytes($"Content-Type: text/plain; charset={charset}\r\n\r\n"), .. Encoding.Latin1.GetBytes("Grüße")])
            .TextBody.ShouldBe(expected);

    [TestCase("us-ascii")]
    [TestCase("x-unknown")]
    [TestCase("")]
    public void TextBody_WhenTheCharsetIsNone_IsReadAsUtf8(string charset) =>
        Lines.Mail($"Content-Type: text/plain; charset={charset}", "", "Grüße 😀").TextBody.ShouldBe("Grüße 😀");

    [Test]
    public void TextBody_WhenOneCharacterOfUtf8IsSpoilt_StaysUtf8() =>
        MimeMessage.Parse((byte[])[.. "Content-Type: text/plain; charset=utf-8\r\n\r\n"u8, .. "Grüße aus Köln"u8, 0xFF]).TextBody.ShouldBe("Grüße aus Köln\uFFFD");

    [Test]
    public void TextBody_WhenShiftJisIsCalledIso2022Jp_IsRead() =>
        MimeMessage.Parse((byte[])[.. "Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n"u8, 0x83, 0x65, 0x83, 0x58, 0x83, 0x67]).TextBody.ShouldBe("テスト");

    [Test]
    public void TextBody_WhenFlowed_IsJoined() =>
        Lines.Mail("Content-Type: text/plain; format=flowed", "", "one ", "two ", "three", "> quote ", "> goes on", " stuffed", "-- ", "Ann")
            .TextBody.ShouldBe("one two three\n> quote goes on\nstuffed\n-- \nAnn");

    [Test]
    public void TextBody_WhenFlowedWithDelsp_LosesTheSpaces() =>
        Lines.Mail("Content-Type: text/plain; format=flowed; delsp=yes", "", "日本 ", "語").TextBody.ShouldBe("日本語");

    [Test]
    public void Bodies_WhenTextAndHtmlAreParted_ShowEveryPiece()
    {
        var mail = Lines.Mail(
            "Content-Type: multipart/mixed; boundary=b", "", "--b", "Content-Type: text/html", "", "<b>body</b>", "--b",
            "Content-Type: text/plain", "",
            "list <footer>", "--b--");

        mail.TextBody.ShouldBe("body\nlist <footer>");
        mail.HtmlBody.ShouldBe("<b>body</b>\n<div style=\"white-space:pre-wrap\">list &lt;footer&gt;</div>");
        mail.Attachments.ShouldBeEmpty();
    }

    [Test]
    public void TextBody_WhenOnlyHtmlIsThere_IsNull()
    {
        var mail = Lines.Mail("Content-Type: text/html", "", "<b>x</b>");

        mail.TextBody.ShouldBeNull();
        mail.HtmlBody.ShouldBe("<b>x</b>");
        mail.WriteTextBody(new ArrayBufferWriter<byte>()).ShouldBeFalse();
    }

    [Test]
    public void Attachments_AreInlineOnlyWhereTheirIdIsUsed()
    {
        var mail = Lines.Mail(
            "Content-Type: multipart/related; boundary=b", "", "--b", "Content-Type: text/html", "",
            "<img src=\"cid:one%40x\">", "--b",
            "Content-Type: image/png", "Content-ID: <one@x>", "", "1", "--b", "Content-Type: image/png",
            "Content-ID: <two@x>", "", "2", "--b--");

        mail.Attachments.Select(file => file.IsInline).ShouldBe([true, false]);
    }

    [Test]
    public void TextBody_WhenFilesAreUuencodedInIt_LeavesThemOut()
    {
        var mail = Lines.Mail("Subject: x", "", "before", "begin 644 cat.txt", "#0V%T", "`", "end", "after");

        mail.TextBody.ShouldBe("before\nafter");
        var file = mail.Attachments.ShouldHaveSingleItem();
        file.FileName.ShouldBe("cat.txt");
        Encoding.ASCII.GetString(file.Part.ToArray()).ShouldBe("Cat");
    }

    [TestCase("=41=\r\n=42", "AB")]
    [TestCase("a=\r\nb", "ab")]
    [TestCase("a=  \r\nb", "ab")]
    [TestCase("a   \r\nb", "a\nb")]
    [TestCase("a =20\r\nb=09  \r\nc", "a  \nb\t\nc")]
    [TestCase("a=ZZb", "a=ZZb")]
    [TestCase("a=", "a")]
    [TestCase("100% =3d =3D", "100% = =")]
    public void TextBody_OfQuotedPrintable_IsDecoded(string content, string expected) =>
        Lines.Mail("Content-Transfer-Encoding: quoted-printable", "Subject: x", "", content).TextBody.ShouldBe(expected);

    [TestCase("SGVsbG8=", "Hello")]
    [TestCase("SGVs\r\nbG8=", "Hello")]
    [TestCase("SGVsbG8", "Hello")]
    [TestCase("SGVs bG8 =", "Hello")]
    [TestCase("SGk=IHlvdQ==", "Hi you")]
    [TestCase("S!G*V(s)bG8=", "Hello")]
    [TestCase("", "")]
    [TestCase("=", "")]
    [TestCase("S", "")]
    public void TextBody_OfBase64_IsDecoded(string content, string expected) =>
        Lines.Mail("Content-Transfer-Encoding: base64", "Subject: x", "", content).TextBody.ShouldBe(expected);
}
