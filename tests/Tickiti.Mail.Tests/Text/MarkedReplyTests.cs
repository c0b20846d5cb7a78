using NUnit.Framework;
using Shouldly;

namespace Tickiti.Mail.Tests.Text;

public sealed class MarkedReplyTests
{
    private const string Marker = "--- Please reply above this line ---";
    private const string Quote = "\n\nOn Fri, Nov 20, 2026 at 10:00 Desk <d@desk.test> wrote:\n> " + Marker + "\n> Secret.\n";

    [TestCase("Please reboot.\n\nBest regards\nSue Example\n\nPS: the code is 1234.")]
    [TestCase("Call our technician:\n\nTom Miller\nTel. +49 30 123456\nMobile +49 170 123456")]
    [TestCase("Use these settings:\n\nFrom: ann@x.test\nTo: desk@x.test\nSubject: anything\n\nThen press send.")]
    [TestCase("Use these settings:\n\nFrom: ann@x.test\nTo: desk@x.test\nSubject: anything\nThen press send.")]
    [TestCase("Type this:\n> cd /opt\n> ./run\nand wait.")]
    [TestCase("Steps:\n--\n1. unplug\n2. plug")]
    [TestCase("Hi Ann,\n\n-- \nSue Example, Desk Ltd.")]
    [TestCase("On Monday Tom wrote:\nThe part comes on Friday.\n\nSo please wait.")]
    [TestCase("Our supplier says:\n\n-----Original Message-----\nFrom: s@supplier.test\nSubject: part\n\nIt ships on Friday.")]
    [TestCase("On second thought,\nAnn, please reboot.")]
    public void Written_WhateverItLooksLike_IsWhole(string text)
    {
        MarkedReply.WrittenIn(text, [], Marker).ShouldBe(text);
        MarkedReply.WrittenIn(text + Quote, [], Marker).ShouldBe(text);
    }

    [TestCase("\n\n-----Original Message-----\nFrom: Desk <d@desk.test>\nSent: Friday\nTo: sue@desk.test; bob@desk.test;\n carl@desk.test\nSubject: x\n\n--- Please reply above this line ---\nSecret.\n")]
    [TestCase("\n\n________________________________\nVon: Desk <d@desk.test>\nGesendet: Freitag, 20. November 2026 10:00\nAn: Sue\nBetreff: x\n\n--- Please reply above this line ---\nSecret.\n")]
    [TestCase("\n\nAm 20.11.2026 um 10:00 schrieb Desk:\n\n> --- Please reply above this line ---\n>\n> Secret.\n")]
    [TestCase("\n\nOn Fri, 20 Nov 2026 at 10:00, Desk\n<d@desk.test> wrote:\n\n> --- Please reply above this line ---\n> Secret.\n")]
    [TestCase("\n\nOn Friday Desk <d@desk.test>\nwrote:\n\n> > --- Please reply above this line ---\n> > Secret.\n")]
    [TestCase("\n--- Please reply above this line ---\nSecret.\n")]
    public void Written_AboveAQuote_IsWithoutWhatIntroducesIt(string quote) =>
        MarkedReply.WrittenIn("My answer." + quote, [], Marker).ShouldBe("My answer.");

    [TestCase("On Fri, Nov 20, 2026 at 10:00 Desk wrote:\n> --- Please reply above this line ---\n> Secret.\n\nMy answer.\n", "My answer.")]
    [TestCase("> --- Please reply above this line ---\n> Secret?\nYes.\n> Really?\nNo.\n", "Yes.\nNo.")]
    [TestCase("On Fri, Nov 20, 2026 at 10:00 Desk wrote:\n> --- Please reply above this line ---\n> Secret.\n", "")]
    [TestCase("On Fri, Nov 20, 2026 at 10:00 Desk wrote:\n\n--- Please reply above this line ---\nSecret.\n\nMy answer.\n\n-- \nSue\n", "")]
    [TestCase("--- Please reply above this line ---\nSecret.\n> old\n", "")]
    [TestCase("> --- Please reply above this line ---", "")]
    [TestCase("> --- Please reply above this line ---\nSecret.\n", "")]
    [TestCase(" \n\n", "")]
    public void Written_BelowAQuote_IsWhatIsSurelyNotOfIt(string text, string written) =>
        MarkedReply.WrittenIn(text, [], Marker).ShouldBe(written);

    [TestCase("<blockquote type=\"cite\"><div>--- Please reply above this line ---</div><p>Secret.</p></blockquote><p>My answer.</p>", "My answer.")]
    [TestCase("<p>My answer.</p><div class=\"gmail_quote\">On Fri, Nov 20, 2026 at 10:00 Desk wrote:<blockquote><div>--- Please reply above this line ---</div><p>Secret.</p></blockquote></div>", "My answer.")]
    [TestCase("<blockquote type=\"cite\"><div>--- Please reply above this line ---</div><p>Secret.</p></blockquote>", "")]
    public void Written_InHtml_IsWhatTheQuoteLeaves(string html, string written)
    {
        var quoted = new List<Range>();
        var text = HtmlToText.Convert(html, quoted);

        MarkedReply.WrittenIn(text, quoted, Marker).ShouldBe(written);
    }

    [TestCase("On Fri, Nov 20, 2026 at 10:00 Desk wrote:\n")]
    [TestCase("From: a@b.test\n")]
    [TestCase("> ")]
    [TestCase("\n")]
    public void Written_OfAnyLength_IsFoundWithinBounds(string construct)
    {
        var text = string.Concat(Enumerable.Repeat(construct, 2_000_000 / construct.Length)) + Quote;
        var started = System.Diagnostics.Stopwatch.StartNew();

        MarkedReply.WrittenIn(text, [], Marker);

        started.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(5));
    }
}
