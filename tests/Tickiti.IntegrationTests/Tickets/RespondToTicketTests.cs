using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Shouldly;
using Tickiti.Application.Common;
using Tickiti.Application.Tickets;
using Tickiti.Domain.Common;
using Tickiti.Domain.Mailboxes;
using Tickiti.Domain.SentMails;
using Tickiti.Domain.Tickets;
using Tickiti.Infrastructure.Persistence;

namespace Tickiti.IntegrationTests.Tickets;

[TestFixture(DatabaseProvider.Sqlite)]
[TestFixture(DatabaseProvider.PostgreSql)]
public sealed class RespondToTicketTests(DatabaseProvider provider) : TicketTestsBase(provider)
{
    [Test]
    public async Task Respond_WhenTheTicketIsClosed_ReopensItAndSaysSo()
    {
        var ticket = await OpenAsync(one => one with { Status = "closed" });

        var answer = await SendAsync(Answer(ticket));

        answer.Reopened.ShouldBeTrue();
        (await LoadAsync(ticket)).Status.ShouldBe(TicketStatus.Open);
    }

    [Test]
    public async Task Respond_WhenTheTicketIsOnHold_EndsTheHold()
    {
        var ticket = await OpenAsync(one => one with { Status = "on-hold", OnHoldUntil = new DateOnly(2026, 6, 1) });

        var answer = await SendAsync(Answer(ticket));

        answer.Reopened.ShouldBeTrue();
        (await LoadAsync(ticket)).OnHoldUntil.ShouldBeNull();
    }

    [Test]
    public async Task Respond_WhenTheTicketIsOpen_ReopensNothing()
    {
        var ticket = await OpenAsync();

        (await SendAsync(Answer(ticket))).Reopened.ShouldBeFalse();
    }

    [Test]
    public async Task Respond_WhenTheStatusIsKept_LeavesItWithItsHold()
    {
        var ticket = await OpenAsync(one => one with { Status = "on-hold", OnHoldUntil = new DateOnly(2026, 6, 1) });

        var answer = await SendAsync(Answer(ticket) with { KeepStatus = true });

        answer.Reopened.ShouldBeFalse();
        var loaded = await LoadAsync(ticket);
        loaded.Status.ShouldBe(TicketStatus.OnHold);
        loaded.OnHoldUntil.ShouldBe(new DateOnly(2026, 6, 1));
    }

    [Test]
    public async Task Respond_WhenAStatusComesAlong_SetsItOnceAndReopensNothing()
    {
        var ticket = await OpenAsync(one => one with { Status = "on-hold", OnHoldUntil = new DateOnly(2026, 6, 1) });

        var answer = await SendAsync(Answer(ticket) with { Status = "closed" });

        answer.Reopened.ShouldBeFalse();
        (await LoadAsync(ticket)).Status.ShouldBe(TicketStatus.Closed);
        (await EventsAsync(ticket)).ShouldNotContain("ticket.reopened");
    }

    [Test]
    public async Task Respond_WhenOnlyTheStatusIsGiven_AddsNoResponse()
    {
        var ticket = await OpenAsync(one => one with { Status = "closed" });

        var answer = await SendAsync(Answer(ticket) with { Content = null, Status = "open" });

        answer.ResponseId.ShouldBeNull();
        answer.Reopened.ShouldBeTrue();
        (await LoadAsync(ticket)).ResponseCount.ShouldBe(1);
    }

    [Test]
    public async Task Respond_WhenAClosureIsPending_CancelsIt()
    {
        var ticket = await OpenAsync();
        await SendAsync(new CloseTicket(ticket.TicketNumber, new DateOnly(2026, 6, 1)));

        await SendAsync(Answer(ticket) with { KeepStatus = true });

        (await LoadAsync(ticket)).CloseOn.ShouldBeNull();
    }

    [Test]
    public async Task Respond_WhenTheAuthorIsNew_MakesHimAParticipantAndMailsTheOriginator()
    {
        var ticket = await OpenAsync();

        await SendAsync(Answer(ticket) with { FromEmail = "Friend@Customer.example" });

        (await LoadAsync(ticket)).Participants.Select(one => one.Email).ShouldBe(["friend@customer.example"]);
        var mail = (await MailsAsync(ticket)).ShouldHaveSingleItem();
        mail.Recipients.Select(one => one.Address).ShouldBe(["marcus@customer.example"]);
        mail.Subject.ShouldContain($"[#{ticket.TicketNumber}]");
    }

    [Test]
    public async Task Respond_WhenStaffAnswers_MailsOriginatorAndParticipantsButAddsNobody()
    {
        var ticket = await OpenAsync(one => one with { Participants = ["coach@customer.example"] });
        var staff = await StaffAsync();

        await SendAsync(Answer(ticket) with { FromEmail = staff });

        (await LoadAsync(ticket)).Participants.Count.ShouldBe(1);
        var mail = (await MailsAsync(ticket)).ShouldHaveSingleItem();
        mail.Recipients.Select(one => (one.Kind, one.Address)).ShouldBe(
            [(RecipientKind.To, "marcus@customer.example"), (RecipientKind.Cc, "coach@customer.example")]);
    }

    [Test]
    public async Task Respond_WhenOneOfUsTakesPart_MailsHimNothing()
    {
        var staff = await StaffAsync();
        var ticket = await OpenAsync(one => one with { Participants = [staff, "support@tickiti.local"] });

        await SendAsync(Answer(ticket));

        (await MailsAsync(ticket)).ShouldHaveSingleItem().Recipients.Select(one => one.Address).ShouldBe(["marcus@customer.example"]);
    }

    [Test]
    public async Task Respond_WhenNoMailboxCanSend_KeepsTheResponseAndFlagsIt()
    {
        var ticket = await OpenAsync();
        await SendThroughAsync(OutgoingMailboxType.None);
        try
        {
            await SendAsync(Answer(ticket));
        }
        finally
        {
            await SendThroughAsync(OutgoingMailboxType.Local);
        }

        (await SendAsync(new ShowTicket(ticket.TicketNumber, []))).Responses[^1].NotSent.ShouldBeTrue();
        (await MailsAsync(ticket)).ShouldBeEmpty();
    }

    [Test]
    public async Task Respond_WhenTheOriginatorHimselfWrites_MailsOnlyTheOthers()
    {
        var alone = await OpenAsync();
        var inCompany = await OpenAsync(one => one with { Participants = ["coach@customer.example"] });

        await SendAsync(Answer(alone) with { FromEmail = "MARCUS@customer.example" });
        await SendAsync(Answer(inCompany) with { FromEmail = "marcus@customer.example" });

        (await MailsAsync(alone)).ShouldBeEmpty();
        var mail = (await MailsAsync(inCompany)).ShouldHaveSingleItem();
        mail.Recipients.Select(one => one.Address).ShouldBe(["coach@customer.example"]);
    }

    [Test]
    public async Task Respond_WhenInternal_MailsNobodyAndAddsNoParticipant()
    {
        var ticket = await OpenAsync(one => one with { Participants = ["coach@customer.example"] });

        await SendAsync(Answer(ticket) with { IsInternal = true, FromEmail = "colleague@elsewhere.example" });

        (await MailsAsync(ticket)).ShouldBeEmpty();
        (await LoadAsync(ticket)).Participants.Count.ShouldBe(1);
    }

    [Test]
    public async Task Respond_WhenAFileIsNamedByItsHash_TakesItFromWhoUploadedItAlone()
    {
        var ticket = await OpenAsync();
        var uploaded = await SendAsAsync(1, new UploadAttachment("../plan.txt", "brought before"u8.ToArray()));
        await SendAsAsync(1, new UploadAttachment("plan.txt", "brought before"u8.ToArray()));
        var answer = Answer(ticket) with { Attachments = [new("plan.txt", "text/plain", null, uploaded.Value.Sha256, 14)] };

        (await SendAsAsync(2, answer)).Error!.Fields.Keys.ShouldBe(["attachments[0].sha256"]);
        (await TrySendAsync(answer)).Error!.Fields.Keys.ShouldBe(["attachments[0].sha256"]);
        (await SendAsAsync(1, answer with { Attachments = [answer.Attachments![0] with { FileSize = 15 }] })).Error.ShouldNotBeNull();
        (await SendAsAsync(1, answer)).Error.ShouldBeNull();
        uploaded.Value.Name.ShouldBe("plan.txt");
    }

    [Test]
    public async Task Respond_WhenFilesComeAlong_StoresTheirBytesOnceAndSendsThem()
    {
        var ticket = await OpenAsync();
        var base64 = Convert.ToBase64String("the same bytes"u8);
        ResponseFile[] files =
        [
            new("../../plan.txt", "text/plain", base64, null, null),
            new("copy.txt", null, base64, null, null),
        ];

        var first = await SendAsync(Answer(ticket) with { Attachments = files });
        var shown = await SendAsync(new ShowTicket(ticket.TicketNumber, null));
        var rows = shown.Responses[^1].Attachments!;
        await SendAsync(Answer(ticket) with { Attachments = [files[0] with { Name = "again.txt" }] });

        first.ResponseId.ShouldNotBeNull();
        rows.Select(row => (row.Name, row.MimeType, row.FileSize)).ShouldBe(
            [("plan.txt", "text/plain", 14), ("copy.txt", "application/octet-stream", 14)]);
        (await WithDbAsync(db => db.Blobs.CountAsync(blob => blob.Sha256 == rows[0].Sha256))).ShouldBe(1);
        (await MailsAsync(ticket)).Select(mail => mail.Attachments.Count).ShouldBe([2, 1]);
    }

    [Test]
    public async Task Respond_WhenAnUploadIsUnknown_IsRefusedAndAddsNothing()
    {
        var ticket = await OpenAsync();

        var result = await TrySendAsync(
            Answer(ticket) with { Attachments = [new("a.txt", null, null, new string('0', 64), null)] });

        result.Error!.Fields.Keys.ShouldBe(["attachments[0].sha256"]);
        (await LoadAsync(ticket)).ResponseCount.ShouldBe(1);
    }

    [Test]
    public async Task Respond_WhenTheRequestMakesNoSense_NamesTheField()
    {
        var ticket = await OpenAsync();
        var good = Answer(ticket);

        (await FaultOf(good with { FromEmail = "nobody" })).ShouldBe("from_email");
        (await FaultOf(good with { TicketId = ticket.TicketId })).ShouldBe("ticket_number");
        (await FaultOf(good with { TicketNumber = null })).ShouldBe("ticket_number");
        (await FaultOf(good with { Content = " " })).ShouldBe("content");
        (await FaultOf(good with { Status = "done" })).ShouldBe("status");
        (await FaultOf(good with { Status = "open", KeepStatus = true })).ShouldBe("keep_status");
        (await FaultOf(good with { OnHoldUntil = new DateOnly(2026, 6, 1) })).ShouldBe("on_hold_until");
        (await FaultOf(good with { Status = "on-hold" })).ShouldBe("on_hold_until");
        (await FaultOf(good with { Attachments = [new("a", null, "no base64!", null, null)] })).ShouldBe("attachments[0].content_base64");
        (await LoadAsync(ticket)).ResponseCount.ShouldBe(1);
    }

    [Test]
    public async Task Respond_WhenTheTicketIsUnknown_SaysNotFound()
    {
        var result = await TrySendAsync(new RespondToTicket("a@b.example", "x") { TicketNumber = 999_999 });

        result.Error!.Kind.ShouldBe(ErrorKind.NotFound);
    }

    private async Task<string> StaffAsync()
    {
        var email = $"s{Guid.NewGuid():N}@desk.example";
        await WithDbAsync(async db =>
        {
            var id = await Node.Services.GetRequiredService<IIds>().NextAsync<Domain.Users.User>(CancellationToken.None);
            db.Users.Add(Domain.Users.User.Add(id, "Sue", EmailAddress.Parse(email), true, false, Clock.GetUtcNow()));
            await db.SaveChangesAsync(CancellationToken.None);
            return id;
        });
        return email;
    }

    private async Task SendThroughAsync(OutgoingMailboxType type)
    {
        await WithDbAsync(db => db.WriteAsync(
            token => db.Mailboxes.ExecuteUpdateAsync(set => set.SetProperty(mailbox => mailbox.OutgoingType, type), token),
            CancellationToken.None));
        Node.Services.GetRequiredService<IDirectory>().Forget();
    }

    private async Task<string> FaultOf(RespondToTicket command) => (await TrySendAsync(command)).Error!.Fields.Keys.Single();
}
