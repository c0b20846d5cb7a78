using System.Text;
using NUnit.Framework;
using Shouldly;
using Tickiti.Mail.Dkim;
using Tickiti.Mail.Tests.Peers;

namespace Tickiti.Mail.Tests.Dkim;

/// <summary>OpenDKIM believes what we sign, and we what it signs.</summary>
public sealed class DkimPeerTests
{
    private const string Headers =
        "From: Ann\r\n\t<ann@example.com>\r\nTo: bob@example.net,\r\n  Eve  <eve@example.org>\r\nSubject:A  \t letter \r\n of two lines\t\r\n"
        + "Date: Fri, 20 Nov 2026 16:00:00 +0000\r\nMessage-ID: <1@example.com>\r\n";

    private static readonly string[] Bodies =
    [
        "", "\r\n", "\r\n\r\n\r\n", "x", "x\r\n", " \r\n", "\t\r\n \r\n", "Dear  Bob, \t \r\n\r\n\r\n \tAnn\t\r\n\r\n \r\n\r\n", ".\r\n..x\r\n",
        "caf\u00e9\r\n", new string('x', 20_000) + "\r\n", string.Concat(Enumerable.Repeat("a line  of text \r\n\r\n", 5_000)),
    ];

    private static byte[][] Mails => [.. Bodies.Select(body => Encoding.UTF8.GetBytes($"{Headers}\r\n{body}")), Composed()];

    [Test]
    public async Task OpenDkim_BelievesOurSignatures()
    {
        var forms = Enum.GetValues<DkimCanonicalization>();
        var signed = new List<byte[]>();
        var record = "";
        foreach (var options in forms.SelectMany(header => forms.Select(body =>
            new DkimSignerOptions { HeaderCanonicalization = header, BodyCanonicalization = body, Lifetime = TimeSpan.FromDays(1) })))
        {
            using var signer = new DkimSigner("example.com", "s1", DkimKeys.Rsa, options);
            signed.AddRange(Mails.Select(mail => (byte[])[.. signer.Sign(mail), .. mail]));
            record = signer.KeyRecord;
        }

        var spoiled = signed.Select(mail => Spoiled(mail)).ToList();
        var answer = await PythonPeer.RunAloneAsync("opendkim_verify.py", new
        {
            records = new Dictionary<string, string> { ["s1._domainkey.example.com"] = record },
            mails = signed.Concat(spoiled),
        });

        var answers = answer.GetProperty("answers").EnumerateArray().ToList();
        answers.Take(signed.Count).ShouldAllBe(one => one.GetProperty("passed").GetBoolean());
        answers.Skip(signed.Count).ShouldAllBe(one => !one.GetProperty("passed").GetBoolean());
    }

    [Test]
    public async Task OurVerifier_BelievesOpenDkim()
    {
        var verifier = new DkimVerifier(new DkimKeys(("s1._domainkey.example.com", DkimKeyRecord.For(DkimKeys.Rsa))));

        var answer = await PythonPeer.RunAsync("opendkim_sign.py", new
        {
            key = DkimKeys.Rsa.ExportPkcs8PrivateKeyPem(),
            selector = "s1",
            domain = "example.com",
            // It takes whole lines only, as SMTP brings them.
            mails = Mails.Where(mail => mail[^1] == '\n'),
        });

        foreach (var mail in answer.GetProperty("signed").EnumerateArray().Select(one => one.GetBytesFromBase64()))
        {
            (await verifier.VerifyAsync(MimeMessage.Parse(mail), CancellationToken.None)).ShouldHaveSingleItem()
                .Verdict.ShouldBe(DkimVerdict.Pass, Encoding.UTF8.GetString(mail));
            (await verifier.VerifyAsync(MimeMessage.Parse(Spoiled(mail)), CancellationToken.None)).ShouldHaveSingleItem()
                .Verdict.ShouldBe(DkimVerdict.Fail);
        }
    }

    private static byte[] Spoiled(byte[] mail) => Encoding.Latin1.GetBytes(
        Encoding.Latin1.GetString(mail).Replace("@example.com>", "@example.com.evil>", StringComparison.Ordinal));

    private static byte[] Composed()
    {
        var mail = new MessageComposer("1@example.com", new DateTimeOffset(2026, 11, 20, 16, 0, 0, TimeSpan.Zero))
        {
            Subject = "Grüße aus Köln an alle, die so weit lesen können, dass es für zwei Zeilen reicht",
            Html = "<p>Schönen Tag <img src=\"cid:logo@x\"></p>",
        };
        mail.From.Add(new MailAddress("Ann Müller", "ann@example.com"));
        mail.To.Add(new MailAddress("Jürgen", "j@bücher.example"));
        mail.Files.Add(new ComposedFile("logo.png", "image/png", new byte[1000], "logo@x"));
        mail.Files.Add(new ComposedFile("Überweisung.pdf", "application/pdf", new byte[1000]));
        return mail.ToArray();
    }
}
