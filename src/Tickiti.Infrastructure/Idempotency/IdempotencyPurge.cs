using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Tickiti.Application.Common;

namespace Tickiti.Infrastructure.Idempotency;

/// <summary>
/// Forgets answers whose time is over, a few at a time. Every node does it: what another has deleted is simply not there.
/// </summary>
internal sealed partial class IdempotencyPurge(
    IServiceScopeFactory scopes, IOptions<IdempotencyOptions> options, TimeProvider clock, ILogger<IdempotencyPurge> log) : BackgroundService
{
    // Writers queue behind a delete, so each is short.
    private const int Batch = 500;
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    /// <returns>How many were forgotten.</returns>
    public async Task<int> PurgeAsync(CancellationToken cancellationToken)
    {
        var before = clock.GetUtcNow() - TimeSpan.FromHours(options.Value.RetentionHours);
        for (var all = 0; ;)
        {
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<ITickitiDb>();
            var gone = await db.WriteAsync(
                token => db.IdempotencyRecords.Where(record => record.CreatedAt < before)
                    .OrderBy(record => record.CreatedAt).Take(Batch).ExecuteDeleteAsync(token),
                cancellationToken);
            all += gone;
            if (gone < Batch)
            {
                return all;
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        do
        {
            try
            {
                await PurgeAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                PurgeFailed(log, exception);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Old idempotency records could not be deleted; tried again later")]
    private static partial void PurgeFailed(ILogger logger, Exception exception);
}
