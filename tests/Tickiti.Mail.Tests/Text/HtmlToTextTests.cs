using NUnit.Framework;
using Shouldly;

namespace Tickiti.Mail.Tests.Text;

public sealed class HtmlToTextTests
{
    [TestCase("", "")]
    [TestCase("plain", "plain\n")]
    [TestCase("<p>One</p><p>Two</p>", "One\n\nTwo\n")]
    [TestCase("One<br>Two<br/>Three", "One\nTwo\nThree\n")]
    [TestCase("<div>One</div><div>Two</div>", "One\nTwo\n")]
    [TestCase("a \r\n  b&nbsp;c &amp; &lt;d&gt; &#8364; &#x1F600;", "a b c & <d> € 😀\n")]
    [TestCase("<ul><li>a<li>b</ul>x", "* a\n* b\n\nx\n")]
    [TestCase("<ol><li>a</li><li>b</li></ol>", "1. a\n2. b\n")]
    [TestCase("<blockquote>a<br>b<blockquote>c</blockquote></blockquote>d", "> a\n> b\n>> c\nd\n")]
    [TestCase("<pre>a\n  b</pre>", "a\n  b\n")]
    [TestCase("<a href=\"https://example.com/x\">here</a>", "here <https://example.com/x>\n")]
    [TestCase("<a href=\"https://example.com\">https://example.com/</a>", "https://example.com/\n")]
    [TestCase("<a href=\"javascript:alert(1)\">here</a>", "here\n")]
    [TestCase("<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>", "1 2\n3\n")]
    [TestCase("<style>p { }</style><script>x < y</script>text<title>t</title>", "text\n")]
    [TestCase("a<!-- <p>comment</p> -->b", "ab\n")]
    [TestCase("1 < 2 and 3 > 2", "1 < 2 and 3 > 2\n")]
    [TestCase("<img alt=\"Logo\" src=x>", "Logo\n")]
    [TestCase("<p title=\"a > b\">text</p>", "text\n")]
    [TestCase("<p>never closed", "never closed\n")]
    [TestCase("<", "<\n")]
    [TestCase("&#0;&#xD800;x", "&#xD800;x\n")]
    public void Convert_MakesAReadableText(string html, string expected) => HtmlToText.Convert(html).ShouldBe(expected);

    [FsCheck.NUnit.Property]
    public void Convert_OfAnyText_Ends(string? html)
    {
        var text = HtmlToText.Convert(html ?? "");

        text.Length.ShouldBeLessThanOrEqualTo(((html?.Length ?? 0) * 20) + 1);
    }
}
