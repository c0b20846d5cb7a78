using NUnit.Framework;
using Shouldly;

namespace Tickiti.Mail.Tests.Text;

public sealed class ReplyFolderTests
{
    [FsCheck.NUnit.Property]
    public void Fold_OfAnyText_JoinsToTheText(string? text) => Joined(text ?? "").ShouldBe(text ?? "");

    [TestCase("On Fri, 20 Nov 2026 at 16:00, Ann <ann@example.com> wrote:\n> Hello\n> there")]
    [TestCase("On Fri, 20 Nov 2026 at 16:00, Ann Example With A Long Name\n<ann@example.com> wrote:\n\n> Hello\n")]
    [TestCase("Am 20.11.2026 um 16:00 schrieb Ann Example:\n> Hallo\n")]
    [TestCase("Ann Example <ann@example.com> schrieb am Fr., 20. Nov. 2026\num 16:00 Uhr:\n\n> Hallo\n")]
    [TestCase("Le 20/11/2026 à 16:00, Ann a écrit :\n> Bonjour\n")]
    [TestCase("El 20 nov 2026, a las 16:00, Ann <ann@example.com> escribió:\n\n> Hola\n")]
    [TestCase("Il giorno 20 nov 2026, alle ore 16:00, Ann ha scritto:\n> Ciao\n")]
    [TestCase("20 ноября 2026 г., 16:00 пользователь Ann написал:\n> Привет\n")]
    [TestCase("在 2026年11月20日,下午4:00,Ann <ann@example.com> 写道：\n> 你好\n")]
    [TestCase("2026-11-20 16:00 GMT+01:00 Ann <ann@example.com>:\n> Hello\n")]
    [TestCase("-----Original Message-----\nFrom: Ann\nSent: Friday\nTo: Bob\n\nHello\n")]
    [TestCase("-----Ursprüngliche Nachricht-----\nVon: Ann\n\nHallo\n")]
    [TestCase("________________________________\nFrom: Ann <ann@example.com>\nSent: Friday, 20 November 2026 16:00\nTo: Bob\nSubject: Hello\n\nHello\n")]
    [TestCase("*Von:* Ann\n*Gesendet:* Freitag\n*An:* Bob\n*Betreff:* Hallo\n\nHallo\n")]
    [TestCase("##- Please reply above this line -##\nHello\n")]
    [TestCase("> ##- Please reply above this line -##\n> Hello\n")]
    [TestCase("--- Reply above this line ---\nHello\n")]
    [TestCase("Bitte antworten Sie oberhalb dieser Linie\nHallo\n")]
    [TestCase("-----Ann Example <ann@example.com> wrote: -----\nTo: bob@example.org\nFrom: Ann\nDate: 11/20/2026\n\nHello\n")]
    [TestCase("From: Ann Example <ann@example.com>\nSender: ann@example.com\nDate: Fri, 20 Nov 2026\nTo: bob@example.org\n\nHello\n")]
    [TestCase("Date: Fri, 20 Nov 2026 16:00:00 +0100\nFrom: ann@example.com\nTo: bob@example.org\n\nHello\n")]
    [TestCase("On Tue, Nov 3, 2026 at 10:00 AM, Ann Example with a long name\n(Example, Department) <ann@example.com>\nwrote:\n\n> Hello\n")]
    [TestCase("On 11/3/26 10:00, Ann wrote:\n> Hello\n\n_______________\nusers mailing list\nhttps://lists.example.com/users\n")]
    [TestCase("2026/11/3 Ann <ann@example.com>\n\n| Hello\n| there\n")]
    [TestCase("---\n*Previous Replies*\n\nHello\n")]
    public void Fold_WhenAMailIsQuotedBelow_ShowsTheAnswer(string quoted) =>
        Visible("Thanks, that works.\n\n" + quoted).ShouldBe("Thanks, that works.\n\n");

    [TestCase("-- \nBob Example\n+49 30 123")]
    [TestCase("--\nBob")]
    [TestCase("Sent from my iPhone")]
    [TestCase("Von meinem iPhone gesendet")]
    [TestCase("---\nBob")]
    [TestCase("*****************\nThis email and any files with it are confidential.\nDelete it.\n*****************\n")]
    [TestCase("_______________\nusers mailing list\nhttps://lists.example.com/users\n")]
    [TestCase("- Bob")]
    [TestCase("This e-mail and any attachments are confidential and intended solely for the addressee.\n")]
    [TestCase("Diese E-Mail enthält vertrauliche Informationen. Wenn Sie nicht der richtige Adressat sind, vernichten Sie sie.\n")]
    [TestCase("Ann Example\nHead of Printing\nExample Ltd\n+49 (30) 123 456-78\nwww.example.com\n")]
    [TestCase("-----------\n\nAnn Example\n\nt. 555-931-0702\n\nhttps://example.com/\n")]
    public void Fold_WhenASignatureEnds_FoldsIt(string signature) =>
        Visible("Thanks, that works.\n\n" + signature).ShouldBe("Thanks, that works.\n\n");

    [Test]
    public void Fold_WhenAnswersStandBetweenQuotes_ShowsThem() =>
        Visible("On Fri, 20 Nov 2026, Ann wrote:\n> Is it red?\n\nYes.\n\n> Is it blue?\nNo.\n").ShouldBe("\nYes.\n\nNo.\n");

    [TestCase("> all of it\n> is quoted\n")]
    [TestCase("-----Original Message-----\nFrom: Ann\n\nHello\n")]
    [TestCase("-- \nBob\n")]
    public void Fold_WhenNothingWouldBeLeft_ShowsEverything(string text) => Visible(text).ShouldBe(text);

    [TestCase("I wrote to you on Monday about:\n- the first\n- the second\n")]
    [TestCase("From: what you say I take it works.\nThat is all.\n")]
    [TestCase("The list:\n-- \nis here\n> 5 items", "The list:\n")]
    [TestCase("Price -- 5 EUR\nand more text\n")]
    [TestCase("Send it to:\n\nAnn Example\nSmall Street 1\n+49 30 1234567\n")]
    [TestCase("Hello,\n\nAnn Example\nOrder 12345678\nBlue\n")]
    [TestCase("Hello,\n\nAnn Example\n20.11.2026 16:00\nBlue\n")]
    [TestCase("Hello,\n\nThe Printer\n192.168.10.25\nBlue\n")]
    [TestCase("From: Berlin\nTo: Paris\nDate: 20 November\n")]
    [TestCase("Is this confidential?\n\nYes it is.\n")]
    [TestCase("-- FOUR items\n-- EIGHT items\n\nThat is all.\n")]
    [TestCase("Preface\n\n--------------------\nThe important part\n")]
    public void Fold_WhenTextOnlyLooksLikeIt_ShowsIt(string text, string? expected = null) => Visible(text).ShouldBe(expected ?? text);

    private static string Visible(string text)
    {
        Joined(text).ShouldBe(text);
        return string.Concat(ReplyFolder.Fold(text).Where(span => span.Kind == ReplySpanKind.Visible).Select(span => span.Text));
    }

    private static string Joined(string text) => string.Concat(ReplyFolder.Fold(text).Select(span => span.Text));
}
