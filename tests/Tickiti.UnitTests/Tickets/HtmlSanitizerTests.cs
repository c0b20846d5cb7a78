using System.Diagnostics;
using System.Text;
using AngleSharp.Html.Parser;
using NUnit.Framework;
using Shouldly;
using Tickiti.Infrastructure.Tickets;

namespace Tickiti.UnitTests.Tickets;

public sealed class HtmlSanitizerTests
{
    private static readonly HtmlSanitizer Sanitizer = new(TimeProvider.System);

    [TestCase("plain & simple", ExpectedResult = "plain & simple")]
    [TestCase("<p>Hello <b>you</b><br>there</p>", ExpectedResult = "<p>Hello <b>you</b><br>there</p>")]
    [TestCase("a<script>alert(1)</script>b", ExpectedResult = "ab")]
    [TestCase("<style>p{}</style>b", ExpectedResult = "b")]
    [TestCase("<form><input value=x>text</form>", ExpectedResult = "text")]
    [TestCase("<blink>text</blink>", ExpectedResult = "text")]
    [TestCase("<p onclick=x() class=a id=b data-x=c>t</p>", ExpectedResult = "<p>t</p>")]
    [TestCase("1 < 2 &amp; 3 > 2<br>", ExpectedResult = "1 &lt; 2 &amp; 3 &gt; 2<br>")]
    [TestCase("<!-- x --><p>t</p>", ExpectedResult = "<p>t</p>")]
    [TestCase("<table><tr><td width=10 bgcolor=red>x</td></tr></table>",
        ExpectedResult = "<table><tbody><tr><td width=\"10\" bgcolor=\"red\">x</td></tr></tbody></table>")]
    [TestCase("<svg><a xlink:href='javascript:x'><text>t</text></a></svg>", ExpectedResult = "t")]
    [TestCase("<b><p>1</b>2", ExpectedResult = "<b></b><p><b>1</b>2</p>")]
    public string Sanitize_ByTheAllowList_KeepsTextAndHarmlessTags(string html) => Sanitizer.Sanitize(html);

    [TestCase("https://a.example/?a=1&amp;b=2", ExpectedResult = "https://a.example/?a=1&b=2")]
    [TestCase("HTTP://a.example", ExpectedResult = "HTTP://a.example")]
    [TestCase("mailto:a@b.example", ExpectedResult = "mailto:a@b.example")]
    [TestCase("tel:+49123", ExpectedResult = "tel:+49123")]
    [TestCase("//a.example/x", ExpectedResult = "https://a.example/x")]
    [TestCase("javascript:alert(1)", ExpectedResult = null)]
    [TestCase(" java&#10;script:alert(1)", ExpectedResult = null)]
    [TestCase("&#1;javascript:alert(1)", ExpectedResult = null)]
    [TestCase("vbscript:x", ExpectedResult = null)]
    [TestCase("data:text/html,x", ExpectedResult = null)]
    [TestCase("/relative", ExpectedResult = null)]
    [TestCase("file:///etc/passwd", ExpectedResult = null)]
    public string? Sanitize_OfALink_KeepsSchemesThatAreKnown(string href) => new HtmlParser()
        .ParseDocument(Sanitizer.Sanitize($"<a href=\"{href}\">x</a>")).QuerySelector("a")!.GetAttribute("href");

    [Test]
    public void Sanitize_OfALink_SaysThatItIsAStrangers() =>
        Sanitizer.Sanitize("<a href='https://a.example' target=_top rel=opener>x</a>")
            .ShouldBe("<a href=\"https://a.example\" rel=\"noopener noreferrer nofollow\">x</a>");

    [TestCase("<img src='https://a.example/p.png' alt=p>", ExpectedResult = "<img data-src=\"https://a.example/p.png\" alt=\"p\">")]
    [TestCase("<img src='cid:1@a' srcset='https://a.example/x 2x'>", ExpectedResult = "<img src=\"cid:1@a\">")]
    [TestCase("<img src='data:image/svg+xml,x'>", ExpectedResult = "<img>")]
    [TestCase("<td background='https://a.example/x'>x</td>", ExpectedResult = "x")]
    public string Sanitize_OfAPicture_LoadsNothingFromElsewhere(string html) => Sanitizer.Sanitize(html);

    [TestCase("color: RED; font-size:12px", ExpectedResult = "color: RED; font-size: 12px")]
    [TestCase("color: rgb(1, 2, 3)", ExpectedResult = "color: rgb(1, 2, 3)")]
    [TestCase("font: 12px/1.5 \"Segoe UI\", Arial", ExpectedResult = "font: 12px/1.5 'Segoe UI', Arial")]
    [TestCase("background: url(https://a.example/x)", ExpectedResult = null)]
    [TestCase("background: u\\72l(x); color: red", ExpectedResult = "color: red")]
    [TestCase("width: expression(alert(1))", ExpectedResult = null)]
    [TestCase("color: red /* x */", ExpectedResult = null)]
    [TestCase("position: fixed; top: 0; z-index: 9", ExpectedResult = null)]
    [TestCase("margin: 4px -900px", ExpectedResult = null)]
    [TestCase("margin-top: 4px", ExpectedResult = "margin-top: 4px")]
    [TestCase("behavior: url(x); -moz-binding: url(y)", ExpectedResult = null)]
    [TestCase("color: image-set('x')", ExpectedResult = null)]
    [TestCase("color: var(--x)", ExpectedResult = null)]
    public string? Sanitize_OfAStyle_KeepsDeclarationsThatOnlyLook(string style) => new HtmlParser()
        .ParseDocument(Sanitizer.Sanitize($"<p style='{style.Replace("'", "&#39;", StringComparison.Ordinal)}'>x</p>"))
        .QuerySelector("p")!.GetAttribute("style");

    [TestCase("<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">")]
    [TestCase("<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">")]
    [TestCase("<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">")]
    [TestCase("<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>")]
    [TestCase("<select><template><script>alert(1)</script></template></select>")]
    [TestCase("<img src=x:x onerror\u000c=alert(1)>")]
    [TestCase("<a href=\"&#106;avascript&colon;alert(1)\">x</a>")]
    [TestCase("<iframe srcdoc=\"<script>alert(1)</script>\"></iframe><object data=x></object><embed src=x>")]
    [TestCase("<p title=\"`onmouseover=alert(1)\">x</p>")]
    [TestCase("<xmp><img src=x onerror=alert(1)></xmp><plaintext><script>alert(1)")]
    [TestCase("<base href=javascript:/a/><meta http-equiv=refresh content='0;url=javascript:1'><link rel=stylesheet href=x>")]
    public void Sanitize_OfAnAttack_LeavesNothingThatRuns(string html) => ShouldBeHarmless(Sanitizer.Sanitize(html));

    [Test]
    public void Sanitize_OfTheCorpusOfAttacks_LeavesNothingThatRuns()
    {
        var root = Environment.GetEnvironmentVariable("TICKITI_CORPORA");
        if (root is null || !Directory.Exists(Path.Combine(root, "dompurify")))
        {
            Assert.Ignore("TICKITI_CORPORA names no folder with the set 'dompurify'.");
        }

        var files = Directory.GetFiles(Path.Combine(root, "dompurify"), "*.html", SearchOption.AllDirectories);
        files.ShouldNotBeEmpty();
        foreach (var file in files)
        {
            ShouldBeHarmless(Sanitizer.Sanitize(File.ReadAllText(file)));
        }
    }

    [TestCase("<div>", 300_000)]
    [TestCase("<p>", 300_000)]
    [TestCase("<b><p>", 30_000)]
    [TestCase("<table><td>", 30_000)]
    [TestCase("</b>", 300_000)]
    [TestCase("<a href=x", 100_000)]
    [TestCase("<!--", 100_000)]
    public void Sanitize_OfABomb_GivesItsTextInTime(string part, int times)
    {
        var bomb = string.Concat(Enumerable.Repeat(part, times)) + "text";
        var watch = Stopwatch.StartNew();

        var html = Sanitizer.Sanitize(bomb);

        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(10));
        ShouldBeHarmless(html);
    }

    [Test]
    public void Sanitize_WhenFormattingMultiplies_GivesUpInTime()
    {
        var bomb = new StringBuilder();
        for (var i = 0; i < 500; i++)
        {
            bomb.Append("<font color=").Append(i).Append('>');
        }

        for (var i = 0; i < 20_000; i++)
        {
            bomb.Append("<p>x");
        }

        var watch = Stopwatch.StartNew();
        var html = Sanitizer.Sanitize(bomb.ToString());

        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(10));
        html.Length.ShouldBeLessThan(1_000_000);
    }

    [Test]
    public void Sanitize_WhenNestedDeep_KeepsTheText()
    {
        var html = string.Concat(Enumerable.Repeat("<div>", 1000)) + "deep" + string.Concat(Enumerable.Repeat("</div>", 1000)) + "after";

        var clean = Sanitizer.Sanitize(html);

        clean.ShouldContain("deep");
        clean.ShouldEndWith("after");
        clean.Split("<div>").Length.ShouldBe(HtmlSanitizer.MaxDepth + 1);
        clean.Split("</div>").Length.ShouldBe(HtmlSanitizer.MaxDepth + 1);
    }

    [Test]
    public void Sanitize_WhenTooLong_GivesTheText() =>
        Sanitizer.Sanitize("<script>x</script><b>kept</b>" + new string(' ', HtmlSanitizer.MaxLength)).ShouldContain("kept");

    [Test]
    public void Sanitize_OfItsOwnOutput_ChangesNothing()
    {
        const string Html = "<p style='color:red'>a<a href='https://x.example/?a&b'>b</a><img src=cid:1><ul><li>1<li>2</ul>";
        var once = Sanitizer.Sanitize(Html);

        Sanitizer.Sanitize(once).ShouldBe(once);
    }

    private static void ShouldBeHarmless(string html)
    {
        var document = new HtmlParser(new HtmlParserOptions { IsScripting = true }).ParseDocument(html);
        foreach (var element in document.All)
        {
            element.LocalName.ShouldNotBeOneOf(
                "script", "style", "iframe", "object", "embed", "link", "meta", "base", "svg", "math", "template", "form", "noscript");
            foreach (var attribute in element.Attributes.Where(one => element.LocalName is not ("html" or "head" or "body")))
            {
                attribute.Name.ShouldNotStartWith("on");
                var value = string.Concat(attribute.Value.Where(c => c > ' '));
                value.ShouldNotStartWith("javascript:", Case.Insensitive);
                value.ShouldNotStartWith("vbscript:", Case.Insensitive);
                value.ShouldNotStartWith("data:", Case.Insensitive);
            }
        }
    }
}
