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

    public async Task<LedgerComparison> CompareAsync(
        string store, IReadOnlyList<ListedMail> listed, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ITickitiDb>();
        var rows = (await db.IncomingMails.AsNoTracking()
                .Where(row => row.MailboxId == mailbox.Id && row.IsOnServer && row.SourceStore == store)
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

        var gone = rows.Values.Select(row => row.Id).ToList();
        foreach (var some in unknown.Chunk(MaxKeysAQuery))
        {
            await SortOutAsync(db, some, fresh, due, back, cancellationToken);
        }

        return new LedgerComparison(fresh, due, gone, back);
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
        return await db.WriteAsync(
            async token =>
            {
                await leases.AssertAsync(db, lease, token);
                return staged;
            },
            cancellationToken);
    }

    private string LoginKeyOf(string store) => string.Create(
        CultureInfo.InvariantCulture, $"mailbox:{mailbox.Id}:login:{new MailSource(store, "", 0).Key}");

    private async Task WriteAsync(Func<ITickitiDb, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ITickitiDb>();
        await db.WriteAsync(
            async token =>
            {
                await leases.AssertAsync(db, lease, token);
                await write(db, token);
                return true;
            },
            cancellationToken);
    }

    // Not among those that are thought to lie on the server: a mail of its own, or one that came back from a backup.
    private async Task SortOutAsync(
        ITickitiDb db,
        ListedMail[] mails,
        List<ListedMail> fresh,
        List<DueMail> due,
        List<long> back,
        CancellationToken cancellationToken)
    {
        var keys = mails.Select(mail => mail.Source.Key).ToArray();
        var rows = (await db.IncomingMails.AsNoTracking()
                .Where(row => row.MailboxId == mailbox.Id && keys.Contains(row.SourceKey))
                .Select(row => new LedgerRow(row.Id, row.SourceKey, row.SourceSize, row.DeleteDueAt))
                .ToListAsync(cancellationToken))
            .ToDictionary(row => (row.Key, row.Size));
        foreach (var mail in mails)
        {
            if (!rows.TryGetValue((mail.Source.Key, mail.Source.Size), out var row))
            {
                fresh.Add(mail);
                continue;
            }

            back.Add(row.Id);
            if (row.DeleteDueAt <= clock.GetUtcNow())
            {
                due.Add(new DueMail(mail, row.Id));
            }
        }
    }

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
