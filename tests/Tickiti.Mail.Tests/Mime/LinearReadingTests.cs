using System.Text;
using NUnit.Framework;
using Shouldly;
using Tickiti.Testing.Mails;

namespace Tickiti.Mail.Tests.Mime;

/// <summary>
/// Inputs that repeat one awkward construct: four times the input may take four times the processor time and memory, and never
/// the sixteen times of a nested search. Processor time, not the clock: other programs on the machine do not count.
/// </summary>
[NonParallelizable]
public sealed class LinearReadingTests
{
    private const int Size = 128 * 1024;
    private const int Factor = 4;

    /// <summary>Between linear and quadratic.</summary>
    private const int MostGrowth = 10;

    private const int Rounds = 4;

    /// <summary>What is nested over half a megabyte takes longer than this, and compilation on the way less.</summary>
    private static readonly TimeSpan TooShortToTell = TimeSpan.FromMilliseconds(300);

    private static IEnumerable<TestCaseData> Pieces()
    {
        (string Frame, string[] Pieces)[] all =
        [
            ("Subject: {0}", ["=?a?q?", "=?utf-8?q?a?= ", "=?utf-8?b?w7w=?= =?gb2312?q?=B2?= ", "\r\n ", "=?utf-8?q?=", "?=", "\u00fc", "=?a?b? "]),
            ("From: {0}", ["(", "\\\"", "\"", "<,", "<", "a,", "a@b,", "a@b ", "x:", "x:;", "()", "\"a\" <b@c>, ", "@,", "=?utf-8?q?a?= <b@c>,"]),
            ("References: {0}", ["<a", "<a@b>", "a@b ", "< "]),
            ("Message-ID: {0}", ["<a", "<> ", "a "]),
            ("Date: {0}", ["(", "1 ", "Jan ", "1:"]),
            ("List-Unsubscribe: {0}", ["<", "<a>", "a "]),
            ("Received: {0}", ["from x by y; ", "\r\n\t"]),
            ("Content-Type: text/plain; {0}", ["name*0=\"", "name*1*=a;", "name*0*='';", "(", "a=b;", "a b ", "name=\"\\\" ", "="]),
            ("Content-Disposition: attachment; {0}", ["filename*0*=%C3", "filename=a;", "\"", ";;"]),
            ("Content-Type: multipart/mixed; boundary=b\r\n\r\n{0}",
                ["--b\r\n", "--b\r\nContent-Type: multipart/mixed\r\n\r\n", "\r\n--", "--bb\r\n", "--b--\r\n", "--b\r\nX: y\r\n", "--b\r\n\r\nx\r\n"]),
            ("Content-Type: multipart/mixed\r\n\r\n{0}", ["--a\r\nContent-Type: text/plain\r\n\r\n", "--x\r\n"]),
            ("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n{0}", ["<img src=cid:a> ", "<div>"]),
            ("Content-Type: text/html\r\n\r\n{0}",
            [
                "<a href=\"", "<!--", "<blockquote><ul><li>", "<script></", "&#x", "&amp;", "cid:a ", "<", "<div class=gmail_quote>",
                "<div class=\"gmail_quote\">a<blockquote>b</blockquote></div>", "<div class=moz-signature>x</div>", "<a href='http://x'>", "<b a='",
                "<pre>\n", "<br>", "</div>", "<div id=divRplyFwdMsg>", "<p style=\"a:b\">x", "<title>", "<ol><li>x",
            ]),
            ("Content-Type: text/plain; format=flowed; delsp=yes\r\n\r\n{0}", ["a \r\n", "> a \r\n>> b \r\n", "> \r\n", "-- \r\n"]),
            ("Content-Transfer-Encoding: base64\r\n\r\n{0}", ["=", "A=", "AAAA", "A\r\n", "!"]),
            ("Content-Transfer-Encoding: quoted-printable\r\n\r\n{0}", ["=", "=\r\n", "= ", "=41", " \r\n", "=3"]),
            ("Content-Type: text/plain; charset=utf-7\r\n\r\n{0}", ["+", "+AOQ-", "+A"]),
            ("Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n{0}", ["\u001b$B%F\u001b(B", "\u001b$"]),
            ("Content-Type: text/calendar\r\n\r\n{0}", ["BEGIN:VEVENT\r\n", " x\r\n", "SUMMARY:x\r\n", ";", "END:VEVENT\r\n", "A;B=\"\r\n"]),
            ("X-A: b\r\n\r\n{0}",
            [
                "> a\n", "On a wrote:\n", "-- \n", "---\n", "-----\n\n", "\n", "a\n\n", "_______\nconfidential\n", "From: a@b\n", "From: a\nTo: b\n",
                "Date: a\nTo: b\n", "-----Original Message-----\n", "Sent from my iPhone\n", "- a\n", "On Mon, ", "Ann Bell\n+49 30 1234567\n\n",
                "confidential, in error\n\n", "begin 644 a\n", "begin 644 a\n#0V%T\n`\nend\n", "\nend", "2026-11-20 10:00 <a@b>:\n", ">>> a >>>\n", "a:\n",
                "On 20 Nov 2026 10:00\n\n\n\n",
            ]),
            ("From: MAILER-DAEMON@x\r\n\r\n{0}",
            [
                "<a@example.com>:\n", "a@example.com b@example.com ", "Received: x\n", "original message\n", "Final-Recipient: rfc822;a@b\n",
                "5.1.1 ", "550 ", "550 5.1.0 ", "5.", "To: a@example.com\n", "RCPT TO:<a@example.com>\n\n", "@", "a@b.c\nFrom: x\n",
            ]),
            ("Content-Type: message/delivery-status\r\n\r\n{0}",
                ["Final-Recipient: rfc822;a@b\r\n", "Final-Recipient: rfc822;a@b\r\n\r\n", "X: y\r\n", "junk\r\n", "\r\n", "Status: 5.0.0\r\n"]),
            ("Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\n\r\na@example.com 5.1.1\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n{0}",
                ["Final-Recipient: rfc822;a@example.com\r\nStatus: 5.0.0\r\n\r\n"]),
            ("x-amz-sns-message-id: 1\r\n\r\n{0}", ["{\"a\":", "[", "{\"Message\":\"{}\"}", "\n "]),
            ("{0}", ["a:\r\n", "junk\r\n", "\r\n", "a: b\r\n c\r\n", "From x\r\n", ":", "\r", "\n", "\r\n ", "Content-Type: message/rfc822\r\n\r\n"]),
        ];
        foreach (var (frame, pieces) in all)
        {
            foreach (var piece in pieces)
            {
                yield return new TestCaseData(frame, piece).SetArgDisplayNames(Shown(frame), Shown(piece));
            }
        }
    }

    [TestCaseSource(nameof(Pieces))]
    public void Parse_WhenAPieceIsRepeated_StaysLinear(string frame, string piece)
    {
        MailReading.Everything(Repeated(frame, piece, 4096));

        var (few, many) = (Repeated(frame, piece, Size), Repeated(frame, piece, Factor * Size));
        var (of, ofMany) = (Measure(few), Measure(many));
        for (var round = 1; round < Rounds && !IsLinear(of, ofMany); round++)
        {
            // Pools fill and code is compiled meanwhile: the dearer of the few, the cheaper of the many.
            of = of.Max(Measure(few));
            ofMany = ofMany.Min(Measure(many));
        }

        IsLinear(of, ofMany).ShouldBeTrue($"{ofMany} after {of}");
    }

    private static bool IsLinear(Cost of, Cost ofMany) =>
        (ofMany.Time < TooShortToTell || ofMany.Time < MostGrowth * of.Time) && ofMany.Bytes < (MostGrowth / 2 * of.Bytes) + (1024 * 1024);

    private static Cost Measure(byte[] raw)
    {
        var (time, bytes) = (Environment.CpuUsage.TotalTime, GC.GetAllocatedBytesForCurrentThread());
        MailReading.Everything(raw);
        return new Cost(Environment.CpuUsage.TotalTime - time, GC.GetAllocatedBytesForCurrentThread() - bytes);
    }

    private static byte[] Repeated(string frame, string piece, int size) =>
        Encoding.UTF8.GetBytes(frame.Replace("{0}", string.Concat(Enumerable.Repeat(piece, size / piece.Length)), StringComparison.Ordinal));

    private static string Shown(string text) =>
        text.Replace("\r", "\\r", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal).Replace("\u001b", "ESC", StringComparison.Ordinal);

    private sealed record Cost(TimeSpan Time, long Bytes)
    {
        public Cost Max(Cost other) => new(Time > other.Time ? Time : other.Time, Math.Max(Bytes, other.Bytes));

        public Cost Min(Cost other) => new(Time < other.Time ? Time : other.Time, Math.Min(Bytes, other.Bytes));
    }
}
