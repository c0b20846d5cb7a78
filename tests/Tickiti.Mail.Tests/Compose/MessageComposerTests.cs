using System.Text;
using NUnit.Framework;
using Shouldly;

namespace Tickiti.Mail.Tests.Compose;

public sealed class MessageComposerTests
{
    [Test]
    public void ToArray_WhenEverythingIsSet_IsReadBackEqual()
    {
        var mail = Composer();
        mail.To.Add(new MailAddress("Müller, Jürgen", "jürgen.müller@bücher.example".Replace("ü", "u", StringComparison.Ordinal)));
        mail.Cc.Add(new MailAddress("o\"Brien (x)", "ob@bücher.example"));
        mail.Subject = "Grüße aus Köln, die so lang sind, dass sie in einer Zeile keinen Platz haben, ganz bestimmt nicht";
        mail.InReplyTo.Add("<q@example.org>");
        mail.References.AddRange(["r@example.org", "q@example.org"]);
        mail.Html = "<p>Hallo <img src=\"cid:logo@x\"></p>";
        mail.Text = "Hallo\n-- \nAnn";
        mail.Files.Add(new ComposedFile("logo.png", "image/png", new byte[] { 1, 2, 3 }, "logo@x"));
        mail.Files.Add(new ComposedFile("Überweisung mit sehr langem Namen und noch etwas mehr.pdf", "application/pdf", new byte[100]));
        mail.AddHeader("X-Ticket", "220009");

        var bytes = mail.ToArray();
        var read = MimeMessage.Parse(bytes);

        read.Subject.ShouldBe(mail.Subject);
        read.From.ShouldBe(mail.From);
        read.To.ShouldBe(mail.To);
        read.Cc.ShouldBe([new MailAddress("o\"Brien (x)", "ob@xn--bcher-kva.example")]);
        read.MessageId.ShouldBe("1@example.com");
        read.InReplyTo.ShouldBe(["q@example.org"]);
        read.References.ShouldBe(["r@example.org", "q@example.org"]);
        read.Date.ShouldBe(mail.Date);
        read.TextBody.ShouldBe("Hallo\n-- \nAnn");
        read.HtmlBody.ShouldBe(mail.Html);
        read.Attachments.Select(file => file.FileName).ShouldBe(mail.Files.Select(file => file.FileName));
        read.Attachments.Select(file => file.IsInline).ShouldBe([true, false]);
        read.Attachments[1].Part.ToArray().ShouldBe(new byte[100]);
        read.Headers["X-Ticket"].ShouldBe("220009");
        read.Defects.ShouldBeEmpty();
        mail.ToArray().ShouldBe(bytes);
        Encoding.ASCII.GetString(bytes).Split("\r\n").ShouldAllBe(line => line.Length <= 78);
        bytes.ShouldAllBe(value => value < 128);
    }

    [TestCase("X: y")]
    [TestCase("X\r\nBcc")]
    [TestCase("")]
    [TestCase("Subject")]
    public void AddHeader_WhenTheNameIsNone_Refuses(string name) =>
        Should.Throw<ArgumentException>(() => Composer().AddHeader(name, "value"));

    [TestCase("a\r\nBcc: b@example.com")]
    [TestCase("a\nb")]
    [TestCase("a\0b")]
    public void AddHeader_WhenTheValueBreaksTheLine_Refuses(string value) =>
        Should.Throw<ArgumentException>(() => Composer().AddHeader("X-Test", value));

    [TestCase("a@example.com\r\nBcc: b@example.com")]
    [TestCase("a b@example.com")]
    [TestCase("example.com")]
    [TestCase("")]
    public void Add_WhenTheAddressIsNone_Refuses(string address) =>
        Should.Throw<ArgumentException>(() => Composer().To.Add(new MailAddress(address)));

    [Test]
    public void Subject_WhenItHasLineBreaks_BecomesOneLine()
    {
        var mail = Composer();
        mail.Subject = "a\r\nBcc: x@example.com\0\tb";

        var read = MimeMessage.Parse(mail.ToArray());

        read.Subject.ShouldBe("a Bcc: x@example.com b");
        read.Bcc.ShouldBeEmpty();
    }

    [Test]
    public void References_WhenThereAreMany_KeepTheFirstAndTheLast()
    {
        var mail = Composer();
        mail.References.AddRange(Enumerable.Range(0, 500).Select(number => $"id-{number}@example.com"));

        var header = MimeMessage.Parse(mail.ToArray()).Headers.Find("References").ShouldNotBeNull();

        header.Raw.Length.ShouldBeLessThan(1000);
        var ids = MimeMessage.Parse(mail.ToArray()).References;
        ids[0].ShouldBe("id-0@example.com");
        ids[^1].ShouldBe("id-499@example.com");
        ids.Count.ShouldBeGreaterThan(20);
    }

    private static MessageComposer Composer()
    {
        var mail = new MessageComposer("1@example.com", new DateTimeOffset(2026, 11, 20, 16, 0, 0, TimeSpan.Zero));
        mail.From.Add(new MailAddress("Ann", "ann@example.com"));
        return mail;
    }
}
