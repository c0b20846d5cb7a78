using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tickiti.Infrastructure.Persistence;

namespace Tickiti.Infrastructure.Search;

/// <summary>Brings the changes that wait into the tables of n-grams, apart from the writes that made them; one node at a time.</summary>
internal sealed partial class SqlServerSearchIndexer(
    IServiceScopeFactory scopes, Leases leases, SqlServerSearchTables tables, TimeProvider clock, ILogger<SqlServerSearchIndexer> log)
    : BackgroundService
{
    public const string Lease = "search.index";

    private const int MaxRows = 200;
    private const int MaxCharacters = 100_000;

    // A ticket with more responses than this keeps grams of one that is gone: they say no more than "maybe".
    private const int MaxOthers = 100;

    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(1);

    // A search that a batch stands in the way of goes first; the batch comes again.
    internal const string YieldSql = "SET DEADLOCK_PRIORITY LOW";

    internal static string AnyDueSql { get; } = string.Join(
        " UNION ALL ",
        SqlServerSearchIndex.All.Select(index =>
            $"SELECT \"Value\" FROM (SELECT \"Id\" AS \"Value\" FROM \"{index.Due}\" ORDER BY \"Seq\" OFFSET 0 ROWS FETCH NEXT 1 ROWS ONLY) {index.Due}"));

    /// <summary>Indexes a batch: what is indexed and its leaving the list are one transaction.</summary>
    /// <returns>Whether more may be waiting.</returns>
    public async Task<bool> IndexAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TickitiDbContext>();
        if (!await tables.AreThereAsync(db, cancellationToken)
            || (await db.Database.SqlQueryRaw<long>(AnyDueSql).ToListAsync(cancellationToken)).Count == 0
            || await leases.TryTakeAsync(Lease, cancellationToken) is not { } lease)
        {
            return false;
        }

        try
        {
            return await leases.WriteAsync(db, lease, token => IndexAsync(db, token), cancellationToken);
        }
        finally
        {
            await leases.GiveBackAsync(lease, CancellationToken.None);
        }
    }

    internal static string IndexedSql(SqlServerSearchIndex index) =>
        $$"""
          SELECT texts."Found", texts."Text" FROM OPENJSON({0}) WITH ("Id" bigint) changed
          JOIN "{{index.Texts}}" texts ON texts."Id" = changed."Id" {{SqlServerSearchIndex.Hints}}
          """;

    internal static string OthersSql(SqlServerSearchIndex index) =>
        $$"""
          SELECT "Text" AS "Value" FROM "{{index.Texts}}"
          WHERE "Found" = {0} AND "Id" NOT IN (SELECT "Id" FROM OPENJSON({1}) WITH ("Id" bigint) changed)
          ORDER BY "Id" OFFSET 0 ROWS FETCH NEXT {{MaxOthers}} ROWS ONLY
          """;

    internal static string ClearSql(SqlServerSearchIndex index) =>
        $$"""
          UPDATE grams SET "Mask" = grams."Mask" & ~change."Mask" FROM {{Changes}}
          JOIN "{{index.Grams}}" grams ON {{SamePosting}} {{SqlServerSearchIndex.Hints}}
          """;

    internal static string DropEmptySql(SqlServerSearchIndex index) =>
        $$"""
          DELETE grams FROM {{Changes}}
          JOIN "{{index.Grams}}" grams ON {{SamePosting}} AND grams."Mask" = 0 {{SqlServerSearchIndex.Hints}}
          """;

    internal static string SetSql(SqlServerSearchIndex index) =>
        $$"""
          UPDATE grams SET "Mask" = grams."Mask" | change."Mask" FROM {{Changes}}
          JOIN "{{index.Grams}}" grams ON {{SamePosting}} {{SqlServerSearchIndex.Hints}}
          """;

    internal static string AddSql(SqlServerSearchIndex index) =>
        $$"""
          INSERT INTO "{{index.Grams}}" ("Gram", "Block", "Mask")
          SELECT change."Gram", change."Block", change."Mask" FROM {{Changes}}
          LEFT JOIN "{{index.Grams}}" grams ON {{SamePosting}}
          WHERE grams."Gram" IS NULL {{SqlServerSearchIndex.Hints}}
          """;

    internal static string ForgetSql(SqlServerSearchIndex index) =>
        $$"""
          DELETE texts FROM OPENJSON({0}) WITH ("Id" bigint) changed
          JOIN "{{index.Texts}}" texts ON texts."Id" = changed."Id" {{SqlServerSearchIndex.Hints}}
          """;

    internal static string KeepSql(SqlServerSearchIndex index) =>
        $$"""INSERT INTO "{{index.Texts}}" ("Id", "Found", "Bit", "Text") VALUES ({0}, {1}, {2}, {3})""";

    internal static string DoneSql(SqlServerSearchIndex index) =>
        $$"""
          DELETE due FROM OPENJSON({0}) WITH ("Seq" bigint) done
          JOIN "{{index.Due}}" due ON due."Seq" = done."Seq" {{SqlServerSearchIndex.Hints}}
          """;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            var began = clock.GetTimestamp();
            var more = false;
            try
            {
                more = await IndexAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                IndexFailed(log, exception);
            }

            // Half of the time is left to everybody else.
            await Task.Delay(more ? clock.GetElapsedTime(began) : Idle, clock, stoppingToken);
        }
    }

    private const string Changes = """OPENJSON({0}) WITH ("Gram" bigint, "Block" bigint, "Mask" bigint) change""";

    private const string SamePosting = """grams."Gram" = change."Gram" AND grams."Block" = change."Block" """;

    private static async Task<bool> IndexAsync(TickitiDbContext db, CancellationToken cancellationToken)
    {
        await db.Database.ExecuteSqlRawAsync(YieldSql, cancellationToken);
        var budget = new Budget();
        foreach (var index in SqlServerSearchIndex.All)
        {
            await IndexAsync(db, index, budget, cancellationToken);
        }

        return budget.IsSpent;
    }

    private static async Task IndexAsync(TickitiDbContext db, SqlServerSearchIndex index, Budget budget, CancellationToken cancellationToken)
    {
        var due = await ReadAsync(db, index, budget, cancellationToken);
        if (due.Count == 0)
        {
            return;
        }

        var now = due.DistinctBy(row => row.Id).Where(row => row.Found is not null)
            .Select(row => new Indexed(row.Id, row.Found!.Value, row.Folded())).ToList();
        var ids = JsonSerializer.Serialize(due.DistinctBy(row => row.Id).Select(row => new { row.Id }));
        var added = new Postings();
        foreach (var row in now)
        {
            added.Add(row.Found, SearchGrams.Of(row.Text));
        }

        var removed = await RemovedAsync(db, index, ids, now, cancellationToken);
        await RunAsync(db, removed, [ClearSql(index), DropEmptySql(index)], cancellationToken);
        await RunAsync(db, added, [SetSql(index), AddSql(index)], cancellationToken);
        await db.Database.ExecuteSqlRawAsync(ForgetSql(index), [ids], cancellationToken);
        foreach (var row in now)
        {
            await db.Database.ExecuteSqlRawAsync(
                KeepSql(index), [row.Id, row.Found, SqlServerSearchIndex.BitOf(row.Found), row.Text], cancellationToken);
        }

        var done = JsonSerializer.Serialize(due.Select(row => new { row.Seq }));
        await db.Database.ExecuteSqlRawAsync(DoneSql(index), [done], cancellationToken);
    }

    private static async Task<List<SqlServerDueRow>> ReadAsync(
        TickitiDbContext db, SqlServerSearchIndex index, Budget budget, CancellationToken cancellationToken)
    {
        var due = new List<SqlServerDueRow>();
        if (budget.IsSpent)
        {
            return due;
        }

        var rows = db.Database.SqlQueryRaw<SqlServerDueRow>(index.DueSql("ASC", MaxRows)).AsAsyncEnumerable();
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            due.Add(row);
            budget.Rows++;
            budget.Characters += (row.Text?.Length ?? 0) + (row.More?.Length ?? 0);
            if (budget.IsSpent)
            {
                break;
            }
        }

        return due;
    }

    // What was said of these rows before, and is true no more of anything that is found as they are.
    private static async Task<Postings> RemovedAsync(
        TickitiDbContext db, SqlServerSearchIndex index, string ids, List<Indexed> now, CancellationToken cancellationToken)
    {
        var removed = new Postings();
        var before = await db.Database.SqlQueryRaw<Before>(IndexedSql(index), ids).ToListAsync(cancellationToken);
        foreach (var group in before.GroupBy(row => row.Found))
        {
            var gone = group.SelectMany(row => SearchGrams.Of(row.Text)).ToHashSet();
            foreach (var row in now.Where(row => row.Found == group.Key))
            {
                gone.ExceptWith(SearchGrams.Of(row.Text));
            }

            if (index.IsGrouped && gone.Count > 0)
            {
                await KeepForOthersAsync(db, index, ids, group.Key, gone, cancellationToken);
            }

            removed.Add(group.Key, gone);
        }

        return removed;
    }

    private static async Task KeepForOthersAsync(
        TickitiDbContext db, SqlServerSearchIndex index, string ids, long found, HashSet<long> gone, CancellationToken cancellationToken)
    {
        var others = 0;
        var texts = db.Database.SqlQueryRaw<string>(OthersSql(index), found, ids).AsAsyncEnumerable();
        await foreach (var text in texts.WithCancellation(cancellationToken))
        {
            gone.ExceptWith(SearchGrams.Of(text));
            others++;
        }

        if (others == MaxOthers)
        {
            gone.Clear();
        }
    }

    private static async Task RunAsync(
        TickitiDbContext db, Postings postings, IReadOnlyList<string> statements, CancellationToken cancellationToken)
    {
        if (postings.IsEmpty)
        {
            return;
        }

        var changes = postings.ToJson();
        foreach (var statement in statements)
        {
            await db.Database.ExecuteSqlRawAsync(statement, [changes], cancellationToken);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Texts could not be brought into the search index; tried again later")]
    private static partial void IndexFailed(ILogger logger, Exception exception);

    private sealed record Indexed(long Id, long Found, string Text);

    private sealed record Before(long Found, string Text);

    private sealed record Posting(long Gram, long Block, long Mask);

    /// <summary>Bits of ids, by gram and block.</summary>
    private sealed class Postings
    {
        private readonly Dictionary<(long Gram, long Block), long> _masks = [];

        public bool IsEmpty => _masks.Count == 0;

        public void Add(long found, IEnumerable<long> grams)
        {
            foreach (var gram in grams)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(_masks, (gram, SqlServerSearchIndex.BlockOf(found)), out _)
                    |= SqlServerSearchIndex.BitOf(found);
            }
        }

        // In the order of the table's key.
        public string ToJson() => JsonSerializer.Serialize(
            _masks.OrderBy(one => one.Key.Gram).ThenByDescending(one => one.Key.Block)
                .Select(one => new Posting(one.Key.Gram, one.Key.Block, one.Value)));
    }

    private sealed class Budget
    {
        public int Rows { get; set; }

        public int Characters { get; set; }

        public bool IsSpent => Rows >= MaxRows || Characters >= MaxCharacters;
    }
}
