namespace Tickiti.Infrastructure.Mail;

/// <summary>How many bytes of mail may be in work at a time. First come, first served, so that a large mail gets its turn.</summary>
internal sealed class MemoryBudget(long bytes)
{
    private const long Large = 16 * 1024 * 1024;

    private readonly long _capacity = bytes;
    private readonly Lock _lock = new();
    private readonly LinkedList<Waiter> _waiting = [];
    private long _free = bytes;

    /// <summary>Waits until so much is free; what is larger than all there is takes everything.</summary>
    /// <returns>The bytes taken, for <see cref="Release"/>.</returns>
    public async ValueTask<long> TakeAsync(long wish, CancellationToken cancellationToken)
    {
        var wanted = Math.Clamp(wish, 0, _capacity);
        LinkedListNode<Waiter> place;
        lock (_lock)
        {
            if (_waiting.Count == 0 && wanted <= _free)
            {
                _free -= wanted;
                return wanted;
            }

            place = _waiting.AddLast(new Waiter(wanted));
        }

        await using var registration = cancellationToken.Register(() => GiveUp(place, cancellationToken));
        await place.Value.Turn.Task;
        return wanted;
    }

    /// <summary>Gives bytes back that nobody refers to any more.</summary>
    public void Release(long taken)
    {
        if (taken >= Large)
        {
            // Large arrays go only when the whole heap is collected, and that is far off with a heap that is otherwise small:
            // the next large mail would come on top of this one.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true);
        }

        lock (_lock)
        {
            _free += taken;
            Serve();
        }
    }

    private void GiveUp(LinkedListNode<Waiter> place, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (place.List is not null)
            {
                _waiting.Remove(place);
                place.Value.Turn.TrySetCanceled(cancellationToken);
                Serve();
            }
        }
    }

    private void Serve()
    {
        while (_waiting.First is { } first && first.Value.Wanted <= _free)
        {
            _free -= first.Value.Wanted;
            _waiting.RemoveFirst();
            first.Value.Turn.TrySetResult();
        }
    }

    private sealed record Waiter(long Wanted)
    {
        public TaskCompletionSource Turn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
