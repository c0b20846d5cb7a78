using System.Text;

namespace Tickiti.Testing.Mails;

/// <summary>Mails of many kinds, written for the tests, that the fuzzers start from.</summary>
public static class MailSamples
{
    public static IReadOnlyList<byte[]> All { get; } =
    [
        Bytes(
            "Return-Path: <ann@example.com>", "Received: from mail.example.com",
            "\tby mx.example.org; Fri, 20 Nov 2026 16:00:00 +0000",
            "From: =?iso-8859-1?Q?J=FCrgen_M=FCller?= <ann@example.com>", "To: undisclosed-recipients:;",
            "Cc: Team: a@example.org, \"B, C\" <b@example.org>;, (note) d@example.org",
            "Subject: =?utf-8?B?R3LDvMOfZQ==?= =?utf-8?Q?_aus_K=C3=B6ln?=",
            "Date: Fri, 20 Nov 26 16:00 GMT (comment)", "Message-ID: <1@example.com>", "References: <a@b>\t<c@d>",
            "MIME-Version: 1.0",
            "Content-Type: multipart/mixed;", " boundary=\"=_outer\"", "", "preamble", "--=_outer",
            "Content-Type: multipart/alternative; boundary==_inner", "", "--=_inner",
            "Content-Type: text/plain; charset=windows-1252; format=flowed; delsp=yes",
            "Content-Transfer-Encoding: quoted-printable", "", "Hallo =E4 ", "Welt=20", "> quote", "-- ", "Ann",
            "--=_inner",
            "Content-Type: text/html; charset=utf-8", "Content-Transfer-Encoding: base64", "",
            "PGI+SGFsbG8gPGltZyBzcmM9ImNpZDpsb2dvQHgiPjwvYj4=",
            "--=_inner--", "--=_outer", "Content-Type: image/png; name*0=\"lo\"; name*1*=g%6F.png",
            "Content-ID: <logo@x>",
            "Content-Disposition: inline; filename*=utf-8''l%C3%B6go.png", "Content-Transfer-Encoding: base64", "",
            "iVBORw0KGgo=", "--=_outer",
            "Content-Type: message/rfc822", "", "Subject: inner", "Content-Type: multipart/mixed; boundary=deep", "", "--deep", "", "x", "--deep--", "--=_outer--", "epilogue"),
        Bytes(
            "Return-Path: <>", "From: MAILER-DAEMON@example.org", "To: ann@example.com",
            "Subject: Undelivered Mail Returned to Sender",
            "Auto-Submitted: auto-replied",
            "Content-Type: multipart/report; report-type=delivery-status; boundary=\"r\"", "", "--r", "",
            "Sorry.", "--r", "Content-Type: message/delivery-status", "", "Reporting-MTA: dns; mx.example.org", "",
            "Final-Recipient: rfc822; bob@example.net", "Action: failed", "Status: 5.1.1",
            "Diagnostic-Code: smtp; 550 5.1.1 no such user", "",
            "--r", "Content-Type: text/rfc822-headers", "", "Message-ID: <2@example.com>", "--r--"),
        Bytes(
            "From: a@b.example", "Subject: Re: [#220009] Rechnung", "Content-Type: text/plain; charset=iso-2022-jp", "",
            "\u001b$B%F%9%H\u001b(B", "", "Am 20.11.2026 um 16:00 schrieb Ann:", "> Hallo", ">> Welt", "", "--", "Bob"),
        Bytes(
            "from a@b.example", "Subject : bare =?utf-8?q?broken", " =?x-unknown?b?!!!!?= =?utf-7?Q?+AGE-?=",
            "X-Ünïcode: ä", "Content-Type: text/plain; charset=utf-7", "",
            "Hi +AOQ-", "begin 644 file.txt", "#0V%T", "`", "end"),
        Bytes(
            "From: <a@example.org>", "Content-Type: text/html", "",
            "<html><head><meta charset=koi8-r><style>x</style></head><body><p>One<br>two &amp; &#x1F600;",
            "<blockquote>q<ul><li>a<li>b</ul></blockquote><a href='http://example.com/'>here</a><pre> x\n y</pre><!-- c --><table><tr><td>1<td>2</table>"),
        Bytes(
            "From: a@example.org", "Content-Type: multipart/mixed; boundary=c", "", "--c", "Content-Type: text/calendar; method=REQUEST", "",
            "BEGIN:VCALENDAR", "METHOD:REQUEST", "BEGIN:VEVENT", "DTSTART;TZID=\"Europe/Berlin\":20261120T160000", "SUMMARY:x", " y",
            "ORGANIZER;CN=Ann:mailto:a@example.org", "END:VEVENT", "END:VCALENDAR", "--c", "Content-Type: application/ms-tnef; name=winmail.dat",
            "Content-Transfer-Encoding: base64", "", "eJ8+IgEAAQIABgAIAAQAAAAAAAEACZAGAAgAAAABAAAA6AEAAhCABgAEAAAAQUJDRA==", "--c--"),
        Bytes(
            "From: a@example.org", "List-Id: A list <list.example.org>", "List-Unsubscribe: <mailto:x@y>, <https://x/y>", "Content-Type: text/html; charset=gbk", "",
            "<div>Answer</div><div class=gmail_quote><div class=gmail_attr>On Fri, 20 Nov 2026 at 16:00, Ann &lt;ann@example.com&gt; wrote:</div>",
            "<blockquote class=gmail_quote>Old</blockquote><div id=divRplyFwdMsg>From: Ann</div><div class=moz-signature>-- <br>Bob</div></div>"),
        Bytes(
            "Return-Path: <>", "From: postmaster@example.org", "Subject: Undeliverable: x", "", "Your message could not be delivered to:", "",
            "<bob@example.net>:", "    550 5.1.0 Unknown address 550-'5.2.2 full'", "", "Final-Recipient: rfc822;bob@example.net", "Action: failed", "",
            "Original message:", "From: ann@example.com", "To: bob@example.net"),
        Bytes(
            "From: no-reply@sns.amazonaws.com", "x-amz-sns-message-id: 1", "",
            "{\"notificationType\":\"Bounce\",\"bounce\":{\"bouncedRecipients\":[{\"emailAddress\":\"bob@example.net\",\"status\":\"5.1.1\"}]}}"),
    ];

    private static byte[] Bytes(params string[] lines) => Encoding.UTF8.GetBytes(string.Join("\r\n", lines));
}
