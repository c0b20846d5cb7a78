using System.Text;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Shouldly;
using Tickiti.Application.Common;
using Tickiti.Domain.Blobs;
using Tickiti.Domain.IncomingMails;
using Tickiti.FunctionalTests.Common;

namespace Tickiti.FunctionalTests.IncomingMails;

public sealed class QuarantineTests(TestDatabase database) : ApiTests(database)
{
    private const string Path = "/api/v1/mail/quarantine";
    private const string Letter =
        "From: Ada <ada@customer.test>\r\nTo: support@tickiti.local\r\nSubject: Broken\r\nMessage-ID: <1@customer.test>\r\n\r\nIt broke.\r\n";

    [Test]
    public async Task Retry_OfAMailThatCanBeReadNow_OpensItsTicket()
    {
        await QuarantineAsync(5001, Letter);
        var listed = (await Admin.PostAsync(Path)).Data.GetProperty("quarantine")[0];
        (listed.GetProperty("id").GetInt64(), listed.GetProperty("reason").GetString()).ShouldBe((5001, "unreadable"));

        var retried = (await Admin.PostAsync($"{Path}/retry", new { id = 5001 })).Data;

        retried.GetProperty("disposition").GetString().ShouldBe("ticket");
        var number = retried.GetProperty("ticket_number").GetInt64();
        var ticket = (await Admin.PostAsync("/api/v1/tickets/show", new { ticket_number = number })).Data.GetProperty("ticket");
        ticket.GetProperty("subject").GetString().ShouldBe("Broken");
        ticket.GetProperty("originator_email").GetString().ShouldBe("ada@customer.test");
        (await Admin.PostAsync(Path)).Data.GetProperty("quarantine").GetArrayLength().ShouldBe(0);
        (await Admin.PostAsync($"{Path}/retry", new { id = 5001 })).Status.ShouldBe(404);
    }

    [Test]
    public async Task Retry_ByManyAtOnce_OpensOneTicket()
    {
        await QuarantineAsync(5001, Letter);

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Admin.PostAsync($"{Path}/retry", new { id = 5001 })));

        answers.Count(answer => answer.Status == 200).ShouldBe(1);
        (await Admin.PostAsync("/api/v1/tickets/query")).Data.GetProperty("tickets").GetArrayLength().ShouldBe(1);
    }

    [Test]
    public async Task Raw_WholeOrInRanges_GivesTheBytes()
    {
        await QuarantineAsync(5001, Letter);

        var whole = (await Admin.PostAsync($"{Path}/raw", new { id = 5001 })).Data;
        var part = (await Admin.PostAsync($"{Path}/raw", new { id = 5001, offset = 6, length = 3 })).Data;

        Encoding.UTF8.GetString(whole.GetProperty("content_base64").GetBytesFromBase64()).ShouldBe(Letter);
        whole.GetProperty("sha256").GetString().ShouldBe(Blob.HashOf(Encoding.UTF8.GetBytes(Letter)));
        Encoding.UTF8.GetString(part.GetProperty("content_base64").GetBytesFromBase64()).ShouldBe("Ada");
        (await Admin.PostAsync($"{Path}/raw", new { id = 5001, offset = 5000 })).Fields.ShouldBe(["offset"]);
        (await Admin.PostAsync($"{Path}/raw", new { id = 4711 })).Status.ShouldBe(404);
    }

    [Test]
    public async Task Discard_OfAMail_TakesItOffTheList()
    {
        await QuarantineAsync(5001, Letter);

        (await Admin.PostAsync($"{Path}/discard", new { id = 5001 })).Data.GetProperty("disposition").GetString().ShouldBe("deleted");

        (await Admin.PostAsync(Path)).Data.GetProperty("quarantine").GetArrayLength().ShouldBe(0);
        (await Admin.PostAsync($"{Path}/discard", new { id = 5001 })).Status.ShouldBe(404);
        (await Admin.PostAsync($"{Path}/discard")).Fields.ShouldBe(["id"]);
    }

    [Test]
    public async Task TooLarge_ThatLiesOnTheServerStill_IsFetchedAnew()
    {
        await QuarantineAsync(5001, raw: null);
        (await Admin.PostAsync($"{Path}/raw", new { id = 5001 })).Error.ShouldBe("raw_not_stored");

        var retried = (await Admin.PostAsync($"{Path}/retry", new { id = 5001 })).Data;

        retried.GetProperty("disposition").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        retried.GetProperty("reason").GetString().ShouldBe("fetched_anew");
        (await Admin.PostAsync(Path)).Data.GetProperty("quarantine").GetArrayLength().ShouldBe(0);
    }

    [Test]
    public async Task List_ByCursorAndMailbox_FindsEachOnce()
    {
        for (var id = 5001; id <= 5005; id++)
        {
            await QuarantineAsync(id, $"Subject: {id}\r\n\r\n");
        }

        var first = (await Admin.PostAsync(Path, new { limit = 3 })).Data;
        var second = (await Admin.PostAsync(Path, new { limit = 3, cursor = first.GetProperty("next_cursor").GetString() })).Data;

        first.GetProperty("quarantine").EnumerateArray().Concat(second.GetProperty("quarantine").EnumerateArray())
            .Select(one => one.GetProperty("id").GetInt64()).ShouldBe([5005, 5004, 5003, 5002, 5001]);
        second.GetProperty("next_cursor").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        (await Admin.PostAsync(Path, new { mailbox_id = 77 })).Data.GetProperty("quarantine").GetArrayLength().ShouldBe(0);
    }

    private async Task QuarantineAsync(long id, string? raw)
    {
        await using var scope = Server.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ITickitiDb>();
        var now = TimeProvider.System.GetUtcNow();
        var blob = raw is null ? null : Blob.Of(Encoding.UTF8.GetBytes(raw), now);
        if (blob is not null)
        {
            db.Blobs.Add(blob);
        }

        // Of another store than the one that is visited meanwhile: a visit would find it gone from there.
        var row = IncomingMail.Record(
            id, 1, new ReceivedMail(new MailSource("pop3:desk@mail.example", $"{id}", 100), "", "") { RawSha256 = blob?.Sha256, IsOnServer = raw is null }, now);
        row.Dispose(Disposition.Quarantined, raw is null ? "too_large" : "unreadable", "quarantined: of a test.");
        db.IncomingMails.Add(row);
        await db.SaveChangesAsync(CancellationToken.None);
    }
}
