using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Tickiti.Application.Common;
using Tickiti.Application.IncomingMails;
using Tickiti.Domain.IncomingMails;
using Tickiti.Domain.Mailboxes;
using Tickiti.Infrastructure.Persistence;

namespace Tickiti.Infrastructure.IncomingMails;

/// <summary>What the ledger knows of the mails that lie on a server, and every write of a round: each asserts the lease first.</summary>
internal sealed class MailLedger(IServiceScopeFactory scopes, Leases leases, HeldLease lease, Mailbox mailbox, TimeProvider clock)
{
    private const int MaxKeysAQuery = 1000;

    // How often one id may have been given anew.
    private const int MaxHops = 20;

    public async Task<LedgerComparison> CompareAsync(
        string store, IReadOnlyList<ListedMail> listed, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ITickitiDb>();

        // Compared with a parameter, because SQLite does not look for a bare truth value in an index: it would read every row
        // that the mailbox ever had.
        var here = true;
        var rows = (await db.IncomingMails.AsNoTracking()
                .Where(row => row.MailboxId == mailbox.Id && row.IsOnServer == here && row.SourceStore == store)
                .Select(row => new LedgerRow(row.Id, row.SourceKey, row.SourceSize, row.DeleteDueAt))
                .ToListAsync(cancellationToken))
            .ToDictionary(row => (row.Key, row.Size));
        var (fresh, due, back) = (new List<ListedMail>(), new List<DueMail>(), new List<long>());
        var unknown = new List<ListedMail>();
        var now = clock.GetUtcNow();
        foreach (var mail in listed)
        {
            if (!rows.Remove((mail.Source.Key, mail.Source.Size), out var row))
            {
                unknown.Add(mail);
            }
            else if (row.DeleteDueAt <= now)
            {
                due.Add(new DueMail(mail, row.Id));
            }
        }

        // A mail that was called so may be gone while another goes by its name now; that other may be known by a name of its own.
        for (var hops = 0; unknown.Count > 0; hops++)
        {
            var renamed = await SortOutAsync(db, unknown, fresh, back, cancellationToken);
            unknown.Clear();
            foreach (var mail in renamed)
            {
                if (!rows.Remove((mail.Source.Key, mail.Source.Size), out var row))
                {
                    (hops < MaxHops ? unknown : fresh).Add(mail);
                }
                else if (row.DeleteDueAt <= now)
                {
                    due.Add(new DueMail(mail, row.Id));
                }
            }
        }

        var order = listed.Index().ToDictionary(one => one.Item.Number, one => one.Index);
        fresh.Sort((left, right) => order[left.Number].CompareTo(order[right.Number]));
        return new LedgerComparison(fresh, due, [.. rows.Values.Select(row => row.Id)], back);
    }

    /// <summary>Whether we have never been signed in there.</summary>
    public async Task<bool> IsFirstLoginAsync(string store, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var key = LoginKeyOf(store);
        return !await scope.ServiceProvider.GetRequiredService<ITickitiDb>().Settings.AsNoTracking()
            .AnyAsync(setting => setting.Key == key, cancellationToken);
    }

    /// <summary>Remembers the first login, and what lay there where it is to be left alone, in one transaction.</summary>
    public Task RememberLoginAsync(string store, IReadOnlyList<ListedMail> skipped, CancellationToken cancellationToken) =>
        CommitAsync(
            async services =>
            {
                var db = services.GetRequiredService<ITickitiDb>();
                var ids = services.GetRequiredService<IIds>();
                var now = clock.GetUtcNow();
                foreach (var mail in skipped)
                {
                    var row = IncomingMail.Record(
                        await ids.NextAsync<IncomingMail>(cancellationToken), mailbox.Id, new ReceivedMail(mail.Source, "", "") { IsOnServer = true }, now);
                    row.Dispose(Disposition.SkippedExisting, "import_new", "");
                    db.IncomingMails.Add(row);
                }

                db.Settings.Add(new Setting { Key = LoginKeyOf(store), Value = now.ToString("O", CultureInfo.InvariantCulture) });
                return skipped.Count;
            },
            cancellationToken);

    /// <summary>Copies that are gone from the server, or there again.</summary>
    public Task MarkAsync(IReadOnlyCollection<long> ids, bool isOnServer, CancellationToken cancellationToken) =>
        WriteAsync(
            async (db, token) =>
            {
                foreach (var some in ids.Chunk(MaxKeysAQuery))
                {
                    await db.IncomingMails.Where(row => some.Contains(row.Id))
                        .ExecuteUpdateAsync(set => set.SetProperty(row => row.IsOnServer, isOnServer), token);
                }
            },
            cancellationToken);

    /// <summary>Stages by a function and commits, in a scope of its own.</summary>
    public async Task<T> CommitAsync<T>(Func<IServiceProvider, Task<T>> stage, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ITickitiDb>();
        var staged = await stage(scope.ServiceProvider);
        await leases.SaveAsync(db, lease, cancellationToken);
        return staged;
    }

    private string LoginKeyOf(string store) => string.Create(
        CultureInfo.InvariantCulture, $"mailbox:{mailbox.Id}:login:{new MailSource(store, "", 0).Key}");

    private async Task WriteAsync(Func<ITickitiDb, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ITickitiDb>();
        await leases.WriteAsync(
            db,
            lease,
            async token =>
            {
                await write(db, token);
                return true;
            },
            cancellationToken);
    }

    // Not among those that are thought to lie on the server: a mail of its own, one that came back from a backup, or one that
    // was given the id of a mail that is gone. The last two look alike in a listing: they are fetched, and their content tells.
    // What was never fetched whole has none to compare; it is never deleted either, so its row may stand for it.
    private async Task<List<ListedMail>> SortOutAsync(
        ITickitiDb db, List<ListedMail> mails, List<ListedMail> fresh, List<long> back, CancellationToken cancellationToken)
    {
        var rows = new Dictionary<(string Key, long Size), GoneRow>();
        foreach (var some in mails.Select(mail => mail.Source.Key).Chunk(MaxKeysAQuery))
        {
            var found = await db.IncomingMails.AsNoTracking()
                .Where(row => row.MailboxId == mailbox.Id && some.Contains(row.SourceKey))
                .Select(row => new GoneRow(row.Id, row.SourceKey, row.SourceSize, row.ContentHash != ""))
                .ToListAsync(cancellationToken);
            found.ForEach(row => rows[(row.Key, row.Size)] = row);
        }

        var renamed = new List<ListedMail>();
        foreach (var mail in mails)
        {
            if (!rows.TryGetValue((mail.Source.Key, mail.Source.Size), out var row))
            {
                fresh.Add(mail);
            }
            else if (row.HasContent)
            {
                renamed.Add(mail.Beside(row.Id));
            }
            else
            {
                back.Add(row.Id);
            }
        }

        return renamed;
    }

    private sealed record GoneRow(long Id, string Key, long Size, bool HasContent);

    private sealed record LedgerRow(long Id, string Key, long Size, DateTimeOffset? DeleteDueAt);
}

/// <param name="Fresh">Without a row, in the order of the listing.</param>
/// <param name="Due">With a row, and to be deleted.</param>
/// <param name="Gone">Rows whose copy is not listed any more.</param>
/// <param name="Back">Rows whose copy was thought to be gone.</param>
internal sealed record LedgerComparison(
    IReadOnlyList<ListedMail> Fresh, IReadOnlyList<DueMail> Due, IReadOnlyList<long> Gone, IReadOnlyList<long> Back);

/// <param name="Listed">Where it lies.</param>
/// <param name="Id">Of its row.</param>
internal sealed record DueMail(ListedMail Listed, long Id);
