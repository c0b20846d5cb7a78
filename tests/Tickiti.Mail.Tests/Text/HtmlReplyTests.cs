using System.Text;
using NUnit.Framework;
using Shouldly;
using Tickiti.Mail.Tests.Mime;

namespace Tickiti.Mail.Tests.Text;

/// <summary>Replies that are HTML only: what the structure of each mail program marks as quoted is folded.</summary>
public sealed class HtmlReplyTests
{
    [TestCase("<div dir=ltr>My answer</div><br><div class=\"gmail_quote gmail_quote_container\"><div dir=ltr class=gmail_attr>Στις 20/11 Ann:<br></div><blockquote class=gmail_quote><div>Old text</div></blockquote></div>", TestName = "Gmail")]
    [TestCase("<div>My answer</div><div class=gmail_extra><br><div class=gmail_quote>20-11-2026 Ann:<br><blockquote class=gmail_quote>Old text</blockquote></div></div>", TestName = "Gmail of old")]
    [TestCase("<div class=WordSection1><p class=MsoNormal>My answer</p><div><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0in 0in 0in'><p class=MsoNormal><b>Lähettäjä X:</b> Ann<br><b>Klo:</b> nyt</p></div></div><p>Old text</p></div>", TestName = "Outlook")]
    [TestCase("<div>My answer</div><div style=\"border:none;border-top:solid #B5C4DF 1.0pt;padding:3.0pt 0cm 0cm 0cm\"><p><b>From:</b> Ann<br><b>Sent:</b> Friday<br><b>To:</b> Bob<br><b>Subject:</b> x</p></div><p>Old text</p>", TestName = "Outlook 2010")]
    [TestCase("<div>My answer</div><div id=\"appendonsend\"></div><hr style=\"display:inline-block;width:98%\" tabindex=\"-1\"><div id=\"divRplyFwdMsg\" dir=\"ltr\"><b>Von:</b> Ann<br><b>Gesendet:</b> Freitag</div><div>Old text</div>", TestName = "Outlook on the web")]
    [TestCase("<div>My answer</div><div id=\"ms-outlook-mobile-signature\">Get <a href=\"https://aka.ms/x\">Outlook for iOS</a></div><hr><div id=\"divRplyFwdMsg\">From: Ann</div><div>Old text</div>", TestName = "Outlook mobile")]
    [TestCase("<div>My answer</div><div id=\"mail-editor-reference-message-container\"><div><b>From: </b>Ann</div><div>Old text</div></div>", TestName = "new Outlook")]
    [TestCase("<html><body>My answer<br><div><blockquote type=\"cite\"><div>On Nov 20, 2026, at 16:00, Ann wrote:</div><br><div>Old text</div></blockquote></div></body></html>", TestName = "Apple Mail")]
    [TestCase("<div>My answer</div><div class=\"yahoo_quoted\"><div>Am Freitag schrieb Ann:</div><div>Old text</div></div>", TestName = "Yahoo")]
    [TestCase("<p>My answer</p><div class=\"moz-cite-prefix\">20/11/2026 16:00-n, Ann idatzi zuen:<br></div><blockquote type=cite cite=\"mid:1@x\"><p>Old text</p></blockquote><div class=\"moz-signature\">-- <br>Bob</div>", TestName = "Thunderbird")]
    [TestCase("<div>My answer</div><div class=\"protonmail_signature_block\">Sent with Proton Mail</div><div class=\"protonmail_quote\">On Friday Ann wrote:<blockquote class=protonmail_quote type=cite>Old text</blockquote></div>", TestName = "Proton Mail")]
    [TestCase("<div>My answer</div><div class=\"zmail_extra\"><br>---- On Fri Ann wrote ---<div>Old text</div></div>", TestName = "Zoho")]
    [TestCase("<div>My answer</div><hr id=\"zwchr\" data-marker=\"__DIVIDER__\"><div data-marker=\"__HEADERS__\"><b>From: </b>Ann</div><div data-marker=\"__QUOTED_TEXT__\">Old text</div>", TestName = "Zimbra")]
    [TestCase("<p>My answer</p><p id=\"reply-intro\">Ann am 2026-11-20 16:00:</p><blockquote type=cite>Old text</blockquote>", TestName = "Roundcube")]
    [TestCase("<div>My answer</div><hr id=\"stopSpelling\">Date: Fri<br>Old text", TestName = "Hotmail")]
    [TestCase("<div>My answer</div><div class=\"x_gmail_signature\">Bob<br>Example Ltd</div>", TestName = "a signature, passed on by Outlook")]
    public void Fold_OfHtml_ShowsTheAnswerOnly(string html)
    {
        var mail = MimeMessage.Parse(Encoding.UTF8.GetBytes("Content-Type: text/html; charset=utf-8\r\n\r\n" + html));

        var spans = ReplyFolder.Fold(mail);

        string.Concat(spans.Select(span => span.Text)).ShouldBe(HtmlToText.Convert(html));
        Visible(spans).Trim().ShouldBe("My answer");
    }

    [Test]
    public void Fold_WhenAnswersStandBetweenQuotes_ShowsThem() =>
        Visible(ReplyFolder.Fold(Lines.Mail(
            "Content-Type: text/html", "",
            "<div class=gmail_quote><div class=gmail_attr>Ann wrote:</div><blockquote class=gmail_quote>Is it red?</blockquote><div>Yes.</div>"
            + "<blockquote class=gmail_quote>Is it blue?</blockquote><div>No.</div></div>"))).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .ShouldBe(["Yes.", "No."]);

    [Test]
    public void Fold_WhenABlockquoteOnlyIndents_ShowsIt() =>
        Visible(ReplyFolder.Fold(Lines.Mail(
            "Content-Type: text/html", "", "<p>Steps:</p><blockquote style=\"margin:0 0 0 40px;border:none;padding:0px\">first</blockquote>")))
            .ShouldBe("Steps:\n\nfirst\n");

    [Test]
    public void Fold_WhenEverythingIsMarked_ShowsEverything() =>
        Visible(ReplyFolder.Fold(Lines.Mail("Content-Type: text/html", "", "<div class=yahoo_quoted>all of it</div>"))).ShouldBe("all of it\n");

    [Test]
    public void Convert_WithRanges_GivesTheSameText() =>
        HtmlToText.Convert("a<span class=moz-signature>b</span>c", new List<Range>()).ShouldBe(HtmlToText.Convert("a<span class=moz-signature>b</span>c"));

    private static string Visible(IEnumerable<ReplySpan> spans) =>
        string.Concat(spans.Where(span => span.Kind == ReplySpanKind.Visible).Select(span => span.Text));
}
