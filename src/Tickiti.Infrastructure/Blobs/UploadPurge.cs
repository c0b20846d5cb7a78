using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Tickiti.Application.Common;
using Tickiti.Infrastructure.Idempotency;

namespace Tickiti.Infrastructure.Blobs;

/// <summary>
/// Forgets uploads after their day, and no sooner than the key that one came with: a replay promises the file. The bytes that
/// nothing names go with the other unused blobs.
/// </summary>
internal sealed partial class UploadPurge(
    IServiceScopeFactory scopes, IOptions<IdempotencyOptions> keys, TimeProvider clock, ILogger<UploadPurge> log) : BackgroundService
{
    private const int Batch = 500;
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(1);
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <returns>How many were forgotten.</returns>
    public async Task<int> PurgeAsync(CancellationToken cancellationToken)
    {
        // The keys are purged by the hour, too.
        var ofKeys = TimeSpan.FromHours(keys.Value.RetentionHours) + Interval;
        var before = clock.GetUtcNow() - (ofKeys > Lifetime ? ofKeys : Lifetime);
        for (var all = 0; ;)
        {
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<ITickitiDb>();
            var gone = await db.WriteAsync(
                token => db.Uploads.Where(upload => upload.CreatedAt < before)
                    .OrderBy(upload => upload.CreatedAt).Take(Batch).ExecuteDeleteAsync(token),
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
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await PurgeAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LogFailed(log, exception);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Old uploads could not be deleted; tried again later")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
