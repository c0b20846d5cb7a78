using System.Text;
using NUnit.Framework;
using Shouldly;
using Tickiti.Mail.Tests.Mime;

namespace Tickiti.Mail.Tests.Headers;

public sealed class HeaderValueTests
{
    [TestCase("plain", "plain")]
    [TestCase("=?utf-8?q?Gr=C3=BC=C3=9Fe?=", "Grüße")]
    [TestCase("=?UTF-8?B?R3LDvMOfZQ==?=", "Grüße")]
    [TestCase("=?iso-8859-1?Q?J=FCrgen_M=FCller?=", "Jürgen Müller")]
    [TestCase("a =?utf-8?q?b?= c", "a b c")]
    [TestCase("=?utf-8?q?a?= =?utf-8?q?b?=", "ab")]
    [TestCase("=?utf-8?q?a?=\r\n =?utf-8?q?b?=", "ab")]
    [TestCase("=?utf-8?q?a_?= =?utf-8?q?b?=", "a b")]
    [TestCase("=?utf-8?b?w7w=?= =?iso-8859-1?q?=FC?=", "üü")]
    [TestCase("=?utf-8?q?=C3?= =?utf-8?q?=BC?=", "ü")]
    [TestCase("=?utf-8?b?w7?= =?utf-8?q?_x?=", "Ã x")]
    [TestCase("=?utf-8*de?q?a?=", "a")]
    [TestCase("=?utf-8?q?with spaces inside?=", "with spaces inside")]
    [TestCase("x=?utf-8?q?a?=y", "xay")]
    [TestCase("=?utf-8?q?a?=b", "ab")]
    [TestCase("=?utf-8?q?open", "=?utf-8?q?open")]
    [TestCase("=?utf-8?x?a?=", "=?utf-8?x?a?=")]
    [TestCase("=?unknown-charset?q?a=E4?=", "aä")]
    [TestCase("=?utf-8?q?=3D=3F=5F_?=.", "=?_ .")]
    [TestCase("=?utf-8?b??= x", "x")]
    [TestCase("=?iso-2022-jp?b?GyRCJUYlOSVIGyhC?=", "テスト")]
    [TestCase("=?gb2312?b?suLK1A==?=", "测试")]
    [TestCase("=?koi8-r?b?8NLJ18XU?=", "Привет")]
    [TestCase("=?utf-7?q?+AOQ-?=", "ä")]
    [TestCase("raw Grüße", "raw Grüße")]
    [TestCase("folded\r\n\tvalue", "folded value")]
    [TestCase("  trimmed  ", "trimmed")]
    [TestCase("a\u0001b\u0007", "ab")]
    [TestCase("=?utf-8?q?a=0D=0ABcc:_x?=", "a Bcc: x")]
    public void Subject_IsDecoded(string value, string expected) => Lines.Mail("Subject: " + value, "", "").Subject.ShouldBe(expected);

    [Test]
    public void Subject_WhenRawInWindows1252_IsDecoded() =>
        MimeMessage.Parse(Encoding.Latin1.GetBytes("Subject: Grüße\r\n\r\n")).Subject.ShouldBe("Grüße");

    [Test]
    public void Subject_WhenRawInTheCharsetOfTheBody_IsDecoded()
    {
        var text = Encoding.Latin1.GetBytes("Subject: \u00f0\u00d2\u00c9\u00d7\u00c5\u00d4\r\nContent-Type: text/plain; charset=koi8-r\r\n\r\n");

        MimeMessage.Parse(text).Subject.ShouldBe("Привет");
    }

    [Test]
    public void Subject_WhenRawInTheCharsetOfAPart_IsDecoded()
    {
        byte[] raw = [.. "Subject: "u8, 0x83, 0x63, 0x81, 0x5B, 0x83, 0x8B, .. "\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"u8,
            .. "Content-Type: text/plain; charset=iso-2022-jp\r\n\r\nx\r\n--b--"u8];

        MimeMessage.Parse(raw).Subject.ShouldBe("ツール");
    }

    [TestCase("Fri, 20 Nov 2026 16:00:00 +0100", "2026-11-20T16:00:00+01:00")]
    [TestCase("20 Nov 2026 16:00 GMT", "2026-11-20T16:00:00+00:00")]
    [TestCase("Fri, 20 Nov 26 16:00:00 EST", "2026-11-20T16:00:00-05:00")]
    [TestCase("Fri, 20 Nov 99 16:00:00 -0000", "1999-11-20T16:00:00+00:00")]
    [TestCase("Fri, 20 Nov 102 16:00:00 Z", "2002-11-20T16:00:00+00:00")]
    [TestCase("Fri Nov 20 16:00:00 2026", "2026-11-20T16:00:00+00:00")]
    [TestCase("Fri, 20 Nov 2026 16:00:00 +0100 (CET)", "2026-11-20T16:00:00+01:00")]
    [TestCase("Fri, 20 Nov 2026 16:00:00 GMT+0200", "2026-11-20T16:00:00+02:00")]
    [TestCase("2026-11-20 16:00:00 +0000", "2026-11-20T16:00:00+00:00")]
    [TestCase("2026-11-20T16:00:00Z", "2026-11-20T16:00:00+00:00")]
    [TestCase("2026-11-20T16:00:00+05:30", "2026-11-20T16:00:00+05:30")]
    [TestCase("20.11.2026 16:00", "2026-11-20T16:00:00+00:00")]
    [TestCase("11/20/2026 4:00:00 PM", "2026-11-20T16:00:00+00:00")]
    [TestCase("20-Nov-2026 16:00:00", "2026-11-20T16:00:00+00:00")]
    [TestCase("Friday, November 20, 2026 16:00:00", "2026-11-20T16:00:00+00:00")]
    [TestCase("Sat, 31 Dec 2016 23:59:60 +0000", "2017-01-01T00:00:00+00:00")]
    public void Date_IsReadAsPeopleWriteIt(string value, string expected) =>
        Lines.Mail("Date: " + value, "", "").Date.ShouldBe(DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture));

    [TestCase("")]
    [TestCase("yesterday")]
    [TestCase("1 Jan 0001 00:00:00 +0100")]
    [TestCase("31 Dec 9999 23:59:60 -0100")]
    [TestCase("Fri, 32 Nov 2026 16:00:00 +0000")]
    [TestCase("Fri, 29 Feb 2026 16:00:00 +0000")]
    [TestCase("99 99 9999 99:99:99 +9999")]
    public void Date_WhenItIsNone_IsNull(string value) => Lines.Mail("Date: " + value, "", "").Date.ShouldBeNull();

    [TestCase("<a@b>", "a@b")]
    [TestCase("<a@b> <c@d>\r\n\t<e@f>", "a@b", "c@d", "e@f")]
    [TestCase("<a@b><c@d>", "a@b", "c@d")]
    [TestCase("a@b", "a@b")]
    [TestCase("Your message of today <a@b>", "a@b")]
    [TestCase("<a@b", "a@b")]
    [TestCase("<a@\r\n b>", "a@b")]
    [TestCase("<a@b>, <c@d>;", "a@b", "c@d")]
    [TestCase("no id")]
    public void References_AreReadWithoutBrackets(string value, params string[] expected) =>
        Lines.Mail("References: " + value, "", "").References.ShouldBe(expected);

    [TestCase("attachment; filename=\"a.pdf\"", "a.pdf")]
    [TestCase("attachment; filename=a b.pdf", "a b.pdf")]
    [TestCase("attachment; filename*=utf-8''%C3%A4.pdf", "ä.pdf")]
    [TestCase("attachment; filename*=iso-8859-1'de'%E4.pdf", "ä.pdf")]
    [TestCase("attachment; filename*0=\"a\"; filename*1=\"b.pdf\"", "ab.pdf")]
    [TestCase("attachment; filename*1=\"b.pdf\"; filename*0=\"a\"", "ab.pdf")]
    [TestCase("attachment; filename*0*=utf-8''%C3; filename*1*=%A4.pdf", "ä.pdf")]
    [TestCase("attachment; filename=\"=?utf-8?q?=C3=A4.pdf?=\"", "ä.pdf")]
    [TestCase("attachment; filename=ä.pdf", "ä.pdf")]
    [TestCase("attachment; filename=\"C:\\\\temp\\\\a.pdf\"", "a.pdf")]
    [TestCase("attachment; filename=\"C:\\temp\\a.pdf\"", "a.pdf")]
    [TestCase("attachment; filename=\"../../etc/passwd\"", "passwd")]
    [TestCase("attachment; filename=\"a.pdf", "a.pdf")]
    [TestCase("attachment filename=a.pdf", "a.pdf")]
    [TestCase("filename=a.pdf", "a.pdf")]
    [TestCase("attachment; FILENAME=a.pdf; size=1", "a.pdf")]
    [TestCase("attachment; filename=\"a\\\"b.pdf\"", "a_b.pdf")]
    public void FileName_IsDecodedAndCleaned(string disposition, string expected) =>
        Lines.Mail("Content-Disposition: " + disposition, "", "x").Body.FileName.ShouldBe(expected);
}
