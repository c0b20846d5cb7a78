using NUnit.Framework;
using Shouldly;
using Tickiti.Testing.Mails;

namespace Tickiti.Mail.Tests.Text;

public sealed class ForwardReaderTests
{
    [TestCase("Printer", "Please help.\n\n---------- Forwarded message ---------\nFrom: Ann Example <ann@x.test>\nDate: Fri\nSubject: Printer\n\nIt broke.", "ann@x.test")]
    [TestCase("Fwd: Printer", "Begin forwarded message:\n\n> From: Ann <ann@x.test>\n> Subject: Printer\n> \n> It broke.", "ann@x.test")]
    [TestCase("FW: Printer", "See below\n\nFrom: Ann Example [mailto:ann@x.test]\nSent: Friday\nTo: Bob\nSubject: Printer\n\nIt broke.", "ann@x.test")]
    [TestCase("WG: Drucker", "-----Ursprüngliche Nachricht-----\nVon: Ann <ann@x.test>\nGesendet: Freitag\nAn: Bob\nBetreff: Drucker\n\nKaputt.", "ann@x.test")]
    [TestCase("WG: Drucker", "-------- Weitergeleitete Nachricht --------\nBetreff: \tDrucker\nDatum: \tFri\nVon: \tAnn <ann@x.test>\nAn: \tbob@y.test\n\nKaputt.", "ann@x.test")]
    [TestCase("TR: Imprimante", "De : Ann <ann@x.test>\nEnvoyé : vendredi\nÀ : Bob <bob@y.test>\nObjet : Imprimante\n\nCassé.", "ann@x.test")]
    [TestCase("RV: Impresora", "De: Ann <ann@x.test>\nEnviado el: viernes\nPara: Bob\nAsunto: Impresora\n\nRota.", "ann@x.test")]
    [TestCase("ENC: Impressora", "De: Ann <ann@x.test>\nEnviada em: sexta\nPara: Bob\nAssunto: Impressora\n\nQuebrada.", "ann@x.test")]
    [TestCase("Fwd: Принтер", "-------- Пересылаемое сообщение --------\nОт кого: Ann <ann@x.test>\nКому: bob@y.test\nТема: Принтер\n\nСломан.", "ann@x.test")]
    [TestCase("转发: 打印机", "-----原始邮件-----\n发件人: Ann <ann@x.test>\n发送时间: 2026\n收件人: bob@y.test\n主题: 打印机\n\n坏了", "ann@x.test")]
    [TestCase("Fwd: x", "---------- Forwarded message ---------\nFrom: A very long name that wraps\n <ann@x.test>\nDate: Fri\n", "ann@x.test")]
    [TestCase("Fwd: x", "---------- Forwarded message ---------\nFrom: Ann <ann@x.test <mailto:ann@x.test>>\nTo: bob@y.test\n", "ann@x.test")]
    [TestCase("Fwd: x", "---------- Forwarded message ---------\nFrom: \"x@evil.test\" <ann@x.test>\nDate: Fri\n", "ann@x.test")]
    [TestCase("Fwd: x", "---------- Forwarded message ---------\nFrom: Ann (mailto:x@evil.test) <ann@x.test>\nDate: Fri\n", "ann@x.test")]
    [TestCase("Fwd: x", "---------- Forwarded message ---------\nFrom: x@evil.test\n <ann@x.test>\nDate: Fri\n", "ann@x.test")]
    [TestCase("Fwd: x", "---------- Forwarded message ---------\nFrom: Ann <ann@x.test>\nbob@y.test asks:\n", "ann@x.test")]
    [TestCase("FW: x", "From: desk@y.test [mailto:desk@y.test] On Behalf Of Ann\n [ann@x.test]\nSent: Fri\nTo: Bob\nSubject: x\n", "ann@x.test")]
    [TestCase("Fwd: x", "Look:\n\nFrom: boss@y.test\nSent: x\nTo: y\nSubject: z\n\n---------- Forwarded message ---------\nFrom: Ann <ann@x.test>\nDate: Fri\n", "ann@x.test")]
    [TestCase("Re: Printer", "Thanks!\n\nFrom: Ann Example <ann@x.test>\nSent: Friday\nTo: Bob\nSubject: Printer\n\nIt broke.", null)]
    [TestCase("Fwd: x", "---------- Forwarded message ---------\nFrom: nobody in particular\nTo: bob@y.test\n", null)]
    [TestCase("Fwd: x", "On Fri, Ann <ann@x.test> wrote:\n> It broke.", null)]
    [TestCase("Fwd: empty", "", null)]
    [TestCase(null, "From: ann@x.test is what I read\n", null)]
    public void Sender_OfAForward_IsWhoWroteItFirst(string? subject, string text, string? expected) =>
        ForwardReader.OriginalSender(subject, text).ShouldBe(expected);

    [TestCase("forwarded_email_1.eml")]
    [TestCase("forwarded_email_4.eml")]
    public void Sender_OfAForwardInTheCorpora_IsFound(string file)
    {
        if (Corpora.Folder() is not { } folder)
        {
            Assert.Ignore("The corpora are not there.");
            return;
        }

        var mail = MimeMessage.Parse(File.ReadAllBytes(Path.Combine(folder, "discourse", "emails", file)));

        ForwardReader.OriginalSender(mail.Subject, mail.TextBody!).ShouldBe("some@one.com");
    }

    [TestCase("From:")]
    [TestCase("---------- Forwarded message ---------\n")]
    [TestCase("From: @@@@@@@@@@@@\n")]
    [TestCase("Fwd: @ ")]
    public void Sender_OfAnyLength_IsLookedForWithinBounds(string construct)
    {
        var text = string.Concat(Enumerable.Repeat(construct, 2_000_000 / construct.Length));
        var started = System.Diagnostics.Stopwatch.StartNew();

        ForwardReader.OriginalSender("Fwd: x", text);

        started.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(5));
    }
}
