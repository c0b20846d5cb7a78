using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Tickiti.Application.Common;

namespace Tickiti.Infrastructure.Persistence;

/// <inheritdoc cref="IDirectory"/>
internal sealed class MemoryDirectory(IServiceScopeFactory scopes, TimeProvider clock) : IDirectory
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _reading = new(1);
    private volatile Reading? _latest;
    private int _changes;

    public ValueTask<DirectorySnapshot> ReadAsync(CancellationToken cancellationToken) =>
        _latest is { } latest && clock.GetElapsedTime(latest.At) < MaxAge
            ? ValueTask.FromResult(latest.Snapshot)
            : LoadAsync(cancellationToken);

    public void Forget()
    {
        Interlocked.Increment(ref _changes);
        _latest = null;
    }

    private async ValueTask<DirectorySnapshot> LoadAsync(CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken);
        try
        {
            if (_latest is { } latest && clock.GetElapsedTime(latest.At) < MaxAge)
            {
                return latest.Snapshot;
            }

            // The time is taken before the rows: a snapshot is never younger than it says.
            var at = clock.GetTimestamp();
            var changes = Volatile.Read(ref _changes);
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<TickitiDbContext>();
            var snapshot = new DirectorySnapshot(
                await db.Queues.AsNoTracking().OrderBy(queue => queue.Id).ToListAsync(cancellationToken),
                // By creation: the ids of two nodes come from different blocks.
                await db.Mailboxes.AsNoTracking().OrderBy(mailbox => mailbox.CreatedAt).ThenBy(mailbox => mailbox.Id)
                    .ToListAsync(cancellationToken),
                await db.Users.AsNoTracking().OrderBy(user => user.Id).ToListAsync(cancellationToken));

            // What was changed while it was read may be missing in it: good for this caller, who began before, and for no other.
            _latest = changes == Volatile.Read(ref _changes) ? new Reading(at, snapshot) : null;
            return snapshot;
        }
        finally
        {
            _reading.Release();
        }
    }

    private sealed record Reading(long At, DirectorySnapshot Snapshot);
}
