using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Shouldly;
using Tickiti.Application.Common;
using Tickiti.Domain.Blobs;
using Tickiti.Domain.Common;
using Tickiti.Domain.Idempotency;
using Tickiti.Domain.IncomingMails;
using Tickiti.Domain.SentMails;
using Tickiti.Domain.Suppressions;
using Tickiti.Domain.Tickets;
using Tickiti.Domain.Tokens;
using Tickiti.Domain.Users;
using Tickiti.Infrastructure.Persistence;
using Tickiti.IntegrationTests.Common;

namespace Tickiti.IntegrationTests.Persistence;

/// <summary>Rows inserted past EF's update pipeline read back as EF would have written them.</summary>
[TestFixture(DatabaseProvider.Sqlite)]
[TestFixture(DatabaseProvider.PostgreSql)]
public sealed class StagedInsertsTests(DatabaseProvider provider)
{
    // To the microsecond: PostgreSQL keeps no more.
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 9, 15, 30, 123, 456, TimeSpan.FromHours(2));

    private TestDatabase _database = null!;
    private TestNode _node = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _database = await TestDatabase.CreateAsync(provider);
        _node = await _database.StartNodeAsync();
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }
    }

    [Test]
    public async Task Save_WhenRowsOfEveryHotTypeAreNew_ReadsBackEveryColumn()
    {
        var written = await _node.InScopeAsync(async scope =>
        {
            var db = scope.GetRequiredService<TickitiDbContext>();
            Stage(db);
            StagedInserts.Of(db).ShouldNotBeNull();
            var rows = db.ChangeTracker.Entries().Select(entry => (
                Type: entry.Metadata.ClrType,
                Key: entry.Metadata.FindPrimaryKey()!.Properties.Select(key => entry.CurrentValues[key]).ToArray(),
                Values: Columns(entry))).ToList();
            await db.SaveChangesAsync();
            db.ChangeTracker.Entries().ShouldAllBe(entry => entry.State == EntityState.Unchanged);
            return rows;
        });

        await _node.InScopeAsync(async scope =>
        {
            var db = scope.GetRequiredService<TickitiDbContext>();
            foreach (var (type, key, values) in written)
            {
                var found = await db.FindAsync(type, key);
                found.ShouldNotBeNull($"{type.Name} {string.Join(',', key)}");
                Columns(db.Entry(found)).ShouldBe(values, $"{type.Name}");
            }
        });
    }

    [Test]
    public async Task Save_WhenManyRowsOfATypeAreNew_KeepsNullsAndValuesApart()
    {
        await _node.InScopeAsync(async scope =>
        {
            var db = scope.GetRequiredService<TickitiDbContext>();
            for (var i = 0; i < 3; i++)
            {
                var user = User.Add(9100 + i, $"Anna {i}", EmailAddress.Parse($"anna{i}@desk.example"), isStaff: i == 1, isAdmin: false, Now);
                db.Add(user);
                db.Add(ApiToken.Mint(
                    9100 + i, "token", 9100 + i, [Ability.CreateTicket], "secret", i == 1 ? "10.0.0.0/8" : null, i == 1 ? Now.AddDays(1) : null, Now));
            }

            await db.SaveChangesAsync();
        });

        await _node.InScopeAsync(async scope =>
        {
            var db = scope.GetRequiredService<TickitiDbContext>();
            var tokens = await db.ApiTokens.Where(token => token.Id >= 9100).OrderBy(token => token.Id).ToListAsync();
            tokens.Select(token => token.ExpiresAt).ShouldBe([null, Now.AddDays(1), null]);
            tokens.Select(token => token.OwnerId).ShouldBe([9100, 9101, 9102]);
            var users = await db.Users.Where(user => user.Id >= 9100).OrderBy(user => user.Id).ToListAsync();
            users.Select(user => user.IsStaff).ShouldBe([false, true, false]);
            users.Select(user => user.Name).ShouldBe(["Anna 0", "Anna 1", "Anna 2"]);
        });
    }

    [Test]
    public Task Of_WhenSomethingIsChangedAsWell_LeavesItToEf() => _node.InScopeAsync(async scope =>
    {
        var db = scope.GetRequiredService<TickitiDbContext>();
        var inbox = await db.Queues.FirstAsync();
        inbox.Rename("Inbox of the test");
        db.Settings.Add(new Setting { Key = "staged", Value = "" });
        db.ChangeTracker.DetectChanges();

        StagedInserts.Of(db).ShouldBeNull();
    });

    private static List<string> Columns(Microsoft.EntityFrameworkCore.ChangeTracking.EntityEntry entry) =>
        [.. entry.Properties.Select(property => $"{property.Metadata.Name}={Text(property.CurrentValue)}")];

    private static string Text(object? value) => value switch
    {
        DateTimeOffset instant => instant.UtcDateTime.ToString("O", System.Globalization.CultureInfo.InvariantCulture),
        byte[] bytes => Convert.ToHexString(bytes),
        IEnumerable<string> list => string.Join('|', list),
        _ => $"{value}",
    };

    private static void Stage(TickitiDbContext db)
    {
        var blob = Blob.Of([0, 1, 2, 255], Now);
        var ticket = Ticket.Open(9001, new NewTicket(1, "Größe 'x' \"y\" 🎽", EmailAddress.Parse("marcus@customer.example"))
        {
            MailboxId = 1,
            Participants = [EmailAddress.Parse("anna@customer.example")],
        }, Now);
        ticket.SetStatus(TicketStatus.OnHold, new DateOnly(2027, 1, 31), Now);
        var file = Attachment.Of(9003, 9002, "plate.png", "image/png", blob.Sha256, blob.Size, isInline: true, "cid1");
        var (response, _) = ticket.Respond(
            9002,
            new NewResponse(null, "<p>&amp;</p>", "& 🎽") { Spans = "v4", ThreadConfidence = ThreadConfidence.Medium, Attachments = [file] },
            keepStatus: true,
            Now);
        var sent = SentMail.Write(9004, new OutgoingMail
        {
            MailboxId = 1,
            MailboxName = "local",
            FromAddress = "support@tickiti.local",
            To = ["marcus@customer.example"],
            Bcc = ["archive@desk.example"],
            Subject = "Re: Größe",
            MessageId = "9004@tickiti.local",
            References = ["a@b", "c@d"],
            Source = SentMailSource.Ticket,
            TicketId = 9001,
            Attachments = [new SentMailAttachment(9004, 0, "plate.png", "image/png", blob.Sha256, blob.Size, null)],
        }, Now);
        var mail = IncomingMail.Record(9005, 1, new ReceivedMail(new MailSource("pop3:u@h", "uid-1", 42), "m1@customer.example", blob.Sha256)
        {
            RawSha256 = blob.Sha256,
            Date = Now,
        }, Now);
        mail.Dispose(Disposition.Ticket, "new", "step: said");
        db.AddRange(
            mail,
            sent,
            response,
            ticket,
            blob,
            SentMailAttempt.Of(9004, 1, Now, "mx.customer.example", "sent", 250, "2.0.0", "OK"),
            User.Add(9006, "Anna", EmailAddress.Parse("anna@desk.example"), isStaff: true, isAdmin: false, Now),
            ApiToken.Mint(9007, "token", 1, [Ability.CreateTicket, Ability.MailRead], "secret", "10.0.0.0/8", Now.AddDays(1), Now),
            Suppression.Of(9008, EmailAddress.Parse("gone@customer.example"), SuppressionReason.Bounce, null, Now.AddDays(30), Now),
            IdempotencyRecord.Of(1, "key", "create_ticket", new string('a', 64), 200, [1, 2, 3], Now),
            new Lease { Name = "test", ExpiresAt = Now, Fence = 7 });
    }
}
