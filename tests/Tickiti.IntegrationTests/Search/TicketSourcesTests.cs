using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Shouldly;
using Tickiti.Application.Common;
using Tickiti.Application.Tickets;
using Tickiti.Domain.Common;
using Tickiti.Domain.Tickets;
using Tickiti.Infrastructure.Persistence;
using Tickiti.Infrastructure.Search;
using Tickiti.IntegrationTests.Tickets;

namespace Tickiti.IntegrationTests.Search;

/// <summary>Criteria of all kinds, put together at random, find what looking at every ticket finds, and each of them once.</summary>
[TestFixture(DatabaseProvider.Sqlite)]
[TestFixture(DatabaseProvider.PostgreSql)]
public sealed class TicketSourcesTests(DatabaseProvider provider) : TicketTestsBase(provider)
{
    private const int Count = 6_000;
    private static readonly DateTimeOffset First = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly string[] Words = ["plate", "shoes", "order", "rare", "Ürün"];
    private static readonly string[] Addresses = ["ada@other.example", "ben@other.example", "eve@other.example"];
    private readonly List<Stored> _stored = [];

    [OneTimeSetUp]
    public async Task AddAsync()
    {
        var random = new Random(20261126);
        for (var id = 1L; id <= Count; id += 500)
        {
            await WithDbAsync(async db =>
            {
                for (var i = id; i < id + 500; i++)
                {
                    Add(db, i, random);
                }

                await db.SaveChangesAsync(CancellationToken.None);
                return true;
            });
        }

        // Of SQLite alone.
        while (Node.Services.GetService<SqliteSearchIndexer>() is { } indexer && await indexer.IndexAsync(CancellationToken.None))
        {
        }
    }

    [Test]
    public async Task Query_ForRandomCriteria_FindsWhatLookingAtEachTicketFinds()
    {
        var random = new Random(1126);
        for (var i = 0; i < 150; i++)
        {
            var criteria = Enumerable.Range(0, random.Next(1, 4)).Select(_ => CriterionOf(random)).ToArray();
            var expected = _stored.Where(one => one.Holds(criteria)).Select(one => one.Id).OrderDescending().ToList();
            var (found, _) = await ReadAllAsync(criteria, expected.Count > 500 ? QueryTickets.MaxLimit : random.Next(20, 200));
            found.ShouldBe(expected, string.Join("; ", criteria.Select(one => $"{one.Mode} {one.Match} {string.Join(',', one.Tokens!)}")));
        }
    }

    [TestCase("any")]
    [TestCase("all")]
    public async Task Query_ForManyTokens_FindsWhatLookingAtEachTicketFinds(string match)
    {
        var numbers = Enumerable.Range(1, 50).Select(i => $"{Ticket.NumberOf(i * 97)}").ToList();
        var addresses = Enumerable.Range(0, 40).Select(i => $"customer{i}@other.example").Append(Addresses[0]).ToList();
        foreach (var criterion in new TicketCriterion[] { new("ticket_number", numbers, match), new("participant", addresses, match), new("raised", addresses, match) })
        {
            var expected = _stored.Where(one => one.Holds([criterion])).Select(one => one.Id).OrderDescending().ToList();
            (await ReadAllAsync([criterion], 700)).Found.ShouldBe(expected, criterion.Mode);
        }
    }

    // Half of the tickets each, and never the same: nothing leads to those that have both.
    [Test]
    public async Task Query_WhenTwoFrequentThingsAreNeverTogether_EndsEarlyAndIsGoneOnWithByTheCursor()
    {
        TicketCriterion[] criteria = [new("subject", ["even"], null), new("subject_content", ["odd"], null), new("queue", ["Inbox"], null)];

        var (found, pages) = await ReadAllAsync(criteria, 100);

        found.ShouldBeEmpty();
        pages.ShouldBeGreaterThan(1);
    }

    // Ids in blocks: a node that has one of an earlier time makes tickets later than those with higher ids.
    [Test]
    public async Task Query_ByDay_FindsTicketsWhoseIdsAreOutOfTheOrderOfTime()
    {
        var day = First.AddDays(20).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        TicketCriterion[] until = [new("created_to", [day], null)];
        TicketCriterion[] from = [new("created_from", [day], null)];

        (await ReadAllAsync(until, 300)).Found.ShouldBe(_stored.Where(one => one.Holds(until)).Select(one => one.Id).OrderDescending());
        (await ReadAllAsync(from, 300)).Found.ShouldBe(_stored.Where(one => one.Holds(from)).Select(one => one.Id).OrderDescending());
        _stored.Where(one => one.Holds(until)).Max(one => one.Id).ShouldBeGreaterThan(_stored.Where(one => one.Holds(from)).Min(one => one.Id));
    }

    private async Task<(List<long> Found, int Pages)> ReadAllAsync(TicketCriterion[] criteria, int limit)
    {
        var found = new List<long>();
        string? cursor = null;
        for (var pages = 1; ; pages++)
        {
            var page = await SendAsync(new QueryTickets(criteria) { RowLimit = limit, Cursor = cursor });
            found.AddRange(page.Tickets.Select(row => Ticket.IdOf(row.Number)));
            cursor = page.NextCursor;
            if (cursor is null)
            {
                return (found, pages);
            }
        }
    }

    private void Add(ITickitiDb db, long id, Random random)
    {
        // Two of three in the order of time, the rest out of it by up to 2,000.
        var created = First.AddMinutes(10 * (id + (id % 3 == 0 ? random.Next(-2_000, 2_000) : 0)));
        var ticket = Ticket.Open(
            id,
            new NewTicket(1, $"{(id % 2 == 0 ? "even" : "odder")} {Words[random.Next(Words.Length)]} {id}", EmailAddress.Parse(Addresses[random.Next(3)])),
            created);
        var (response, _) = ticket.Respond(id, new NewResponse(null, "text", $"{Words[random.Next(Words.Length)]} of {id}"), keepStatus: true, created);
        if (random.Next(3) == 0)
        {
            ticket.AddParticipant(Addresses[random.Next(3)]);
        }

        db.Tickets.Add(ticket);
        db.Responses.Add(response);
        var entry = db.Tickets.Entry(ticket);
        entry.Property(one => one.Status).CurrentValue = random.Next(200) == 0 ? TicketStatus.OnHold : random.Next(2) == 0 ? TicketStatus.Open : TicketStatus.Closed;
        entry.Property(one => one.Priority).CurrentValue = random.Next(500) == 0 ? Priority.Urgent : Priority.Normal;
        entry.Property(one => one.UpdatedAt).CurrentValue = random.Next(10) == 0 ? created.AddDays(random.Next(30)) : created;
        _stored.Add(new Stored(
            id,
            ticket.Subject,
            response.Text,
            ticket.Status,
            ticket.Priority,
            ticket.OriginatorEmail,
            [.. ticket.Participants.Select(one => one.Email)],
            created,
            ticket.UpdatedAt));
    }

    private static TicketCriterion CriterionOf(Random random)
    {
        var mode = (TicketMode)random.Next(Enum.GetValues<TicketMode>().Length);
        var tokens = Enumerable.Range(0, random.Next(1, 3)).Select(_ => TokenOf(mode, random)).ToList();
        return new TicketCriterion(Wire<TicketMode>.Name(mode), tokens, random.Next(3) == 0 ? "all" : null);
    }

    private static string TokenOf(TicketMode mode, Random random) => mode switch
    {
        TicketMode.Subject or TicketMode.Content or TicketMode.SubjectContent => random.Next(4) == 0 ? $"{random.Next(10, 99)}" : Words[random.Next(Words.Length)].ToUpperInvariant(),
        TicketMode.Assigned => random.Next(2) == 0 ? "none" : "ada@desk.example",
        TicketMode.Participant or TicketMode.Raised => Addresses[random.Next(3)],
        TicketMode.Priority => random.Next(2) == 0 ? "40" : "20",
        TicketMode.Queue => "inbox",
        TicketMode.Status => Wire<TicketStatus>.Name((TicketStatus)random.Next(3)),
        TicketMode.TicketNumber => $"{Ticket.NumberOf(random.Next(1, Count))}",
        _ => First.AddDays(random.Next(60)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
    };

    private sealed record Stored(
        long Id,
        string Subject,
        string Text,
        TicketStatus Status,
        Priority Priority,
        string Originator,
        IReadOnlyList<string> Participants,
        DateTimeOffset Created,
        DateTimeOffset Updated)
    {
        public bool Holds(IEnumerable<TicketCriterion> criteria) =>
            criteria.GroupBy(one => one.Mode).All(mode => mode.Any(one =>
                one.Match == "all" ? one.Tokens!.All(token => Holds(one.Mode!, token)) : one.Tokens!.Any(token => Holds(one.Mode!, token))));

        private bool Holds(string mode, string token) => Wire<TicketMode>.Parse(mode) switch
        {
            TicketMode.Subject => DatabaseFunctions.HasText(Subject, token),
            TicketMode.Content => DatabaseFunctions.HasText(Text, token),
            TicketMode.SubjectContent => DatabaseFunctions.HasText(Subject, token) || DatabaseFunctions.HasText(Text, token),
            TicketMode.Assigned => token == "none",
            TicketMode.Participant => Originator == token || Participants.Contains(token),
            TicketMode.Raised => Originator == token,
            TicketMode.Priority => Wire<Priority>.Name(Priority) == token,
            TicketMode.Queue => true,
            TicketMode.Status => Wire<TicketStatus>.Name(Status) == token,
            TicketMode.TicketNumber => token == $"{Ticket.NumberOf(Id)}",
            TicketMode.CreatedFrom => Created >= Day(token),
            TicketMode.CreatedTo => Created < Day(token).AddDays(1),
            TicketMode.UpdatedFrom => Updated >= Day(token),
            _ => Updated < Day(token).AddDays(1),
        };

        private static DateTimeOffset Day(string token) =>
            new(DateOnly.ParseExact(token, "yyyy-MM-dd", CultureInfo.InvariantCulture), TimeOnly.MinValue, TimeSpan.Zero);
    }
}
