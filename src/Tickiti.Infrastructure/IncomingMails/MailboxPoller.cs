using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tickiti.Application.Common;
using Tickiti.Domain.Mailboxes;
using Tickiti.Infrastructure.Mail.Local;
using Tickiti.Infrastructure.Persistence;

namespace Tickiti.Infrastructure.IncomingMails;

/// <summary>Looks every second, and when it is woken, which mailboxes are due, and works on several side by side.</summary>
internal sealed partial class MailboxPoller(
    PollingTools tools, IDirectory directory, LocalFolders folders, WakeUps wakeUps, ILogger<MailboxPoller> log) : BackgroundService
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<long, Task> _working = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await StartDueAsync(stoppingToken);
                await wakeUps.Mailboxes.WaitAsync(Tick, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception exception)
            {
                LookFailed(log, exception);
                await Task.Delay(Tick, tools.Clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        await Task.WhenAll(_working.Values);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Could not see which mailboxes are due")]
    private static partial void LookFailed(ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "The visit to mailbox {MailboxId} ended badly")]
    private static partial void VisitFailed(ILogger logger, Exception exception, long mailboxId);

    private async Task StartDueAsync(CancellationToken stopping)
    {
        var mailboxes = (await directory.ReadAsync(stopping)).Mailboxes;
        await using var scope = tools.Scopes.CreateAsyncScope();
        var healths = await scope.ServiceProvider.GetRequiredService<ITickitiDb>().MailboxHealth.AsNoTracking()
            .Where(health => health.Direction == MailDirection.Incoming)
            .ToDictionaryAsync(health => health.MailboxId, stopping);
        var due = mailboxes
            .Where(mailbox => mailbox.CanFetch && !_working.ContainsKey(mailbox.Id))
            .Where(mailbox => IsDue(mailbox, healths.GetValueOrDefault(mailbox.Id)))
            .OrderBy(mailbox => healths.GetValueOrDefault(mailbox.Id)?.NextTryAt);
        foreach (var mailbox in due.Take(tools.Polling.Value.MaxSideBySide - _working.Count))
        {
            // Entered before it is started: a visit that ends at once must find itself to strike itself out.
            var visit = new Task<Task>(() => VisitAsync(mailbox.Id, stopping), CancellationToken.None);
            _working[mailbox.Id] = visit.Unwrap();
            visit.Start(TaskScheduler.Default);
        }
    }

    private bool IsDue(Mailbox mailbox, MailboxHealth? health)
    {
        var now = tools.Clock.GetUtcNow();
        return MailboxVisit.IsDue(mailbox, health, now)
            || (mailbox.Type == MailboxType.Local && health is { ConsecutiveErrors: 0 }
                && LocalMailSource.HasMail(folders.Pickup(mailbox.Id), now));
    }

    private async Task VisitAsync(long mailboxId, CancellationToken stopping)
    {
        var tookPlace = true;
        try
        {
            tookPlace = await new MailboxVisit(tools, mailboxId).RunAsync(stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
        catch (Exception exception)
        {
            VisitFailed(log, exception, mailboxId);
        }
        finally
        {
            _working.TryRemove(mailboxId, out _);

            // Another mailbox may have waited for the place. Where another node is in this one, the next tick is soon enough.
            if (tookPlace)
            {
                wakeUps.Mailboxes.Set();
            }
        }
    }
}
