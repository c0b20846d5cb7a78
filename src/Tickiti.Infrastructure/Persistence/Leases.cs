using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Tickiti.Application.Common;

namespace Tickiti.Infrastructure.Persistence;

/// <summary>
/// Leases over the nodes of one database. Claimed, renewed and given back by one conditional UPDATE each; nothing is locked
/// while the network is waited for.
/// </summary>
internal sealed class Leases(IServiceScopeFactory scopes, TimeProvider clock)
{
    public static readonly TimeSpan Duration = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(10);

    // Random: two processes on one machine are two owners, whatever they are called.
    private readonly string _owner = $"{Environment.MachineName}/{Environment.ProcessId}/{Guid.NewGuid():N}";

    /// <returns>The lease, or null where another node holds it.</returns>
    public async Task<HeldLease?> TryTakeAsync(string name, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TickitiDbContext>();
        var now = clock.GetUtcNow();
        var owner = _owner;
        var taken = await db.WriteAsync(
            token => db.Leases.Where(lease => lease.Name == name && (lease.Owner == null || lease.ExpiresAt <= now))
                .ExecuteUpdateAsync(
                    set => set.SetProperty(lease => lease.Owner, owner)
                        .SetProperty(lease => lease.ExpiresAt, now + Duration)
                        .SetProperty(lease => lease.Fence, lease => lease.Fence + 1),
                    token),
            cancellationToken);
        if (taken == 0 && !await TryCreateAsync(db, name, now, cancellationToken))
        {
            return null;
        }

        var fence = await db.Leases.AsNoTracking().Where(lease => lease.Name == name && lease.Owner == owner)
            .Select(lease => (long?)lease.Fence).FirstOrDefaultAsync(cancellationToken);
        return fence is null ? null : new HeldLease(name, fence.Value);
    }

    /// <returns>False where the lease was lost meanwhile.</returns>
    public async Task<bool> RenewAsync(HeldLease held, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TickitiDbContext>();
        return await db.WriteAsync(token => ExtendAsync(db, held, token), cancellationToken);
    }

    /// <summary>Saves what is staged, if the lease still holds.</summary>
    /// <exception cref="LeaseLostException">Another node works on it now; nothing is written.</exception>
    public Task SaveAsync(ITickitiDb db, HeldLease held, CancellationToken cancellationToken) =>
        WriteAsync(db, held, static _ => Task.FromResult(true), cancellationToken);

    /// <summary>Saves what is staged together with what the function writes, if the lease still holds.</summary>
    /// <exception cref="LeaseLostException">Another node works on it now; nothing is written.</exception>
    public Task<T> WriteAsync<T>(
        ITickitiDb db, HeldLease held, Func<CancellationToken, Task<T>> write, CancellationToken cancellationToken) =>
        db.WriteAsync(
            async token =>
            {
                await AssertAsync(db, held, token);
                return await write(token);
            },
            cancellationToken);

    public async Task GiveBackAsync(HeldLease held, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TickitiDbContext>();
        await db.WriteAsync(
            token => db.Leases.Where(lease => lease.Name == held.Name && lease.Fence == held.Fence)
                .ExecuteUpdateAsync(set => set.SetProperty(lease => lease.Owner, (string?)null), token),
            cancellationToken);
    }

    // The first statement of every write of the work: the row stays locked until its commit, so that nobody can take the lease
    // in between.
    private async Task AssertAsync(ITickitiDb db, HeldLease held, CancellationToken cancellationToken)
    {
        if (!await ExtendAsync(db, held, cancellationToken))
        {
            throw new LeaseLostException(held.Name);
        }
    }

    private async Task<bool> ExtendAsync(ITickitiDb db, HeldLease held, CancellationToken cancellationToken)
    {
        var until = clock.GetUtcNow() + Duration;
        return await db.Leases.Where(lease => lease.Name == held.Name && lease.Fence == held.Fence && lease.Owner == _owner)
            .ExecuteUpdateAsync(set => set.SetProperty(lease => lease.ExpiresAt, until), cancellationToken) == 1;
    }

    private async Task<bool> TryCreateAsync(
        TickitiDbContext db, string name, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await db.Leases.AsNoTracking().AnyAsync(lease => lease.Name == name, cancellationToken))
        {
            return false;
        }

        db.Leases.Add(new Lease { Name = name, Owner = _owner, ExpiresAt = now + Duration, Fence = 1 });
        try
        {
            await db.SaveChangesAsync(cancellationToken);
            return true;
        }
        catch (WriteConflictException)
        {
            return false;
        }
    }
}

/// <summary>The proof of a claim: the fence it was claimed with.</summary>
internal sealed record HeldLease(string Name, long Fence);

internal sealed class LeaseLostException(string name) : Exception($"The lease '{name}' was taken over by another node.");
