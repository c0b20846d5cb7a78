using System.Collections.Concurrent;
using Tickiti.Domain.Idempotency;

namespace Tickiti.Application.Idempotency;

/// <summary>
/// The keys this node works on and those it answered lately. Equal keys take turns instead of doing the work twice and
/// throwing one away; a retry that comes soon is answered from memory. The database's unique index decides between nodes.
/// </summary>
public sealed class IdempotencyKeysInWork(TimeProvider clock)
{
    private const int MaxRemembered = 10_000;
    private const int MaxRememberedBody = 4096;

    /// <summary>So long a request waits for another one with its key.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // Shorter than keys are kept, so that one is never remembered here and forgotten in the database.
    private static readonly TimeSpan Lately = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<(long TokenId, string Key), Turn> _turns = new();
    private readonly ConcurrentDictionary<(long TokenId, string Key), IdempotencyRecord> _recent = new();
    private readonly ConcurrentQueue<(long TokenId, string Key)> _oldestFirst = new();

    // To count a concurrent dictionary is to lock all of it.
    private int _remembered;

    /// <returns>The turn to give back, or null where the one before did not end in time.</returns>
    internal async Task<IDisposable?> TakeTurnAsync(IdempotencyRequest request, CancellationToken cancellationToken)
    {
        var id = (request.TokenId, request.Key);
        var deadline = clock.GetUtcNow() + Patience;
        while (true)
        {
            var mine = new Turn(this, id);
            var holder = _turns.GetOrAdd(id, mine);
            if (ReferenceEquals(holder, mine))
            {
                return mine;
            }

            var left = deadline - clock.GetUtcNow();
            if (left <= TimeSpan.Zero || !await holder.EndedWithinAsync(left, clock, cancellationToken))
            {
                return null;
            }
        }
    }

    internal IdempotencyRecord? Recent(IdempotencyRequest request) =>
        _recent.TryGetValue((request.TokenId, request.Key), out var record) && clock.GetUtcNow() - record.CreatedAt < Lately
            ? record
            : null;

    internal void Remember(IdempotencyRecord record)
    {
        var id = (record.TokenId, record.Key);
        if (record.Body.Length > MaxRememberedBody || !_recent.TryAdd(id, record))
        {
            return;
        }

        _oldestFirst.Enqueue(id);
        if (Interlocked.Increment(ref _remembered) > MaxRemembered && _oldestFirst.TryDequeue(out var oldest))
        {
            Interlocked.Decrement(ref _remembered);
            _recent.TryRemove(oldest, out _);
        }
    }

    private sealed class Turn(IdempotencyKeysInWork owner, (long TokenId, string Key) id) : IDisposable
    {
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async Task<bool> EndedWithinAsync(TimeSpan time, TimeProvider clock, CancellationToken cancellationToken)
        {
            try
            {
                await _ended.Task.WaitAsync(time, clock, cancellationToken);
                return true;
            }
            catch (TimeoutException)
            {
                return false;
            }
        }

        public void Dispose()
        {
            owner._turns.TryRemove(new KeyValuePair<(long, string), Turn>(id, this));
            _ended.TrySetResult();
        }
    }
}
