using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Tickiti.Application.Common;
using Tickiti.Application.IncomingMails;

namespace Tickiti.Infrastructure.IncomingMails;

/// <inheritdoc cref="IMailFilters"/>
/// <remarks>The lists may be long: they are read again only where their number or the sum of their ids has changed.</remarks>
internal sealed class MemoryMailFilters(IServiceScopeFactory scopes, TimeProvider clock) : IMailFilters, IDisposable
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _reading = new(1);
    private volatile Reading? _latest;
    private volatile bool _isForgotten;

    public ValueTask<MailFilter> ReadAsync(CancellationToken cancellationToken) =>
        IsFresh(_latest) ? ValueTask.FromResult(_latest!.Filter) : LoadAsync(cancellationToken);

    public void Forget() => _isForgotten = true;

    public void Dispose() => _reading.Dispose();

    private bool IsFresh(Reading? reading) =>
        reading is not null && !_isForgotten && clock.GetElapsedTime(reading.At) < MaxAge;

    private async ValueTask<MailFilter> LoadAsync(CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken);
        try
        {
            if (IsFresh(_latest))
            {
                return _latest!.Filter;
            }

            // Time and mark are taken before the rows: what changes meanwhile is looked for again.
            var at = clock.GetTimestamp();
            _isForgotten = false;
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<ITickitiDb>();
            var stamp = await StampAsync(db, cancellationToken);
            var filter = _latest is { } latest && latest.Stamp == stamp ? latest.Filter : await FilterAsync(db, cancellationToken);
            _latest = new Reading(at, stamp, filter);
            return filter;
        }
        finally
        {
            _reading.Release();
        }
    }

    // Rows are added and deleted, never changed.
    private static async Task<Stamp> StampAsync(ITickitiDb db, CancellationToken cancellationToken) => new(
        await db.ExcludedEmails.CountAsync(cancellationToken),
        await db.ExcludedEmails.SumAsync(one => one.Id, cancellationToken),
        await db.IgnoredSubjects.CountAsync(cancellationToken),
        await db.IgnoredSubjects.SumAsync(one => one.Id, cancellationToken));

    private static async Task<MailFilter> FilterAsync(ITickitiDb db, CancellationToken cancellationToken) => new(
        await db.ExcludedEmails.AsNoTracking().Select(one => KeyValuePair.Create(one.EmailKey, one.Email)).ToListAsync(cancellationToken),
        await db.IgnoredSubjects.AsNoTracking().Select(one => KeyValuePair.Create(one.SubjectKey, one.Subject)).ToListAsync(cancellationToken));

    private sealed record Reading(long At, Stamp Stamp, MailFilter Filter);

    private readonly record struct Stamp(int EmailCount, long EmailIds, int SubjectCount, long SubjectIds);
}
