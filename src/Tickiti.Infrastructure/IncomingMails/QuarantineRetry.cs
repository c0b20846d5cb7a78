using System.Globalization;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tickiti.Application.Common;
using Tickiti.Application.IncomingMails;
using Tickiti.Domain.Common;
using Tickiti.Domain.IncomingMails;
using Tickiti.Infrastructure.Persistence;

namespace Tickiti.Infrastructure.IncomingMails;

/// <summary>A reader that has become better may read what the one before could not: after an update each mail in quarantine is retried once.</summary>
internal sealed partial class QuarantineRetry(
    IServiceScopeFactory scopes, Leases leases, TimeProvider clock, ILogger<QuarantineRetry> log) : BackgroundService
{
    private const string SettingKey = "quarantine:reader-version";
    private const string LeaseName = "quarantine-retry";
    private const int PageSize = 100;

    private static readonly string Version = ParsedMail.ReaderVersion.ToString(CultureInfo.InvariantCulture);

    /// <returns>How many were retried; null where another node does it, or nothing has changed.</returns>
    public async Task<int?> RetryAsync(CancellationToken cancellationToken)
    {
        if (await IsDoneAsync(cancellationToken) || await leases.TryTakeAsync(LeaseName, cancellationToken) is not { } lease)
        {
            return null;
        }

        try
        {
            // What comes in from now on is read by this reader anyway.
            var before = clock.GetUtcNow();
            var count = 0;
            for (var last = 0L; await PageAfterAsync(last, before, cancellationToken) is { Count: > 0 } page; last = page[^1])
            {
                foreach (var id in page)
                {
                    await RetryAsync(id, cancellationToken);
                    count++;
                }

                if (!await leases.RenewAsync(lease, cancellationToken))
                {
                    return count;
                }
            }

            await RememberAsync(lease, cancellationToken);
            return count;
        }
        finally
        {
            await leases.GiveBackAsync(lease, CancellationToken.None);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await RetryAsync(stoppingToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            NotRetried(log, exception);
        }
    }

    private async Task<bool> IsDoneAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<ITickitiDb>().Settings.AsNoTracking()
            .AnyAsync(setting => setting.Key == SettingKey && setting.Value == Version, cancellationToken);
    }

    private async Task<List<long>> PageAfterAsync(long last, DateTimeOffset before, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<ITickitiDb>().IncomingMails.AsNoTracking()
            .That(new QuarantinedMails()).Where(mail => mail.RawSha256 != null && mail.Id > last && mail.CreatedAt < before)
            .OrderBy(mail => mail.Id).Take(PageSize).Select(mail => mail.Id).ToListAsync(cancellationToken);
    }

    // One that fails now is none the worse for it.
    private async Task RetryAsync(long id, CancellationToken cancellationToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var retried = await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new RetryQuarantined(id), cancellationToken);
            Retried(log, id, retried.Error is null ? retried.Value.Disposition : null);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            MailNotRetried(log, exception, id);
        }
    }

    private async Task RememberAsync(HeldLease lease, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ITickitiDb>();
        if (await db.Settings.FirstOrDefaultAsync(setting => setting.Key == SettingKey, cancellationToken) is { } known)
        {
            known.Value = Version;
        }
        else
        {
            db.Settings.Add(new Setting { Key = SettingKey, Value = Version });
        }

        await leases.SaveAsync(db, lease, cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Mail {IncomingMailId} in quarantine was retried: {Disposition}")]
    private static partial void Retried(ILogger logger, long incomingMailId, Disposition? disposition);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Mail {IncomingMailId} in quarantine could not be retried")]
    private static partial void MailNotRetried(ILogger logger, Exception exception, long incomingMailId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The quarantine could not be retried; the next start tries again")]
    private static partial void NotRetried(ILogger logger, Exception exception);
}
