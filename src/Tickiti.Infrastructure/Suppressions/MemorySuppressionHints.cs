using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Tickiti.Application.Common;
using Tickiti.Application.Suppressions;

namespace Tickiti.Infrastructure.Suppressions;

/// <inheritdoc cref="ISuppressionHints"/>
/// <remarks>
/// A number of 32 bits for each address that was ever suppressed, 16 MB for a million; of a million one stranger in 4,000 shares its
/// number with one. What is new is added by the second; what was lifted stays until the next start and costs a question.
/// </remarks>
internal sealed class MemorySuppressionHints(IServiceScopeFactory scopes, TimeProvider clock) : ISuppressionHints, IDisposable
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);

    // Nodes' clocks differ, and a row is made a while before it is committed.
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(2);

    private readonly SemaphoreSlim _reading = new(1);
    private readonly Lock _lock = new();
    private readonly HashSet<int> _hashes = [];
    private DateTimeOffset? _newest;
    private long? _readAt;
    private volatile bool _isForgotten;

    public async ValueTask<bool> MayHoldAsync(IReadOnlyCollection<string> addressKeys, CancellationToken cancellationToken) =>
        (!IsFresh() && !await TryReadAsync(cancellationToken)) || HoldsAny(addressKeys);

    public void Forget() => _isForgotten = true;

    public void Dispose() => _reading.Dispose();

    private bool IsFresh()
    {
        lock (_lock)
        {
            return !_isForgotten && _readAt is { } at && clock.GetElapsedTime(at) < MaxAge;
        }
    }

    private bool HoldsAny(IReadOnlyCollection<string> addressKeys)
    {
        lock (_lock)
        {
            return addressKeys.Any(key => _hashes.Contains(HashOf(key)));
        }
    }

    // Nobody waits for somebody else's reading, which may be the first, of very many: he asks the database.
    private async ValueTask<bool> TryReadAsync(CancellationToken cancellationToken)
    {
        if (!await _reading.WaitAsync(TimeSpan.Zero, cancellationToken))
        {
            return false;
        }

        try
        {
            // Time and mark are taken before the rows: what changes meanwhile is looked for again.
            var at = clock.GetTimestamp();
            _isForgotten = false;
            await AddNewAsync(cancellationToken);
            lock (_lock)
            {
                _readAt = at;
            }

            return true;
        }
        catch
        {
            _isForgotten = true;
            throw;
        }
        finally
        {
            _reading.Release();
        }
    }

    private async Task AddNewAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ITickitiDb>();
        var all = db.Suppressions.AsNoTracking();
        var asked = _newest is { } newest && newest - Overlap is var since ? all.Where(one => one.CreatedAt > since) : all;
        var last = _newest;
        await foreach (var one in asked.Select(one => new { one.Email, one.CreatedAt }).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            last = last is null || one.CreatedAt > last ? one.CreatedAt : last;
            lock (_lock)
            {
                _hashes.Add(HashOf(one.Email));
            }
        }

        // At the end alone: a reading that broke off begins anew.
        _newest = last;
    }

    private static int HashOf(string key) => key.GetHashCode(StringComparison.Ordinal);
}
