using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tickiti.Application.Common;
using Tickiti.Domain.Tickets;

namespace Tickiti.Infrastructure.Persistence;

/// <summary>
/// Ids in blocks: one conditional UPDATE takes a block, memory hands it out. A kind in demand takes larger blocks; what is
/// left at a graceful stop is given back, so that restarts do not leave holes that people see.
/// </summary>
internal sealed partial class BlockIds(IServiceScopeFactory scopes, TimeProvider clock, ILogger<BlockIds> log) : IIds, IHostedService
{
    private readonly ConcurrentDictionary<string, Sequence> _sequences = new();
    private readonly IServiceScopeFactory _scopes = scopes;
    private readonly TimeProvider _clock = clock;

    public ValueTask<long> NextAsync<T>(CancellationToken cancellationToken) =>
        SequenceOf<T>().NextAsync(cancellationToken);

    public async ValueTask ReserveAsync<T>(long upTo, CancellationToken cancellationToken)
    {
        var sequence = SequenceOf<T>();
        while (await sequence.NextAsync(cancellationToken) < upTo)
        {
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        foreach (var (name, sequence) in _sequences)
        {
            try
            {
                await sequence.GiveBackAsync(cancellationToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // A hole, no harm: a stop is not to fail because the database is away by then.
                NotGivenBack(log, exception, name);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The unused ids of {Name} could not be given back; they are skipped")]
    private static partial void NotGivenBack(ILogger logger, Exception exception, string name);

    private Sequence SequenceOf<T>() => _sequences.GetOrAdd(
        typeof(T).Name,
        static (name, self) => new Sequence(name, typeof(T) == typeof(Ticket) ? 10 : 50, self),
        this);

    private sealed class Sequence(string name, int smallestBlock, BlockIds owner)
    {
        private const int Largest = 2000;
        private static readonly TimeSpan Brief = TimeSpan.FromSeconds(2);

        private readonly SemaphoreSlim _refill = new(1);
        private readonly Lock _lock = new();
        private Block _current;
        private int _size;
        private DateTimeOffset _takenAt;

        public ValueTask<long> NextAsync(CancellationToken cancellationToken) =>
            TryNext(out var id) ? ValueTask.FromResult(id) : RefillAsync(cancellationToken);

        public async Task GiveBackAsync(CancellationToken cancellationToken)
        {
            Block rest;
            lock (_lock)
            {
                rest = _current;
                _current = default;
            }

            if (!rest.IsEmpty)
            {
                await MoveAsync(rest.End, rest.Next, cancellationToken);
            }
        }

        private bool TryNext(out long id)
        {
            lock (_lock)
            {
                id = _current.Next;
                var any = !_current.IsEmpty;
                _current = _current with { Next = any ? id + 1 : id };
                return any;
            }
        }

        private async ValueTask<long> RefillAsync(CancellationToken cancellationToken)
        {
            await _refill.WaitAsync(cancellationToken);
            try
            {
                long id;
                while (!TryNext(out id))
                {
                    var block = await TakeBlockAsync(cancellationToken);
                    lock (_lock)
                    {
                        _current = block;
                    }
                }

                return id;
            }
            finally
            {
                _refill.Release();
            }
        }

        private async Task<Block> TakeBlockAsync(CancellationToken cancellationToken)
        {
            var now = owner._clock.GetUtcNow();
            _size = now - _takenAt < Brief ? Math.Min(_size * 4, Largest) : smallestBlock;
            _takenAt = now;
            while (true)
            {
                var start = await StartAsync(cancellationToken);
                if (await MoveAsync(start, start + _size, cancellationToken))
                {
                    return new Block(start, start + _size);
                }
            }
        }

        private async Task<long> StartAsync(CancellationToken cancellationToken)
        {
            await using var scope = owner._scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<TickitiDbContext>();
            var next = await db.IdBlocks.AsNoTracking().Where(block => block.Name == name)
                .Select(block => (long?)block.Next).FirstOrDefaultAsync(cancellationToken);
            if (next is not null)
            {
                return next.Value;
            }

            db.IdBlocks.Add(new IdBlock { Name = name, Next = 1 });
            try
            {
                await db.SaveChangesAsync(cancellationToken);
            }
            catch (WriteConflictException)
            {
                // Another node began the sequence; its block is refused to us by the conditional update, and we ask again.
            }

            return 1;
        }

        private async Task<bool> MoveAsync(long from, long to, CancellationToken cancellationToken)
        {
            await using var scope = owner._scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<TickitiDbContext>();
            var moved = await db.WriteAsync(
                token => db.IdBlocks.Where(block => block.Name == name && block.Next == from)
                    .ExecuteUpdateAsync(set => set.SetProperty(block => block.Next, to), token),
                cancellationToken);
            return moved == 1;
        }
    }

    private readonly record struct Block(long Next, long End)
    {
        public bool IsEmpty => Next >= End;
    }
}
