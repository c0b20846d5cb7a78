using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Tickiti.Domain.SentMails;
using Tickiti.Infrastructure.Persistence;

namespace Tickiti.Infrastructure.SentMails;

/// <summary>
/// Reads a mailbox's due mails, those due the longest first, a page at a time. A page is bounded in bytes too: large mails wait
/// in the database and not in memory.
/// </summary>
internal sealed class OutboxReader(IServiceScopeFactory scopes, long mailboxId, TimeProvider clock)
{
    private const int PageSize = 100;
    private const int PageLength = 4 * 1024 * 1024;

    private Place _last = new(0, DateTimeOffset.UnixEpoch, 0);

    /// <returns>Empty when nothing more is due behind what was read.</returns>
    public async Task<IReadOnlyList<SentMail>> NextPageAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TickitiDbContext>();
        var (now, after, afterId) = (clock.GetUtcNow(), _last.DueAt, _last.Id);
        var due = await db.SentMails.AsNoTracking()
            .Where(mail => mail.MailboxId == mailboxId && mail.Status == SentMailStatus.Queued && mail.NextTryAt <= now
                && (mail.NextTryAt > after || (mail.NextTryAt == after && mail.Id > afterId)))
            .OrderBy(mail => mail.NextTryAt).ThenBy(mail => mail.Id)
            .Take(PageSize)
            .Select(mail => new Place(mail.Id, mail.NextTryAt!.Value, mail.Html.Length + mail.Text.Length))
            .ToListAsync(cancellationToken);
        var length = 0;
        var page = due.TakeWhile((place, index) => (length += place.Length) <= PageLength || index == 0).ToList();
        if (page.Count == 0)
        {
            return [];
        }

        _last = page[^1];
        return await LoadAsync(db, [.. page.Select(place => place.Id)], cancellationToken);
    }

    private static async Task<IReadOnlyList<SentMail>> LoadAsync(TickitiDbContext db, List<long> ids, CancellationToken cancellationToken)
    {
        var mails = await db.SentMails.AsNoTracking().AsSplitQuery()
            .Include(mail => mail.Recipients).Include(mail => mail.Attachments)
            .Where(mail => ids.Contains(mail.Id))
            .ToDictionaryAsync(mail => mail.Id, cancellationToken);
        return [.. ids.Where(mails.ContainsKey).Select(id => mails[id])];
    }

    private sealed record Place(long Id, DateTimeOffset DueAt, int Length);
}
