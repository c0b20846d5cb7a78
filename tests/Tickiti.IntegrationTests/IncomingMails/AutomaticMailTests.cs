using System.Globalization;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Shouldly;
using Tickiti.Application.Common;
using Tickiti.Application.SentMails;
using Tickiti.Application.Templates;
using Tickiti.Application.Tickets;
using Tickiti.Domain.Common;
using Tickiti.Domain.IncomingMails;
using Tickiti.Domain.Mailboxes;
using Tickiti.Domain.Queues;
using Tickiti.Domain.SentMails;
using Tickiti.Domain.Templates;
using Tickiti.Domain.Tickets;
using Tickiti.Domain.Users;
using Tickiti.Infrastructure.Persistence;
using Tickiti.IntegrationTests.Common;
using Tickiti.Testing.Wire;

namespace Tickiti.IntegrationTests.IncomingMails;

/// <summary>The mails that no person asked for: who gets one, who does not, and what an answer to one may do.</summary>
[TestFixture(DatabaseProvider.Sqlite)]
[TestFixture(DatabaseProvider.PostgreSql)]
public sealed class AutomaticMailTests(DatabaseProvider provider)
{
    private const string Staff = "sue@desk.test";
    private const string Team = "team@desk.test";

    private TestDatabase _database = null!;
    private TestNode _node = null!;
    private FakePop3Server _server = null!;
    private Mailbox _mailbox = null!;
    private string _customer = "";

    private string Now => _node.Clock.GetUtcNow().ToString("ddd, dd MMM yyyy HH:mm:ss +0000", CultureInfo.InvariantCulture);

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _database = await TestDatabase.CreateAsync(provider);
        _node = await _database.StartNodeAsync();
        await _node.InScopeAsync(async scope =>
        {
            var db = scope.GetRequiredService<ITickitiDb>();
            var now = _node.Clock.GetUtcNow();
            db.Users.Add(User.Add(2, "Sue", EmailAddress.Parse(Staff), isStaff: true, isAdmin: false, now));
            (await db.Queues.SingleAsync()).SetRules(new QueueRules(null, null, null, null, null, [Team]), now);
            await db.SaveChangesAsync(CancellationToken.None);
        });
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }
    }

    [SetUp]
    public async Task ConnectAsync()
    {
        _customer = $"person-{Guid.NewGuid():N}@customer.test";
        _server = new FakePop3Server();
        _mailbox = await PopMailbox.ConnectAsync(_node, _server, Sending);

        // Else the notifications of one test would hold back those of the next.
        _node.Clock.Advance(TimeSpan.FromHours(11));
    }

    [TearDown]
    public async Task DisconnectAsync() => await _server.DisposeAsync();

    [Test]
    public async Task Ticket_OfAPerson_IsAcknowledgedOnceAndItsRepliesAreNot()
    {
        var first = await TakeAsync(Letter("Broken <b>"));
        var acknowledgement = (await SentAsync(first.TicketId!.Value, AutomaticKind.Acknowledgement)).ShouldHaveSingleItem();

        acknowledgement.ToAddress.ShouldBe(_customer);
        (acknowledgement.InReplyTo, acknowledgement.Status).ShouldBe((first.MessageId, SentMailStatus.Queued));
        acknowledgement.Subject.ShouldBe($"Re: Broken <b> [#{Ticket.NumberOf(first.TicketId.Value)}]");
        acknowledgement.MailboxId.ShouldBe(_mailbox.Id);
        first.Trace.ShouldEndWith("acknowledged: yes");

        var reply = await TakeAsync(Letter("Re: Broken", $"In-Reply-To: <{acknowledgement.MessageId}>\r\n"));
        (reply.Disposition, reply.TicketId).ShouldBe((Disposition.Reply, first.TicketId));
        (await SentAsync(first.TicketId.Value, AutomaticKind.Acknowledgement)).Count.ShouldBe(1);
    }

    [TestCase("", "Auto-Submitted: auto-generated\r\n", "automatic")]
    [TestCase("", "Precedence: bulk\r\n", "automatic")]
    [TestCase("", "List-Id: <talk.list.test>\r\n", "automatic")]
    [TestCase("Out of office", "", "automatic")]
    [TestCase("", "X-Auto-Response-Suppress: OOF\r\n", "automatic")]
    [TestCase("no-reply@shop.test", "", "no-reply")]
    [TestCase("support1@other.test", "Date: Fri, 20 Nov 2020 10:00:00 +0000\r\n", "today")]
    [TestCase("support1@other.test", "Date: Fri, 20 Nov 2099 10:00:00 +0000\r\n", "today")]
    [TestCase("support1@other.test", "Date: gibberish\r\n", "today")]
    public async Task Ticket_OfNobodyWhoWaits_IsNotAcknowledged(string who, string headers, string because)
    {
        var (from, subject) = who.Contains('@') ? (who, "Hello") : (_customer, who.Length > 0 ? who : "Hello");
        var date = headers.Contains("Date:") ? "" : $"Date: {Now}\r\n";
        var row = await TakeAsync($"From: {from}\r\nSubject: {subject}\r\nMessage-ID: <{Guid.NewGuid():N}@x.test>\r\n{date}{headers}\r\nHello\r\n");

        row.Disposition.ShouldBe(Disposition.Ticket);
        row.Trace.Split('\n')[^1].ShouldContain(because);
        (await SentAsync(row.TicketId!.Value, AutomaticKind.Acknowledgement)).ShouldBeEmpty();
    }

    [Test]
    public async Task Mail_OfOurOwnMailbox_IsNotAcknowledged()
    {
        await using var server = new FakePop3Server();
        var other = await PopMailbox.ConnectAsync(_node, server, Sending);

        var row = await TakeAsync($"From: {other.Address}\r\nSubject: Hello\r\nDate: {Now}\r\n\r\nHello\r\n");

        (await SentAsync(row.TicketId!.Value, AutomaticKind.Acknowledgement)).ShouldBeEmpty();
    }

    [Test]
    public async Task Acknowledgement_WithATemplate_IsWrittenByIt()
    {
        await TemplateAsync("Got {{subject}}", "<p>{{ticket_number}} {{subject}} {{originator}} {{queue}}</p>");
        try
        {
            var row = await TakeAsync(Letter("A <i>b</i> & c"));
            var mail = (await SentAsync(row.TicketId!.Value, AutomaticKind.Acknowledgement)).Single();

            var number = Ticket.NumberOf(row.TicketId.Value);
            mail.Subject.ShouldBe($"Got A <i>b</i> & c [#{number}]");
            mail.Html.ShouldContain($"<p>{number} A &lt;i&gt;b&lt;/i&gt; &amp; c {_customer} Inbox</p>");
        }
        finally
        {
            await TemplateAsync(null, null);
        }
    }

    [TestCase(null)]
    [TestCase("Got [#{{ticket_number}}] {{subject}}")]
    [TestCase("{{subject}} [#{{ticket_number}}]")]
    public async Task Ticket_WithTheLongestSubject_IsAcknowledgedAndCanBeAnswered(string? template)
    {
        if (template is not null)
        {
            await TemplateAsync(template, "x");
        }

        try
        {
            var row = await TakeAsync(Letter(new string('x', 990)));
            row.Disposition.ShouldBe(Disposition.Ticket);
            await AnswerAsync(row.TicketId!.Value, isInternal: false);

            var sent = await _node.ReadAsync(db => db.SentMails.AsNoTracking().Where(mail => mail.TicketId == row.TicketId).ToListAsync());
            sent.Count.ShouldBe(3);
            sent.ShouldAllBe(mail => mail.Subject.Length <= SentMail.SubjectMaxLength
                && mail.Subject.Contains($"[#{Ticket.NumberOf(row.TicketId.Value)}]"));
        }
        finally
        {
            if (template is not null)
            {
                await TemplateAsync(null, null);
            }
        }
    }

    [Test]
    public async Task Ticket_OfNobodysCare_TellsTheQueuesList()
    {
        var row = await TakeAsync(Letter("Broken", body: "It broke.\r\n"));
        var told = (await SentAsync(row.TicketId!.Value, AutomaticKind.Notification)).ShouldHaveSingleItem();

        (told.ToAddress, row.IsNotified).ShouldBe((Team, true));
        told.Html.ShouldContain("It broke.");
        told.Html.ShouldContain($"{_customer} opened ticket");

        var own = await TakeAsync($"From: {Team}\r\nSubject: By hand\r\nDate: {Now}\r\n\r\nHello\r\n");
        (await SentAsync(own.TicketId!.Value, AutomaticKind.Notification)).ShouldBeEmpty();
    }

    [Test]
    public async Task Reply_OfACustomer_TellsTheAssigneeAlone_AndARobotsNobody()
    {
        var first = await AssignedAsync();
        await TakeAsync(Letter("Re: Broken", $"In-Reply-To: <{first.MessageId}>\r\n", "More.\r\n\r\nOn Fri, Nov 20, 2026 at 10:00 Sue wrote:\r\n> quoted\r\n"));
        var told = (await SentAsync(first.TicketId!.Value, AutomaticKind.Notification))[^1];
        told.ToAddress.ShouldBe(Staff);
        told.Html.ShouldContain("More.");
        told.Html.ShouldNotContain("quoted");

        var robot = await TakeAsync(Letter("Out of office", $"In-Reply-To: <{first.MessageId}>\r\nAuto-Submitted: auto-replied\r\n"));
        (robot.Disposition, robot.IsNotified).ShouldBe((Disposition.AutoReply, false));
        (await SentAsync(first.TicketId.Value, AutomaticKind.Notification)).Count.ShouldBe(2);
    }

    [Test]
    public async Task Staff_WhoAnswerTheirNotification_AnswerTheCustomer_WithoutWhatToldThem()
    {
        var first = await AssignedAsync();
        await TakeAsync(Letter("Re: Broken", $"In-Reply-To: <{first.MessageId}>\r\n"));
        var told = (await SentAsync(first.TicketId!.Value, AutomaticKind.Notification))[^1];
        var answer = await TakeAsync(Letters.From(
            Staff, $"Re: {told.Subject}", $"Try again.\r\n\r\n-----Original Message-----\r\nFrom: Support\r\nTo: sue@desk.test\r\nSubject: x\r\n\r\n{TicketMail.ReplyMarker}\r\nsecret quote\r\n",
            $"In-Reply-To: <{told.MessageId}>\r\n"));

        (answer.Disposition, answer.TicketId).ShouldBe((Disposition.Reply, first.TicketId));
        var response = await LastResponseAsync(first.TicketId.Value);
        (response.IsStaff, response.IsInternal).ShouldBe((true, false));
        var mail = (await SentAsync(first.TicketId.Value, null)).ShouldHaveSingleItem();
        mail.ToAddress.ShouldBe(_customer);
        mail.Html.ShouldContain("Try again.");
        (mail.Html + mail.Text).ShouldNotContain("secret quote");

        // What proves staff is in no mail that a customer gets.
        mail.References.ShouldNotContain(told.MessageId);
        mail.InReplyTo.ShouldNotBe(told.MessageId);
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Staff_WhoWriteNothing_SendTheirFileAloneOrAreHeld(bool hasFile)
    {
        var first = await AssignedAsync();
        await TakeAsync(Letter("Re: Broken", $"In-Reply-To: <{first.MessageId}>\r\n"));
        var told = (await SentAsync(first.TicketId!.Value, AutomaticKind.Notification))[^1];
        var file = hasFile ? "--b\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Disposition: attachment; filename=a.pdf\r\n\r\nx\r\n" : "";
        var answer = await TakeAsync(
            $"From: {Staff}\r\nTo: {_mailbox.Address}\r\nSubject: Re: x\r\nMessage-ID: <{Guid.NewGuid():N}@x.test>\r\nIn-Reply-To: <{told.MessageId}>\r\n"
            + $"Date: {Now}\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n"
            + $"\r\nOn Fri, Nov 20, 2026 at 10:00 Support wrote:\r\n> {TicketMail.ReplyMarker}\r\n> internal\r\n{file}--b--\r\n");

        if (!hasFile)
        {
            (answer.Disposition, answer.Reason, answer.TicketId).ShouldBe((Disposition.Held, "empty_answer", first.TicketId));
            (await SentAsync(first.TicketId.Value, null)).ShouldBeEmpty();
            return;
        }

        var mail = (await SentAsync(first.TicketId.Value, null)).ShouldHaveSingleItem();
        mail.ToAddress.ShouldBe(_customer);
        mail.Attachments.ShouldHaveSingleItem().Name.ShouldBe("a.pdf");
        mail.Html.ShouldNotContain("internal");
        mail.Text.Trim().ShouldBe(TicketMail.ReplyMarker);
    }

    [Test]
    public async Task List_ThatAnswersItsNotification_IsHeldAndTakesNoPart()
    {
        var first = await TakeAsync(Letter("Broken"));
        var told = (await SentAsync(first.TicketId!.Value, AutomaticKind.Notification)).Single();

        var answer = await TakeAsync(Letters.From(Team, "Re: Broken", "Tell him to reboot.", $"In-Reply-To: <{told.MessageId}>\r\n"));

        (answer.Disposition, answer.Reason).ShouldBe((Disposition.Held, "answer_to_notification"));
        (await _node.ReadAsync(db => db.Tickets.AsNoTracking().SingleAsync(ticket => ticket.Id == first.TicketId))).ResponseCount.ShouldBe(1);
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Customer_WhoWritesAsStaff_IsHeld(bool knowsTheAcknowledgement)
    {
        var first = await AssignedAsync();
        await AnswerAsync(first.TicketId!.Value, isInternal: false);
        var known = (await SentAsync(first.TicketId.Value, knowsTheAcknowledgement ? AutomaticKind.Acknowledgement : null))[^1];
        var forged = await TakeAsync(Letters.From(Staff, "Re: Broken", headers: $"In-Reply-To: <{known.MessageId}>\r\n"));

        (forged.Disposition, forged.Reason).ShouldBe((Disposition.Held, "staff_unproven"));
    }

    [Test]
    public async Task Notification_OfSomebodyElse_ProvesNobody()
    {
        var first = await TakeAsync(Letter("Broken"));
        var told = (await SentAsync(first.TicketId!.Value, AutomaticKind.Notification)).Single();
        told.ToAddress.ShouldBe(Team);

        var other = await TakeAsync(Letters.From(Staff, "Re: Broken", headers: $"In-Reply-To: <{told.MessageId}>\r\n"));

        other.Disposition.ShouldBe(Disposition.Held);
    }

    [Test]
    public async Task Note_OfSomebodyElse_TellsTheAssignee_AndHisAnswerIsANote()
    {
        var first = await AssignedAsync();
        await AnswerAsync(first.TicketId!.Value, isInternal: true, from: Staff);
        (await SentAsync(first.TicketId.Value, AutomaticKind.Notification)).Count(one => one.ToAddress == Staff).ShouldBe(0);
        await AnswerAsync(first.TicketId.Value, isInternal: true, from: "boss@desk.test");
        var told = (await SentAsync(first.TicketId.Value, AutomaticKind.Notification))[^1];
        (told.ToAddress, told.ResponseId is not null).ShouldBe((Staff, true));
        told.Subject.ShouldStartWith(AutomaticMail.NoteMark);

        await TakeAsync(Letters.From(Staff, "Re: Broken", headers: $"In-Reply-To: <{told.MessageId}>\r\n"));

        (await LastResponseAsync(first.TicketId.Value)).IsInternal.ShouldBeTrue();
        (await SentAsync(first.TicketId.Value, null)).ShouldBeEmpty();
    }

    [TestCase(false, 1)]
    [TestCase(true, 2)]
    public async Task Create_ByApi_MailsTheAcknowledgementAndOnlyWhenAskedTheStaff(bool notify, int mails)
    {
        var queue = await QueueAsync($"Sales {Guid.NewGuid():N}", _mailbox.Id, Team);

        var opened = await OpenAsync(queue, command => command with { Notify = notify });

        var sent = await _node.ReadAsync(db => db.SentMails.AsNoTracking().Where(mail => mail.TicketId == opened.TicketId).ToListAsync());
        sent.Count.ShouldBe(mails);
        sent.Count(mail => mail.Automatic == AutomaticKind.Acknowledgement).ShouldBe(1);
        (await OpenedMailsAsync(queue, command => command with { IsPublic = false })).ShouldBe(0);
        (await OpenedMailsAsync(queue, command => command with { Status = "closed" })).ShouldBe(0);
        (await OpenedMailsAsync("Inbox", command => command)).ShouldBe(0);
    }

    [Test]
    public async Task Brake_OnOneTicket_HoldsTheEleventhAndRaisesOneAlarm()
    {
        var first = await AssignedAsync();
        for (var i = 0; i < 13; i++)
        {
            _server.Add(Letter($"Re: Broken {i}", $"In-Reply-To: <{first.MessageId}>\r\n"));
        }

        await _node.VisitAsync(_mailbox);

        var told = (await SentAsync(first.TicketId!.Value, AutomaticKind.Notification)).Where(mail => mail.ToAddress == Staff).ToList();
        told.Count(mail => mail.Status == SentMailStatus.Queued).ShouldBe(10);
        told.Where(mail => mail.Status == SentMailStatus.Suppressed).ShouldAllBe(mail => mail.LastError!.StartsWith("brake"));
        told.Count.ShouldBe(13);
        told.ShouldAllBe(mail => mail.Subject == first.Subject + $" [#{Ticket.NumberOf(first.TicketId.Value)}]" && mail.ResponseId != null);
        _node.Log.Lines.Count(line => line.Contains("Alarm automatic_mail_brake") && line.Contains($"ticket {first.TicketId} ")).ShouldBe(1);
    }

    [Test]
    public async Task Trace_OfAnAcknowledgementThatTheBrakeHolds_SaysSo()
    {
        for (var i = 0; i < 31; i++)
        {
            _server.Add(Letter($"Broken {i}"));
        }

        await _node.VisitAsync(_mailbox);

        var rows = await _node.LedgerAsync(_mailbox);
        rows.Count(row => row.Trace.EndsWith("acknowledged: yes", StringComparison.Ordinal)).ShouldBe(30);
        rows.ShouldContain(row => row.Trace.EndsWith("acknowledged: no, the brake holds it", StringComparison.Ordinal));
    }

    [Test]
    public async Task Brake_ThatHolds_KeepsNoBody_AndTheRowIsNotSentAgain()
    {
        var queue = await QueueAsync($"Rush {Guid.NewGuid():N}", _mailbox.Id, Team);
        OpenedTicket last = null!;
        for (var i = 0; i < 31; i++)
        {
            last = await OpenAsync(queue, command => command with { Notify = true });
        }

        var sent = await _node.ReadAsync(db => db.SentMails.AsNoTracking()
            .Where(mail => mail.MailboxId == _mailbox.Id && mail.Automatic != null).ToListAsync());
        sent.Count.ShouldBe(62);
        sent.ShouldAllBe(mail => (mail.Html.Length == 0) == (mail.Status == SentMailStatus.Suppressed));
        var held = sent.Where(mail => mail.Status == SentMailStatus.Suppressed).ToList();
        held.ShouldAllBe(mail => mail.TicketId == last.TicketId);
        held.Count.ShouldBe(2);
        var resolved = await _node.InScopeAsync(scope => scope.GetRequiredService<IMediator>().Send(new ResolveSentMail(held[0].Id, "resend")));
        resolved.Error!.Fields["action"].ShouldHaveSingleItem().ShouldContain("there is nothing to send");
    }

    [Test]
    public async Task References_OfAnAnswer_AreWhatTheCustomerGot()
    {
        var queue = await QueueAsync($"Thread {Guid.NewGuid():N}", _mailbox.Id, Team);
        var opened = await OpenAsync(queue, command => command with { Notify = true });
        var acknowledgement = (await SentAsync(opened.TicketId, AutomaticKind.Acknowledgement)).Single();

        await AnswerAsync(opened.TicketId, isInternal: false);
        await AnswerAsync(opened.TicketId, isInternal: false);

        var answers = await SentAsync(opened.TicketId, null);
        answers[^1].References.ShouldBe([acknowledgement.MessageId, answers[0].MessageId]);
    }

    [Test]
    public async Task Template_ThatFails_IsToldOfOnce_AndTheBuiltInTextGoes()
    {
        await TemplateAsync("Got {{subject}}", new string('x', 3 * 1024 * 1024));
        try
        {
            foreach (var name in new[] { "One", "Two" })
            {
                var row = await TakeAsync(Letter(name));
                (await SentAsync(row.TicketId!.Value, AutomaticKind.Acknowledgement)).Single().Html.ShouldContain("Thank you for your message");
            }

            _node.Log.Lines.Count(line => line.Contains("The template auto_response fails")).ShouldBe(1);
        }
        finally
        {
            await TemplateAsync(null, null);
        }
    }

    [Test]
    public async Task Template_ThatIsNotThere_IsNotLookedForByEachMail()
    {
        for (var i = 0; i < 25; i++)
        {
            _server.Add(Letter($"New {i}"));
        }

        await _node.VisitAsync(_mailbox);

        var looks = _node.Log.Lines.Count(line => line.Contains("Executed DbCommand") && line.Contains("FROM \"Templates\""));
        (await _node.LedgerAsync(_mailbox)).Count.ShouldBe(25);
        looks.ShouldBeLessThan(25);
    }

    [Test]
    public async Task Brake_WithTwoNodesAtOnce_IsNotPassed()
    {
        var queue = await QueueAsync($"Rush {Guid.NewGuid():N}", _mailbox.Id, Team);
        var second = await _database.StartNodeAsync();
        second.Clock.Advance(_node.Clock.GetUtcNow() - second.Clock.GetUtcNow());

        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => OpenAsync(queue, command => command, i % 2 == 0 ? _node : second)));

        var sent = await _node.ReadAsync(db => db.SentMails.AsNoTracking().Where(mail => mail.AutomaticTo == _customer).ToListAsync());
        sent.Count.ShouldBe(40);
        sent.Count(mail => mail.Status == SentMailStatus.Queued).ShouldBe(30);
        sent.Select(mail => mail.AutomaticNumber).OfType<int>().Order().ShouldBe(Enumerable.Range(1, 30));
    }

    [Test]
    public async Task Token_OfTheReturnPath_LinksABounceThatReturnsNothing()
    {
        var mailbox = await PopMailbox.ConnectAsync(_node, _server, settings => Sending(settings) with { ReturnPath = ReturnPath.Token, PlusAddressing = true });
        _server.Add(Letter("Broken"));
        await _node.VisitAsync(mailbox);
        var first = (await _node.LedgerAsync(mailbox))[^1];
        var mail = (await SentAsync(first.TicketId!.Value, AutomaticKind.Acknowledgement)).Single();
        mail.ReplyTo.ShouldBe(PlusAddress.Of(mailbox.Address, mail.MessageId));

        _server.Add("Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.test\r\nTo: " + mail.ReplyTo + "\r\nSubject: Undelivered Mail Returned to Sender\r\n"
            + "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
            + $"Reporting-MTA: dns; mx.test\r\n\r\nFinal-Recipient: rfc822; {_customer}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n");
        await _node.VisitAsync(mailbox);

        var bounce = (await _node.LedgerAsync(mailbox))[^1];
        (bounce.Disposition, bounce.SentMailId).ShouldBe((Disposition.Bounce, mail.Id));
        bounce.Trace.ShouldContain("by the token of its return path");
        (await _node.ReadAsync(db => db.Suppressions.AsNoTracking().CountAsync(one => one.Email == _customer))).ShouldBe(1);
        (await LastResponseAsync(first.TicketId.Value)).Text.ShouldContain("could not be delivered");
    }

    private static MailboxSettings Sending(MailboxSettings settings) => settings with
    {
        AutoResponse = true,
        OutgoingType = OutgoingMailboxType.Smtp,
        Smtp = new SmtpSettings { Enable = true, Server = "127.0.0.1", Port = 9, Security = ConnectionSecurity.None },
    };

    private string Letter(string subject, string headers = "", string body = "Hello\r\n") =>
        $"From: {_customer}\r\nTo: {_mailbox.Address}\r\nSubject: {subject}\r\nMessage-ID: <{Guid.NewGuid():N}@customer.test>\r\n"
        + $"Date: {Now}\r\n{headers}\r\n{body}";

    private async Task<IncomingMail> AssignedAsync()
    {
        var row = await TakeAsync(Letter("Broken"));
        await _node.InScopeAsync(async scope =>
        {
            var db = scope.GetRequiredService<ITickitiDb>();
            (await db.Tickets.SingleAsync(ticket => ticket.Id == row.TicketId)).AssignTo(2, _node.Clock.GetUtcNow());
            await db.SaveChangesAsync(CancellationToken.None);
        });
        return row;
    }

    private async Task<IncomingMail> TakeAsync(string mail)
    {
        _server.Add(mail);
        await _node.VisitAsync(_mailbox);
        return (await _node.LedgerAsync(_mailbox))[^1];
    }

    private Task AnswerAsync(long ticketId, bool isInternal, string from = Staff) => _node.InScopeAsync(async scope =>
        (await scope.GetRequiredService<IMediator>().Send(
            new RespondToTicket(from, "<p>We look into it.</p>") { TicketId = ticketId, IsInternal = isInternal })).Error.ShouldBeNull());

    private Task<OpenedTicket> OpenAsync(string queue, Func<OpenTicket, OpenTicket> with, TestNode? node = null) =>
        (node ?? _node).InScopeAsync(async scope => (await scope.GetRequiredService<IMediator>().Send(
            with(new OpenTicket(_customer, "Broken", "<p>It broke.</p>") { QueueName = queue }))).Value);

    private async Task<int> OpenedMailsAsync(string queue, Func<OpenTicket, OpenTicket> with)
    {
        var opened = await OpenAsync(queue, with);
        return await _node.ReadAsync(db => db.SentMails.CountAsync(mail => mail.TicketId == opened.TicketId));
    }

    private async Task<string> QueueAsync(string name, long mailboxId, params string[] team)
    {
        await _node.InScopeAsync(async scope =>
        {
            var db = scope.GetRequiredService<ITickitiDb>();
            var id = await scope.GetRequiredService<IIds>().NextAsync<Queue>(CancellationToken.None);
            var queue = Queue.Add(id, name, _node.Clock.GetUtcNow());
            queue.SetRules(new QueueRules(null, null, null, null, null, team), _node.Clock.GetUtcNow());
            queue.SendThrough(mailboxId);
            db.Queues.Add(queue);
            await db.SaveChangesAsync(CancellationToken.None);
        });
        return name;
    }

    private Task TemplateAsync(string? subject, string? content) => _node.InScopeAsync(async scope =>
    {
        var db = scope.GetRequiredService<ITickitiDb>();
        if (subject is null)
        {
            db.Templates.Remove(await db.Templates.SingleAsync());
        }
        else
        {
            db.Templates.Add(Template.Add(
                await scope.GetRequiredService<IIds>().NextAsync<Template>(CancellationToken.None),
                new TemplateContent(TemplateType.Notification, AutomaticMail.AcknowledgementTemplate, subject, content!, null, IsEnabled: true),
                _node.Clock.GetUtcNow()));
        }

        await db.SaveChangesAsync(CancellationToken.None);
        scope.GetRequiredService<ITemplates>().Forget();
    });

    private Task<List<SentMail>> SentAsync(long ticketId, AutomaticKind? kind) => _node.ReadAsync(db => db.SentMails.AsNoTracking()
        .Include(mail => mail.Attachments).Where(mail => mail.TicketId == ticketId && mail.Automatic == kind).OrderBy(mail => mail.Id).ToListAsync());

    private Task<Response> LastResponseAsync(long ticketId) => _node.ReadAsync(db => db.Responses.AsNoTracking()
        .Where(response => response.TicketId == ticketId).OrderBy(response => response.Id).LastAsync());
}
