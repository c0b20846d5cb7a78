using Microsoft.Extensions.Logging;

namespace Tickiti.Infrastructure.Persistence;

/// <summary>
/// Keeps a lease while a piece of work goes on, over faults of the database too, as long as nobody else can have it.
/// <see cref="Token"/> is cancelled when it is lost or has run out, or the node stops.
/// </summary>
internal sealed partial class LeaseRenewal : IAsyncDisposable
{
    private readonly CancellationTokenSource _end;
    private readonly Leases _leases;
    private readonly HeldLease _lease;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly Task _renewing;

    public LeaseRenewal(Leases leases, HeldLease lease, TimeProvider clock, ILogger log, CancellationToken stopping)
    {
        _leases = leases;
        _lease = lease;
        _clock = clock;
        _log = log;
        _end = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        _renewing = RenewAsync();
    }

    public CancellationToken Token => _end.Token;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _renewing;
        _end.Dispose();
    }

    private async Task RenewAsync()
    {
        try
        {
            using var timer = new PeriodicTimer(Leases.RenewEvery, _clock);
            var until = _clock.GetUtcNow() + Leases.Duration;
            while (await timer.WaitForNextTickAsync(_end.Token))
            {
                var asked = _clock.GetUtcNow();
                if (await TryRenewAsync(until - asked) is not { } isOurs)
                {
                    if (_clock.GetUtcNow() < until)
                    {
                        continue;
                    }

                    isOurs = false;
                }

                if (!isOurs)
                {
                    Lost(_log, _lease.Name);
                    break;
                }

                until = asked + Leases.Duration;
            }
        }
        catch (OperationCanceledException)
        {
            return;
        }

        await _end.CancelAsync();
    }

    /// <returns>Null where nobody could be asked in that time.</returns>
    private async Task<bool?> TryRenewAsync(TimeSpan within)
    {
        using var patience = new CancellationTokenSource(within > TimeSpan.Zero ? within : TimeSpan.Zero, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_end.Token, patience.Token);
        try
        {
            return await _leases.RenewAsync(_lease, either.Token);
        }
        catch (Exception e) when (!_end.IsCancellationRequested)
        {
            NotRenewed(_log, e, _lease.Name);
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The lease {Lease} could not be renewed; it is tried again.")]
    private static partial void NotRenewed(ILogger logger, Exception exception, string lease);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The lease {Lease} was lost.")]
    private static partial void Lost(ILogger logger, string lease);
}
