using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Shouldly;
using Tickiti.Application.Common;
using Tickiti.Application.SentMails;
using Tickiti.Application.Tickets;
using Tickiti.Domain.IncomingMails;
using Tickiti.Domain.Mailboxes;
using Tickiti.Domain.SentMails;
using Tickiti.Domain.Suppressions;
using Tickiti.Infrastructure.Persistence;
using Tickiti.IntegrationTests.Common;
using Tickiti.Testing.Wire;

namespace Tickiti.IntegrationTests.IncomingMails;

/// <summary>What comes back about mail that left: bounces, complaints, delays.</summary>
[TestFixture(DatabaseProvider.Sqlite)]
[TestFixture(DatabaseProvider.PostgreSql)]
public sealed class ReportTests(DatabaseProvider provider)
{
    private TestDatabase _database = null!;
    private TestNode _node = null!;
    private FakePop3Server _server = null!;
    private Mailbox _mailbox = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _database = await TestDatabase.CreateAsync(provider);
        _node = await _database.StartNodeAsync();
        await _node.InScopeAsync(async scope =>
        {
            var db = scope.GetRequiredService<ITickitiDb>();
            (await db.Queues.SingleAsync()).SendThrough(1);
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
        _server = new FakePop3Server();
        _mailbox = await PopMailbox.ConnectAsync(_node, _server);
    }

    [TearDown]
    public async Task DisconnectAsync() => await _server.DisposeAsync();

    [TestCase("5.1.1", true)]
    [TestCase("5.1.10", true)]
    [TestCase("5.7.1", false)]
    [TestCase("5.2.2", false)]
    public async Task Bounce_WithASignedId_IsAnEventAndSuppressesADeadAddress(string status, bool suppresses)
    {
        var ada = NewAddress();
        var mail = await SendAsync(ada);
        var row = await TakeAsync(Dsn(mail.MessageId, ada, "failed", status));

        (row.Disposition, row.SentMailId).ShouldBe((Disposition.Bounce, mail.Id));
        var (sent, events) = await SentAsync(mail.Id);
        sent.Delivery.ShouldBe(DeliveryEvent.PermanentFail);
        var one = events.ShouldHaveSingleItem();
        (one.Kind, one.Proof, one.Recipient, one.Status, one.IncomingMailId)
            .ShouldBe((DeliveryEvent.PermanentFail, ReportProof.Verified, ada, status, row.Id));
        var suppression = await SuppressionAsync(ada);
        (suppression is not null).ShouldBe(suppresses);
        if (suppresses)
        {
            suppression!.Reason.ShouldBe(SuppressionReason.Bounce);
            suppression.Evidence!.ShouldContain(status);
            suppression.ExpiresAt!.Value.ShouldBe(_node.Clock.GetUtcNow().AddDays(30), TimeSpan.FromMinutes(5));
        }
    }

    [Test]
    public async Task Bounce_ThatNamesSomebodyElse_SuppressesNobody()
    {
        var (ada, victim) = (NewAddress(), NewAddress());
        var mail = await SendAsync(ada);
        await TakeAsync(Dsn(mail.MessageId, victim, "failed", "5.1.1"));

        (await SuppressionAsync(victim)).ShouldBeNull();
        (await SuppressionAsync(ada)).ShouldBeNull();
    }

    [Test]
    public async Task Bounce_OfAForwardedMail_MeansWhomItWasSentTo()
    {
        var ada = NewAddress();
        var mail = await SendAsync(ada);
        await TakeAsync(Dsn(mail.MessageId, "elsewhere@other.test", "failed", "5.1.1", $"Original-Recipient: rfc822; {ada}\r\n"));

        (await SuppressionAsync(ada)).ShouldNotBeNull();
    }

    [Test]
    public async Task Bounce_WithoutAnIdOfOurs_IsProbableAndChangesNothing()
    {
        var ada = NewAddress();
        var mail = await SendAsync(ada);
        var row = await TakeAsync(Dsn("somebody-else@other.test", ada, "failed", "5.1.1"));

        (row.Disposition, row.SentMailId).ShouldBe((Disposition.Bounce, mail.Id));
        var (sent, events) = await SentAsync(mail.Id);
        sent.Delivery.ShouldBeNull();
        events.ShouldHaveSingleItem().Proof.ShouldBe(ReportProof.Probable);
        (await SuppressionAsync(ada)).ShouldBeNull();
    }

    [Test]
    public async Task Bounce_WithAForgedId_ProvesNothing()
    {
        var ada = NewAddress();
        var mail = await SendAsync(ada);
        await TakeAsync(Dsn($"tk.0.{mail.Id}.{new string('0', 24)}@desk.test", ada, "failed", "5.1.1"));

        (await SentAsync(mail.Id)).Mail.Delivery.ShouldBeNull();
        (await SuppressionAsync(ada)).ShouldBeNull();
    }

    [Test]
    public async Task Report_OfNoMailOfOurs_IsKept()
    {
        var row = await TakeAsync(Dsn("unknown@other.test", NewAddress(), "failed", "5.1.1"));

        (row.Disposition, row.SentMailId, row.TicketId).ShouldBe((Disposition.Bounce, null, null));
    }

    [Test]
    public async Task Events_InWhateverOrder_ShowTheHighestRank()
    {
        var ada = NewAddress();
        var mail = await SendAsync(ada);
        await TakeAsync(Dsn(mail.MessageId, ada, "delayed", "4.4.1"));
        (await SentAsync(mail.Id)).Mail.Delivery.ShouldBe(DeliveryEvent.TemporaryFail);
        await TakeAsync(Dsn(mail.MessageId, ada, "failed", "5.2.2"));
        await TakeAsync(Dsn(mail.MessageId, ada, "delivered", "2.0.0"));

        var (sent, events) = await SentAsync(mail.Id);
        sent.Delivery.ShouldBe(DeliveryEvent.PermanentFail);
        events.Select(one => one.Kind).ShouldBe([DeliveryEvent.TemporaryFail, DeliveryEvent.PermanentFail, DeliveryEvent.Delivered]);
    }

    [Test]
    public async Task Complaint_WithASignedId_SuppressesForGood()
    {
        var ada = NewAddress();
        var mail = await SendAsync(ada);
        var row = await TakeAsync(Arf(mail.MessageId, ada));

        (row.Disposition, row.SentMailId).ShouldBe((Disposition.SpamReport, mail.Id));
        (await SentAsync(mail.Id)).Mail.Delivery.ShouldBe(DeliveryEvent.Complained);
        var suppression = await SuppressionAsync(ada);
        (suppression!.Reason, suppression.ExpiresAt).ShouldBe((SuppressionReason.Complaint, null));

        // A bounce does not make it weaker, and a mail of that person does not lift it.
        await TakeAsync(Dsn((await SendAsync(ada)).MessageId, ada, "failed", "5.1.1"));
        await TakeAsync(Letters.From(ada, "Hello"));
        (await SuppressionAsync(ada))!.Reason.ShouldBe(SuppressionReason.Complaint);
    }

    [Test]
    public async Task NewMail_OfAPersonWhoBounced_LiftsTheSuppression()
    {
        var ada = NewAddress();
        await TakeAsync(Dsn((await SendAsync(ada)).MessageId, ada, "failed", "5.1.1"));
        await TakeAsync(Letters.From(ada, "Out of office", headers: "Auto-Submitted: auto-replied\r\n"));
        (await SuppressionAsync(ada)).ShouldNotBeNull();

        await TakeAsync(Letters.From(ada, "I am here again"));

        (await SuppressionAsync(ada)).ShouldBeNull();
    }

    [Test]
    public async Task Bounce_OfATicketsAnswer_IsNotedThereAndFlagsTheAnswer()
    {
        var ada = NewAddress();
        var first = await TakeAsync(Letters.From(ada, "Broken"));
        var answer = await AnswerAsync(first.TicketId!.Value);
        var mail = await _node.ReadAsync(db => db.SentMails.AsNoTracking().SingleAsync(one => one.ResponseId == answer));
        var row = await TakeAsync(Dsn(mail.MessageId, ada, "failed", "5.1.1"));

        row.TicketId.ShouldBe(first.TicketId);
        var responses = await _node.ReadAsync(db => db.Responses.AsNoTracking()
            .Where(one => one.TicketId == first.TicketId).OrderBy(one => one.Id).ToListAsync());
        responses.Single(one => one.Id == answer).IsNotSent.ShouldBeTrue();
        var note = responses[^1];
        (note.IsInternal, note.IsStaff).ShouldBe((true, true));
        note.Text.ShouldContain(ada);
    }

    [Test]
    public async Task Delivered_OfAnUncertainMail_SettlesIt()
    {
        var ada = NewAddress();
        var mail = await SendAsync(ada);
        await _node.InScopeAsync(async scope =>
        {
            var db = scope.GetRequiredService<ITickitiDb>();
            var tracked = await db.SentMails.Include(one => one.Recipients).SingleAsync(one => one.Id == mail.Id);
            tracked.RecordAttempt(new AttemptReport([(0, SentMailStatus.Uncertain, "No answer came.")], "No answer came.", null), _node.Clock.GetUtcNow());
            await db.SaveChangesAsync(CancellationToken.None);
        });
        await TakeAsync(Dsn(mail.MessageId, ada, "delivered", "2.0.0"));

        var (sent, _) = await SentAsync(mail.Id);
        (sent.Status, sent.SentAt is not null).ShouldBe((SentMailStatus.Sent, true));
    }

    [Test]
    public async Task Reports_OfOneMailInOneBatch_AllCount()
    {
        var (ada, bob) = (NewAddress(), NewAddress());
        var mail = await SendAsync(ada, bob);
        _server.Add(Dsn(mail.MessageId, ada, "failed", "5.1.1"));
        _server.Add(Dsn(mail.MessageId, bob, "delivered", "2.0.0"));
        await _node.VisitAsync(_mailbox);

        var (sent, events) = await SentAsync(mail.Id);
        (sent.Delivery, events.Count).ShouldBe((DeliveryEvent.PermanentFail, 2));
        (await SuppressionAsync(ada)).ShouldNotBeNull();
        (await SuppressionAsync(bob)).ShouldBeNull();
    }

    private static string NewAddress() => $"person-{Guid.NewGuid():N}@customer.test";

    private static string Dsn(string messageId, string recipient, string action, string status, string fields = "") =>
        Report("delivery-status", "message/delivery-status", messageId,
            $"Reporting-MTA: dns; mx.customer.test\r\n\r\n{fields}Final-Recipient: rfc822; {recipient}\r\nAction: {action}\r\nStatus: {status}\r\n"
            + $"Diagnostic-Code: smtp; 550 {status} as the server says\r\n");

    private static string Arf(string messageId, string recipient) =>
        Report("feedback-report", "message/feedback-report", messageId,
            $"Feedback-Type: abuse\r\nUser-Agent: Test/1\r\nVersion: 1\r\nOriginal-Rcpt-To: <{recipient}>\r\n");

    private static string Report(string kind, string type, string messageId, string fields) =>
        $"Return-Path: <>\r\nFrom: <mailer-daemon@mx.customer.test>\r\nTo: <support@desk.test>\r\nSubject: Report\r\n"
        + $"Message-ID: <{Guid.NewGuid():N}@mx.customer.test>\r\nMIME-Version: 1.0\r\n"
        + $"Content-Type: multipart/report; report-type={kind}; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSee below.\r\n"
        + $"--b\r\nContent-Type: {type}\r\n\r\n{fields}\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
        + $"From: <support@desk.test>\r\nTo: <somebody@customer.test>\r\nSubject: Hello\r\nMessage-ID: <{messageId}>\r\n\r\nHello\r\n\r\n--b--\r\n";

    private Task<SentMail> SendAsync(params string[] to) => _node.InScopeAsync(async scope =>
    {
        var db = scope.GetRequiredService<ITickitiDb>();
        var id = await scope.GetRequiredService<IIds>().NextAsync<SentMail>(CancellationToken.None);
        var mail = SentMail.Write(
            id,
            new OutgoingMail
            {
                MailboxId = _mailbox.Id,
                MailboxName = _mailbox.Name,
                FromAddress = _mailbox.Address,
                To = to,
                Subject = "Hello",
                Html = "<p>Hello</p>",
                MessageId = scope.GetRequiredService<MessageIds>().Create(null, id, "desk.test"),
                Source = SentMailSource.Api,
            },
            _node.Clock.GetUtcNow());
        db.SentMails.Add(mail);
        await db.SaveChangesAsync(CancellationToken.None);
        return mail;
    });

    private Task<long> AnswerAsync(long ticketId) => _node.InScopeAsync(async scope =>
    {
        var answered = await scope.GetRequiredService<IMediator>().Send(
            new RespondToTicket("staff@desk.test", "<p>Try again.</p>") { TicketId = ticketId },
            CancellationToken.None);
        return answered.Value.ResponseId!.Value;
    });

    private async Task<IncomingMail> TakeAsync(string mail)
    {
        _server.Add(mail);
        await _node.VisitAsync(_mailbox);
        return (await _node.LedgerAsync(_mailbox))[^1];
    }

    private async Task<(SentMail Mail, List<SentMailEvent> Events)> SentAsync(long id) => (
        await _node.ReadAsync(db => db.SentMails.AsNoTracking().SingleAsync(mail => mail.Id == id)),
        await _node.ReadAsync(db => db.SentMailEvents.AsNoTracking().Where(one => one.SentMailId == id).OrderBy(one => one.Id).ToListAsync()));

    private Task<Suppression?> SuppressionAsync(string address) =>
        _node.ReadAsync(db => db.Suppressions.AsNoTracking().SingleOrDefaultAsync(one => one.Email == address));
}
