using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using NUnit.Framework;
using Shouldly;
using Tickiti.Mail.Tests.Peers;

namespace Tickiti.Mail.Tests.Compose;

/// <summary>Other libraries read what we write as it was meant.</summary>
public sealed class PeerReadingTests
{
    private static readonly string[] Phrases =
    [
        "plain words", "Grüße aus Köln an alle, die so weit lesen können, dass es für zwei Zeilen reicht 😀", "=?utf-8?q?no_word?=",
        "a, b; c: \"d\" \\ (e) <f@g>", "日本語の件名はとても長くて空白がないので途中で折り返さなければなりません。そうですよね。", "שלום עולם ומה שלומך היום",
        "'in apostrophes'", "100% * 'sure' ~ it's = a?test_of #all", new string('w', 300), string.Join(' ', Enumerable.Repeat("many words", 40)),
        "e\u0301 combined \u200d and 👩‍👩‍👧‍👦 joined", "tab\tand  blanks", "x",
    ];

    private static readonly DateTimeOffset Date = new(2026, 11, 20, 16, 0, 0, TimeSpan.FromHours(1));

    [TestCase("default")]
    [TestCase("compat32")]
    public async Task Python_ReadsOurMail(string policy)
    {
        var mails = Mails(utf8: false).ToList();

        var answer = await PythonPeer.RunAsync("read_with_email.py", new { policy, mails = mails.Select(mail => mail.ToArray()) });

        Compare(mails, answer, addsBlanks: policy == "default");
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task GMime_ReadsOurMail(bool utf8)
    {
        var mails = Mails(utf8).ToList();

        var answer = await PythonPeer.RunAsync("read_with_gmime.py", new { mails = mails.Select(mail => mail.ToArray()) });

        Compare(mails, answer);
    }

    /// <summary>Every phrase in every place where one can stand, in bodies of every shape.</summary>
    private static IEnumerable<MessageComposer> Mails(bool utf8)
    {
        for (var i = 0; i < 2 * Phrases.Length; i++)
        {
            var phrase = Phrases[i % Phrases.Length];
            var mail = new MessageComposer($"{i}@example.com", Date)
            {
                AllowUtf8Headers = utf8,
                AllowEightBit = i % 3 == 0,
                FlowsText = i % 5 == 0,
                Subject = phrase,
                Text = $"{phrase}\nFrom here on\n.\n\u00fc {new string('x', i % 4 == 0 ? 2000 : 20)}\n-- \nAnn",
                Html = i % 2 == 0 ? null : $"<p>{phrase}\n<img src=\"cid:logo@x\"></p>",
                Calendar = i % 7 == 0 ? new ComposedCalendar("REQUEST", $"BEGIN:VCALENDAR\nSUMMARY:{phrase}\nEND:VCALENDAR\n") : null,
            };
            mail.From.Add(new MailAddress(phrase, "ann@example.com"));
            mail.To.AddRange([new MailAddress("bob@example.net"), new MailAddress(phrase, "b@xn--bcher-kva.example"), new MailAddress(phrase, "\"a b\"@example.net")]);
            mail.Cc.AddRange(Enumerable.Range(0, i % 4).Select(n => new MailAddress($"{n} {phrase}", $"cc{n}@example.net")));
            mail.Files.Add(new ComposedFile("logo.png", "image/png", new byte[] { 1, 2, 3 }, "logo@x"));
            mail.Files.Add(new ComposedFile($"{phrase}.pdf", "application/pdf", new byte[200 * i]));
            if (i % 4 == 1)
            {
                mail.Files.Add(ComposedFile.Forwarded("From: x@example.com\r\nSubject: inner\r\n\r\ntext\r\n"u8.ToArray(), $"{phrase}.eml"));
            }

            yield return mail;
        }
    }

    private static void Compare(List<MessageComposer> mails, JsonElement answer, bool addsBlanks = false)
    {
        var read = answer.GetProperty("mails").EnumerateArray().ToList();
        read.Count.ShouldBe(mails.Count);
        foreach (var (mail, seen) in mails.Zip(read))
        {
            seen.GetProperty("subject").GetString().ShouldBe(mail.Subject);
            seen.GetProperty("id").GetString().ShouldBe($"<{mail.MessageId}>");
            seen.GetProperty("date").GetDateTimeOffset().ShouldBe(mail.Date);
            People(seen, "from").ShouldBe(mail.From.Select(Expected));
            People(seen, "to").ShouldBe(mail.To.Select(Expected));
            People(seen, "cc").ShouldBe(mail.Cc.Select(Expected));
            seen.GetProperty("parts").EnumerateArray()
                .Select(part => string.Join(' ', part.EnumerateArray().Select(word => word.GetString())))
                .ShouldBe(MimeMessage.Parse(mail.ToArray()).LeafParts.Select(Leaf));
            seen.GetProperty("defects").EnumerateArray().Select(defect => defect.GetString()).ShouldBeEmpty();
        }

        string Name(string? name) => addsBlanks ? name?.Replace(" ", "", StringComparison.Ordinal) ?? "" : name ?? "";
        string Expected(MailAddress address) => $"{Name(address.Name)} <{address.Address}>";
        IEnumerable<string> People(JsonElement seen, string field) => seen.GetProperty(field).EnumerateArray()
            .Select(person => $"{Name(person[0].GetString())} <{person[1].GetString()}>");
    }

    private static string Leaf(MimePart part) => string.Join(
        ' ', part.ContentType.MediaType, part.FileName,
        part.Message?.Subject ?? Convert.ToHexStringLower(SHA256.HashData(Encoding.Latin1.GetBytes(
            Encoding.Latin1.GetString(part.ToArray()).Replace("\r\n", "\n", StringComparison.Ordinal)))));
}
