using System.Globalization;
using System.Text;
using Microsoft.Extensions.Options;
using NUnit.Framework;
using Shouldly;
using Tickiti.Application.Common;
using Tickiti.Application.IncomingMails;
using Tickiti.Application.SentMails;
using Tickiti.Domain.Common;
using Tickiti.Domain.IncomingMails;
using Tickiti.Domain.Mailboxes;
using Tickiti.Domain.Queues;
using Tickiti.Domain.SentMails;
using Tickiti.Domain.Tickets;
using Tickiti.Domain.Users;

namespace Tickiti.UnitTests.IncomingMails;

public sealed class IntakeStepTests
{
    private const string Ours = "support@desk.test";
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 10, 0, 0, TimeSpan.Zero);

    private readonly MessageIds _ids = new(new Keys());
    private readonly MailOptions _options = new() { TrustedAuthservIds = { "mx.desk.test" } };
    private MailFilter _filter = MailFilter.Empty;

    [SetUp]
    public void FilterNothing() => _filter = MailFilter.Empty;

    [TestCase("From: a@customer.test", "a@customer.test")]
    [TestCase("From: A@Customer.Test\r\nReply-To: b@customer.test", "a@customer.test")]
    [TestCase("From: support@desk.test\r\nReply-To: b@customer.test", "b@customer.test")]
    [TestCase("From: support+web@desk.test\r\nReply-To: b@customer.test", "b@customer.test")]
    [TestCase("From: no-reply@shop.test\r\nReply-To: b@customer.test", "b@customer.test")]
    [TestCase("From: do_not_reply@shop.test\r\nReply-To: b@customer.test", "b@customer.test")]
    [TestCase("From: no-reply@shop.test", "no-reply@shop.test")]
    [TestCase("From: nobody", null)]
    [TestCase("Subject: no From at all", null)]
    public void NewTicket_WhoeverWrites_HasTheOriginator(string headers, string? originator) =>
        Decide(headers).ShouldBeOfType<Opens>().Originator?.Key.ShouldBe(originator);

    [TestCase("To: support@desk.test, b@customer.test\r\nCc: C@customer.test", "b@customer.test,c@customer.test")]
    [TestCase("To: a@customer.test, support+tag@desk.test", "")]
    [TestCase("To: staff@desk.test", "")]
    [TestCase("To: info@desk.test\r\nX-Original-To: info@desk.test", "")]
    public void NewTicket_WhoeverElseIsAddressed_TakesPartIfOutside(string headers, string participants) =>
        string.Join(',', Decide($"From: a@customer.test\r\n{headers}").ShouldBeOfType<Opens>().Participants.Select(one => one.Key))
            .ShouldBe(participants);

    [TestCase("From: staff@desk.test", typeof(IsHeld))]
    [TestCase("Authentication-Results: mx.desk.test; dmarc=pass header.from=desk.test\r\nFrom: staff@desk.test", typeof(Opens))]
    [TestCase("Authentication-Results: mx.desk.test; spf=pass; dkim=pass (good) header.d=desk.test\r\nFrom: staff@desk.test", typeof(Opens))]
    [TestCase("Authentication-Results: mx.desk.test; dkim=pass header.d=other.test\r\nFrom: staff@desk.test", typeof(IsHeld))]
    [TestCase("Authentication-Results: mx.desk.test; dmarc=fail (dmarc=pass header.from=desk.test)\r\nFrom: staff@desk.test", typeof(IsHeld))]
    [TestCase("Authentication-Results: mx.desk.test; spf=pass reason=\"; dmarc=pass header.from=desk.test\"\r\nFrom: staff@desk.test", typeof(IsHeld))]
    [TestCase("Authentication-Results: mx.desk.test; spf=pass smtp.mailfrom==?utf-8?q?x=3B_dmarc=3Dpass_header.from=3Ddesk.test?= \r\nFrom: staff@desk.test", typeof(IsHeld))]
    [TestCase("Authentication-Results: mx.desk.test; spf=pass smtp.mailfrom= =?utf-8?q?x=3B_dmarc=3Dpass_header.from=3Ddesk.test?= \r\nFrom: staff@desk.test", typeof(IsHeld))]
    [TestCase("Authentication-Results: mx.desk.test; spf=pass smtp.mailfrom==?utf-8?q?x=3B_dmarc=3Dpass_header.from=3Ddesk.test?=@evil.test\r\nFrom: staff@desk.test", typeof(IsHeld))]
    [TestCase("Authentication-Results: mx.other.test; dmarc=pass header.from=desk.test\r\nFrom: staff@desk.test", typeof(IsHeld))]
    [TestCase("Authentication-Results: mx.desk.test; dmarc=fail\r\nAuthentication-Results: mx.desk.test; dmarc=pass header.from=desk.test\r\nFrom: staff@desk.test", typeof(IsHeld))]
    public void Staff_WithoutProof_IsHeld(string headers, Type verdict) => Decide(headers).ShouldBeOfType(verdict);

    [TestCase("staff@desk.test", AutomaticKind.Notification, "staff@desk.test", typeof(Joins))]
    [TestCase("staff@desk.test", AutomaticKind.Notification, "other@desk.test", typeof(IsHeld))]
    [TestCase("staff@desk.test", AutomaticKind.Acknowledgement, "staff@desk.test", typeof(IsHeld))]
    [TestCase("staff@desk.test", null, null, typeof(IsHeld))]
    public void Staff_WithAVerifiedId_AreProvenByTheirOwnNotificationAlone(string from, AutomaticKind? kind, string? to, Type verdict)
    {
        var mail = Context($"From: {from}\r\nIn-Reply-To: <{Signed(7)}>", TheQueue(), TicketOf("a@customer.test"));
        mail.Lookups.Threads.Know(new AnsweredMail(
            42, SentMailSource.Automatic, IsAboutNote: false, kind == AutomaticKind.Notification ? to : null));

        MailIntake.Decide(mail).ShouldBeOfType(verdict);
    }

    [TestCase("team@desk.test", "", typeof(IsHeld), "answer_to_notification")]
    [TestCase("a@customer.test", "", typeof(IsHeld), "answer_to_notification")]
    [TestCase("team@desk.test", "\r\nAuto-Submitted: auto-replied", typeof(Joins), "auto_reply")]
    [TestCase("staff@desk.test", "", typeof(Joins), "reply")]
    public void Answer_ToANotification_IsOfProvenStaffAlone(string from, string header, Type verdict, string reason)
    {
        var mail = AnswerToNotification($"From: {from}{header}", TheQueue(), TicketOf("a@customer.test"));

        var answer = MailIntake.Decide(mail);
        (answer.GetType(), answer.Reason).ShouldBe((verdict, reason));
    }

    [TestCase("Try again.\r\n\r\n-- \r\nSue", "Try again.\n\n-- \nSue")]
    [TestCase("On Fri, Nov 20, 2026 at 10:00 Desk wrote:\r\n> --- Please reply above this line ---\r\n> Secret.", null)]
    [TestCase("", null)]
    public void Answer_OfStaff_IsWhatTheyWroteOrHeld(string body, string? written)
    {
        var answer = MailIntake.Decide(
            AnswerToNotification("Content-Type: text/plain\r\nFrom: staff@desk.test", TheQueue(), TicketOf("a@customer.test"), body));

        (answer as Joins)?.Written.ShouldBe(written);
        answer.Reason.ShouldBe(written is null ? "empty_answer" : "reply");
    }

    [TestCase("Re: [note] Broken [#220007]", "", true)]
    [TestCase("Re: Broken [#220007]", "", false)]
    [TestCase("Re: [note] Broken [#220007]", "In-Reply-To: <{signed}>", false)]
    public void Answer_OfStaffThatLostItsIds_IsANoteByItsSubject(string subject, string header, bool isNote)
    {
        var mail = Context(
            "Authentication-Results: mx.desk.test; dmarc=pass header.from=desk.test\r\nFrom: staff@desk.test\r\n"
                + $"Subject: {subject}\r\n{header.Replace("{signed}", Signed(7), StringComparison.Ordinal)}".TrimEnd(),
            TheQueue(),
            TicketOf("a@customer.test"));
        mail.Lookups.Threads.Know(new AnsweredMail(42, SentMailSource.Automatic, IsAboutNote: false, "staff@desk.test"));

        var joins = MailIntake.Decide(mail).ShouldBeOfType<Joins>();
        (joins.IsInternal, joins.Written is null).ShouldBe((isNote, isNote));
    }

    [TestCase(ClosedReplies.Hold)]
    [TestCase(ClosedReplies.NewTicket)]
    public void Answer_OfStaffToAClosedTicket_JoinsIt(ClosedReplies rule)
    {
        var ticket = TicketOf("a@customer.test");
        ticket.SetStatus(TicketStatus.Closed, null, Now);
        var queue = TheQueue(new QueueRules(null, rule, null, null, null, null));

        MailIntake.Decide(AnswerToNotification("From: staff@desk.test", queue, ticket)).ShouldBeOfType<Joins>().Ticket.ShouldBe(ticket);
    }

    [TestCase("Subject: Fwd: Help\r\n\r\n---------- Forwarded message ---------\r\nFrom: Ann <Ann@customer.test>\r\nSubject: Help\r\n", "ann@customer.test")]
    [TestCase("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nFrom: ann@customer.test\r\n\r\nHelp\r\n--b--\r\n", "ann@customer.test")]
    [TestCase("Subject: Fwd: Help\r\n\r\n---------- Forwarded message ---------\r\nFrom: support@desk.test\r\nSubject: Help\r\n", "staff@desk.test")]
    [TestCase("Subject: Help\r\n\r\nI need help myself.\r\n", "staff@desk.test")]
    public void Forward_ByProvenStaff_IsOfWhoWroteItFirst(string rest, string originator)
    {
        const string Proven = "Authentication-Results: mx.desk.test; dmarc=pass header.from=desk.test\r\nFrom: staff@desk.test";
        var opens = Decide($"{Proven}\r\n{rest}").ShouldBeOfType<Opens>();
        opens.Originator!.Key.ShouldBe(originator);
        (opens.Forwarder?.Key).ShouldBe(originator == "staff@desk.test" ? null : "staff@desk.test");

        var off = TheQueue(new QueueRules(null, null, null, null, StaffForward: false, null));
        Decide($"{Proven}\r\n{rest}", off).ShouldBeOfType<Opens>().Originator!.Key.ShouldBe("staff@desk.test");
        Decide($"From: staff@desk.test\r\n{rest}").ShouldBeOfType<IsHeld>();
        Decide($"From: a@customer.test\r\n{rest}").ShouldBeOfType<Opens>().Originator!.Key.ShouldBe("a@customer.test");
    }

    [TestCase(StrangerReplies.Add, typeof(Joins), "reply_of_stranger")]
    [TestCase(StrangerReplies.Hold, typeof(IsHeld), "stranger")]
    [TestCase(StrangerReplies.NewTicket, typeof(Opens), "linked")]
    public void Stranger_WithAVerifiedId_GoesWhereTheQueueSays(StrangerReplies rule, Type verdict, string reason)
    {
        var queue = TheQueue(new QueueRules(rule, null, null, null, null, null));
        var answer = Decide($"From: stranger@other.test\r\nIn-Reply-To: <{Signed(7)}>", queue, TicketOf("a@customer.test"));

        answer.ShouldBeOfType(verdict);
        answer.Reason.ShouldBe(reason);
    }

    [TestCase(ClosedReplies.Reopen, 0, 10, typeof(Joins))]
    [TestCase(ClosedReplies.Hold, 0, 0, typeof(IsHeld))]
    [TestCase(ClosedReplies.Hold, 30, 29, typeof(Joins))]
    [TestCase(ClosedReplies.Hold, 30, 30, typeof(IsHeld))]
    [TestCase(ClosedReplies.NewTicket, 0, 1, typeof(Opens))]
    public void Reply_ToAClosedTicket_GoesWhereTheQueueSays(ClosedReplies rule, int afterDays, int daysAgo, Type verdict)
    {
        var ticket = TicketOf("a@customer.test");
        ticket.SetStatus(TicketStatus.Closed, null, Now.AddDays(-daysAgo));
        var queue = TheQueue(new QueueRules(null, rule, afterDays, null, null, null));

        Decide($"From: a@customer.test\r\nIn-Reply-To: <{Signed(7)}>", queue, ticket).ShouldBeOfType(verdict);
    }

    [TestCase("In-Reply-To: <{signed}>", true)]
    [TestCase("In-Reply-To: <unknown@x>\r\nReferences: <{signed}> <unknown@y>", true)]
    [TestCase("In-Reply-To: <{SIGNED}>", true)]
    [TestCase("In-Reply-To: <{forged}>", false)]
    [TestCase("Delivered-To: support+{token}@desk.test", true)]
    [TestCase("To: other+{token}@desk.test", false)]
    [TestCase("Subject: Re: [#220007]", true)]
    [TestCase("Subject: Re: [#] [#x] [#220007] more", true)]
    [TestCase("Subject: Re: [#220008]", false)]
    [TestCase("Subject: Re: [#99999999999999999999]", false)]
    public void Reply_WhateverItCarries_JoinsWhereItProves(string header, bool joins)
    {
        var signed = Signed(7);
        header = header.Replace("{signed}", signed, StringComparison.Ordinal)
            .Replace("{SIGNED}", signed.ToUpperInvariant(), StringComparison.Ordinal)
            .Replace("{forged}", signed.Replace("tk.7.", "tk.8.", StringComparison.Ordinal), StringComparison.Ordinal)
            .Replace("{token}", signed[..signed.IndexOf('@', StringComparison.Ordinal)], StringComparison.Ordinal);

        (Decide($"From: a@customer.test\r\n{header}", ticket: TicketOf("a@customer.test")) is Joins).ShouldBe(joins);
    }

    [TestCase("Content-Type: multipart/report; report-type=delivery-status; boundary=b", Disposition.Bounce)]
    public void Report_WhateverItSays_IsNoTicket(string header, Disposition disposition) =>
        Decide($"From: reports@other.test\r\n{header}").ShouldBeOfType<IsReport>().Disposition.ShouldBe(disposition);

    [Test]
    public void Steps_ForEachMail_LeaveALineEach()
    {
        var mail = Context("From: a@customer.test\r\nPrecedence: bulk", TheQueue(), null);
        MailIntake.Decide(mail);

        mail.Trace.Split('\n').Select(line => line.Split(':')[0]).ShouldBe(MailIntake.Steps.Select(step => step.Name));
        mail.Trace.ShouldContain("not answered automatically");
    }

    [TestCase("From: news@spam.test", Disposition.ExcludedSender)]
    [TestCase("From: a@customer.test\r\nSender: News@Spam.test", Disposition.ExcludedSender)]
    [TestCase("From: a@customer.test, news@spam.test", Disposition.ExcludedSender)]
    [TestCase("From: a@customer.test\r\nReply-To: news@spam.test", Disposition.Ticket)]
    [TestCase("From: news@spam.test\r\nSubject: Out of office\r\nIn-Reply-To: <{signed}>", Disposition.ExcludedSender)]
    [TestCase("From: a@customer.test\r\nSubject: =?utf-8?q?OUT_of?=\r\n  office", Disposition.IgnoredSubject)]
    [TestCase("From: a@customer.test\r\nSubject: Out of office [#220007]", Disposition.IgnoredSubject)]
    [TestCase("From: a@customer.test\r\nSubject: Out of office\r\nIn-Reply-To: <{signed}>", Disposition.AutoReply)]
    [TestCase("From: MAILER-DAEMON@spam.test\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b", Disposition.Bounce)]
    public void Filter_OfSendersAndSubjects_StandsBetweenReportAndReply(string headers, Disposition disposition)
    {
        _filter = new MailFilter(
            [KeyValuePair.Create("@spam.test", "*@spam.test")], [KeyValuePair.Create("out of office", "Out of office")]);
        headers = headers.Replace("{signed}", Signed(7), StringComparison.Ordinal);

        Decide(headers, ticket: TicketOf("a@customer.test")).Disposition.ShouldBe(disposition);
    }

    [Test]
    public void Filter_ThatAnswers_SaysByWhat()
    {
        _filter = new MailFilter([KeyValuePair.Create("@spam.test", "*@spam.test")], []);
        var mail = Context("From: news@spam.test", TheQueue(), null);
        MailIntake.Decide(mail);

        mail.Trace.ShouldEndWith("excluded sender: yes, by the excluded email '*@spam.test'");
    }

    private static Queue TheQueue(QueueRules? rules = null)
    {
        var queue = Queue.Add(1, "Inbox", Now, isBuiltIn: true);
        if (rules is not null)
        {
            queue.SetRules(rules, Now);
        }

        return queue;
    }

    private static Ticket TicketOf(string originator) =>
        Ticket.Open(7, new NewTicket(1, "Broken", EmailAddress.Parse(originator)), Now.AddDays(-100));

    private string Signed(long ticketId) => _ids.Create(ticketId, 42, "desk.test");

    private IntakeVerdict Decide(string headers, Queue? queue = null, Ticket? ticket = null) =>
        MailIntake.Decide(Context(headers, queue ?? TheQueue(), ticket));

    private IntakeContext AnswerToNotification(string headers, Queue queue, Ticket ticket, string body = "Hello")
    {
        var mail = Context($"{headers}\r\nIn-Reply-To: <{Signed(7)}>", queue, ticket, body);
        mail.Lookups.Threads.Know(new AnsweredMail(
            42, SentMailSource.Automatic, IsAboutNote: false, mail.Staff?.Email ?? "team@desk.test"));
        return mail;
    }

    private IntakeContext Context(string headers, Queue queue, Ticket? ticket, string body = "Hello")
    {
        var mailbox = Mailbox.Connect(
            1,
            new MailboxSettings { Name = "support", Address = EmailAddress.Parse(Ours), QueueId = 1, PlusAddressing = true },
            Now);
        var staff = User.Add(2, "Staff", EmailAddress.Parse("staff@desk.test"), isStaff: true, isAdmin: false, Now);
        var lookups = new IntakeLookups(new DirectorySnapshot([queue], [mailbox], [staff]), _ids) { Filter = _filter };
        if (ticket is not null)
        {
            lookups.Threads.Know(ticket);
        }

        var raw = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{headers}\r\n\r\n{body}\r\n"));
        var listed = new ListedMail(1, new MailSource("pop3:test", "1", raw.Length));
        var parsed = ParsedMail.Read(new FetchedMail(listed, FetchOutcome.Complete, raw));
        return new IntakeContext(parsed, mailbox, lookups, new StaffProof(Options.Create(_options)), Now);
    }

    private sealed class Keys : ISigningKeys
    {
        public ReadOnlyMemory<byte> KeyFor(string purpose) => Encoding.UTF8.GetBytes(purpose);
    }
}
