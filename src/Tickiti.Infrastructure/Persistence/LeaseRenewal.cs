namespace Tickiti.Infrastructure.Persistence;

/// <summary>Keeps a lease while a piece of work goes on; <see cref="Token"/> is cancelled when it is lost, or the node stops.</summary>
internal sealed class LeaseRenewal : IAsyncDisposable
{
    private readonly CancellationTokenSource _end;
    private readonly Task _renewing;

    public LeaseRenewal(Leases leases, HeldLease lease, TimeProvider clock, CancellationToken stopping)
    {
        _end = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        _renewing = RenewAsync(leases, lease, clock);
    }

    public CancellationToken Token => _end.Token;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _renewing;
        _end.Dispose();
    }

    private async Task RenewAsync(Leases leases, HeldLease lease, TimeProvider clock)
    {
        try
        {
            using var timer = new PeriodicTimer(Leases.RenewEvery, clock);
            while (await timer.WaitForNextTickAsync(_end.Token) && await leases.RenewAsync(lease, _end.Token))
            {
            }
        }
        catch (OperationCanceledException)
        {
            return;
        }
        catch (Exception)
        {
            // Not renewed is lost: whoever works on must not believe in it. The fence keeps what is written right.
        }

        await _end.CancelAsync();
    }
}
