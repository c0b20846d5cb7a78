using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tickiti.Application.Common;
using Tickiti.Application.Tokens;

namespace Tickiti.Infrastructure.Tokens;

/// <summary>Collects when tokens were used and writes it twice a minute, and once more when the server stops.</summary>
internal sealed partial class TokenUses(IServiceScopeFactory scopes, TimeProvider clock, ILogger<TokenUses> log)
    : BackgroundService, ITokenUses
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<long, DateTimeOffset> _uses = new();

    public void Used(long tokenId) => _uses[tokenId] = clock.GetUtcNow();

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await WriteAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (!stoppingToken.IsCancellationRequested && await NextTickAsync(timer, stoppingToken))
        {
            await WriteAsync(stoppingToken);
        }
    }

    private static async Task<bool> NextTickAsync(PeriodicTimer timer, CancellationToken stoppingToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        var uses = _uses.ToArray();
        if (uses.Length == 0)
        {
            return;
        }

        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<ITickitiDb>();
            await db.WriteAsync(token => WriteAsync(db, uses, token), cancellationToken);
            foreach (var use in uses)
            {
                _uses.TryRemove(use);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // They stay and are written with the next.
            CouldNotWrite(log, e, uses.Length);
        }
    }

    // The aggregate is not loaded and its version not touched: this is no change that anyone decides on.
    private static async Task<int> WriteAsync(
        ITickitiDb db, KeyValuePair<long, DateTimeOffset>[] uses, CancellationToken cancellationToken)
    {
        var written = 0;
        foreach (var (id, at) in uses)
        {
            written += await db.ApiTokens.Where(token => token.Id == id)
                .ExecuteUpdateAsync(set => set.SetProperty(token => token.LastUsedAt, at), cancellationToken);
        }

        return written;
    }

    [LoggerMessage(LogLevel.Warning, "The last use of {Count} tokens could not be written")]
    private static partial void CouldNotWrite(ILogger logger, Exception exception, int count);
}
