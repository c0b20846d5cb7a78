using NUnit.Framework;
using Shouldly;
using Tickiti.Application.Blobs;
using Tickiti.Application.Tickets;
using Tickiti.Domain.Common;
using Tickiti.Infrastructure.Persistence;

namespace Tickiti.IntegrationTests.Tickets;

[TestFixture(DatabaseProvider.Sqlite)]
[TestFixture(DatabaseProvider.PostgreSql)]
public sealed class ReadTicketTests(DatabaseProvider provider) : TicketTestsBase(provider)
{
    [Test]
    public async Task Show_WhenThereAreResponses_ListsThemOldestFirstAndSafe()
    {
        var ticket = await OpenAsync(one => one with { Content = "<p onclick=\"x()\">Hello<script>alert(1)</script></p>" });
        await SendAsync(Answer(ticket));

        var shown = await SendAsync(new ShowTicket(ticket.TicketNumber, null));

        shown.Ticket.Number.ShouldBe(ticket.TicketNumber);
        shown.Responses.Select(row => row.Html).ShouldBe(["<p>Hello</p>", "<p>We look into it.</p>"]);
        shown.Responses[0].PlainText.ShouldBe("Hello");
        shown.Responses[0].Spans.ShouldBe([new SpanRow(SpanKind.Visible, "Hello")]);
        shown.Responses[0].Attachments.ShouldBe([]);
        shown.Responses[0].CreatedByEmail.ShouldBe("marcus@customer.example");
    }

    [Test]
    public async Task Show_WhenFieldsAreNamed_LeavesTheOthersOut()
    {
        var ticket = await OpenAsync();

        var row = (await SendAsync(new ShowTicket(ticket.TicketNumber, ["plain_text"]))).Responses.Single();

        row.PlainText.ShouldNotBeNull();
        row.Spans.ShouldNotBeNull();
        row.Html.ShouldBeNull();
        row.Attachments.ShouldBeNull();
    }

    [Test]
    public async Task Show_WhenAFieldOrTicketIsUnknown_IsRefused()
    {
        var ticket = await OpenAsync();

        (await TrySendAsync(new ShowTicket(ticket.TicketNumber, ["all"]))).Error!.Fields.Keys.ShouldBe(["fields[0]"]);
        (await TrySendAsync(new ShowTicket(null, null))).Error!.Fields.Keys.ShouldBe(["ticket_number"]);
        (await TrySendAsync(new ShowTicket(1, null))).Error!.Kind.ShouldBe(ErrorKind.NotFound);
    }

    [Test]
    public async Task ListResponses_WhenThereAreMoreThanAPage_GoesOnAfterTheCursor()
    {
        var ticket = await OpenAsync();
        await SendAsync(Answer(ticket) with { Content = "two" });
        await SendAsync(Answer(ticket) with { Content = "three" });

        var first = await SendAsync(new ListResponses(ticket.TicketNumber) { Limit = 2 });
        var second = await SendAsync(new ListResponses(ticket.TicketNumber) { Limit = 2, Cursor = first.NextCursor });

        first.Responses.Select(row => row.PlainText).ShouldBe(["It snapped at mile 14.", "two"]);
        second.Responses.Select(row => row.PlainText).ShouldBe(["three"]);
        second.NextCursor.ShouldBeNull();
    }

    [Test]
    public async Task ReadAttachment_WhenWholeOrARange_GivesThoseBytes()
    {
        var (ticket, file) = await AttachAsync("data.bin", "0123456789"u8.ToArray());
        var query = new ReadAttachment(ticket.TicketNumber, file);

        var whole = await SendAsync(query);
        whole.ContentBase64.ShouldBe(Convert.ToBase64String("0123456789"u8));
        whole.FileSize.ShouldBe(10);
        (await SendAsync(query with { Offset = 3, Length = 4 })).ContentBase64.ShouldBe(Convert.ToBase64String("3456"u8));
        (await SendAsync(query with { Offset = 8 })).ContentBase64.ShouldBe(Convert.ToBase64String("89"u8));
        (await SendAsync(query with { Offset = 10 })).ContentBase64.ShouldBeEmpty();
        (await TrySendAsync(query with { Offset = 11 })).Error!.Fields.Keys.ShouldBe(["offset"]);
    }

    [Test]
    public async Task ReadAttachment_WhenItBelongsToAnotherTicket_SaysNotFound()
    {
        var (_, file) = await AttachAsync("data.bin", [1]);
        var other = await OpenAsync();

        (await TrySendAsync(new ReadAttachment(other.TicketNumber, file))).Error!.Kind.ShouldBe(ErrorKind.NotFound);
    }

    [Test]
    public async Task ReadAttachment_WhenItsKindIsBlocked_WantsTheIntent()
    {
        var (ticket, file) = await AttachAsync("invoice.pdf.EXE", [77, 90]);
        var query = new ReadAttachment(ticket.TicketNumber, file);

        (await TrySendAsync(query)).Error!.Code.ShouldBe("attachment_blocked");
        (await SendAsync(query with { Intent = "review_ok" })).ContentBase64.ShouldBe("TVo=");
        (await TrySendAsync(query with { Intent = "please" })).Error!.Fields.Keys.ShouldBe(["intent"]);
    }

    [Test]
    public async Task ReadAttachment_WhenAboveTheLimit_WantsARange()
    {
        var (ticket, file) = await AttachAsync("small.bin", [1, 2]);
        await GrowAsync(file);
        var query = new ReadAttachment(ticket.TicketNumber, file);

        (await TrySendAsync(query)).Error!.Code.ShouldBe("attachment_too_large");
        (await TrySendAsync(query)).Error!.Kind.ShouldBe(ErrorKind.TooLarge);
        (await TrySendAsync(query with { Offset = 1 })).Error!.Code.ShouldBe("attachment_too_large");
        (await SendAsync(query with { Offset = BlobRange.MaxLength, Length = 100 })).ContentBase64.Length.ShouldBe(136);
    }

    private async Task<(OpenedTicket Ticket, long File)> AttachAsync(string name, byte[] content)
    {
        var ticket = await OpenAsync();
        await SendAsync(
            Answer(ticket) with { Attachments = [new ResponseFile(name, null, Convert.ToBase64String(content), null, null)] });
        var shown = await SendAsync(new ShowTicket(ticket.TicketNumber, ["attachments"]));
        return (ticket, long.Parse(shown.Responses[^1].Attachments!.Single().Id, System.Globalization.CultureInfo.InvariantCulture));
    }

    // An attachment of 25 MiB and a bit, without 33 MB of base64.
    private Task<long> GrowAsync(long file) => WithDbAsync(async db =>
    {
        var big = Domain.Blobs.Blob.Of(new byte[BlobRange.MaxLength + 100], Clock.GetUtcNow());
        var small = db.Attachments.Single(one => one.Id == file);
        db.Blobs.Add(big);
        db.Attachments.Remove(small);
        await db.SaveChangesAsync(CancellationToken.None);
        db.Attachments.Add(Domain.Tickets.Attachment.Of(
            file, small.ResponseId, small.Name, small.MimeType, big.Sha256, big.Size, false, null));
        await db.SaveChangesAsync(CancellationToken.None);
        return file;
    });
}
