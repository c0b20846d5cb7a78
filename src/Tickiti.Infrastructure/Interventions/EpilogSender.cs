using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Tickiti.Application.Common;
using Tickiti.Application.Interventions;
using Tickiti.Domain.Interventions;
using Tickiti.Infrastructure.Persistence;

namespace Tickiti.Infrastructure.Interventions;

/// <summary>
/// Makes the epilog calls that are due: at once when a commit queued one, and else now and then. A call is claimed by one
/// conditional UPDATE and durably marked begun before anything is sent; a claim that nobody finished is taken over when its time
/// is over, its try recorded as unknown.
/// </summary>
internal sealed partial class EpilogSender(
    IServiceScopeFactory scopes,
    EpilogHttp http,
    ISecretKeeper secrets,
    WakeUps wakeUps,
    IOptions<InterventionOptions> options,
    TimeProvider clock,
    ILogger<EpilogSender> logger) : BackgroundService
{
    private const int MaxPerIntervention = 2;

    /// <summary>Beyond the call's own time-out: for what comes before and after it.</summary>
    private static readonly TimeSpan LeaseMargin = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<long, (long InterventionId, Task Work)> _inWork = new();
    private readonly CancellationTokenSource _breakOff = new(Timeout.InfiniteTimeSpan, clock);

    public override void Dispose()
    {
        base.Dispose();
        _breakOff.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var stop = stoppingToken.Register(() => _breakOff.CancelAfter(options.Value.StopWithin));
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await TakeOverAsync(stoppingToken);
                await StartDueAsync(stoppingToken);
                await wakeUps.Calls.WaitAsync(TimeSpan.FromSeconds(options.Value.PollSeconds), stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e)
            {
                LogCannotLook(e);
                await PauseAsync(stoppingToken);
            }
        }

        await Task.WhenAll(_inWork.Values.Select(one => one.Work));
    }

    private async Task PauseAsync(CancellationToken stopping) =>
        await Task.Delay(TimeSpan.FromSeconds(options.Value.PollSeconds), clock, stopping)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task TakeOverAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TickitiDbContext>();
        var now = clock.GetUtcNow();
        var left = await db.EpilogCalls.Where(call => call.Status == EpilogStatus.Sending && call.LeaseUntil <= now)
            .OrderBy(call => call.Id).Take(options.Value.MaxCalls).ToListAsync(cancellationToken);
        foreach (var call in left)
        {
            var made = new EpilogTry(EpilogOutcome.Unknown, 0, "The server that made the call stopped before the outcome was recorded; it may have arrived.");
            db.EpilogAttempts.Add(call.Record(made, Random.Shared.NextDouble(), now));
            LogTakenOver(call.Id);
        }

        if (left.Count > 0)
        {
            await SaveAsync(db);
        }
    }

    // An intervention whose other side is slow gets its two connections, and the rest go on beside it.
    private async Task StartDueAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TickitiDbContext>();
        while (_inWork.Count < options.Value.MaxCalls)
        {
            var now = clock.GetUtcNow();
            var working = _inWork.Keys.ToList();
            var busy = _inWork.Values.GroupBy(one => one.InterventionId).Where(group => group.Count() >= MaxPerIntervention)
                .Select(group => group.Key).ToList();
            var due = await db.EpilogCalls.AsNoTracking()
                .Where(call => call.Status == EpilogStatus.Queued && call.NextTryAt <= now
                    && !working.Contains(call.Id) && !busy.Contains(call.InterventionId))
                .OrderBy(call => call.NextTryAt).Select(call => new { call.Id, call.InterventionId })
                .FirstOrDefaultAsync(cancellationToken);
            if (due is null)
            {
                return;
            }

            var begin = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _inWork[due.Id] = (due.InterventionId, WorkAsync(due.Id, begin.Task, cancellationToken));
            begin.SetResult();
        }
    }

    private async Task WorkAsync(long callId, Task begin, CancellationToken stopping)
    {
        await begin;
        try
        {
            // What is claimed is finished or given back, so nothing else is broken off by a stop.
            if (!stopping.IsCancellationRequested)
            {
                await MakeAsync(callId);
            }
        }
        catch (Exception e)
        {
            LogBroken(e, callId);

            // It keeps its place meanwhile: what cannot even be claimed would be found again at once, and without end.
            await PauseAsync(stopping);
        }
        finally
        {
            _inWork.TryRemove(callId, out _);
            wakeUps.CallIsDue();
        }
    }

    private async Task MakeAsync(long callId)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TickitiDbContext>();
        if (await ClaimAsync(db, callId) is not { } call)
        {
            return;
        }

        var now = clock.GetUtcNow();
        var intervention = await db.Interventions.AsNoTracking().FirstOrDefaultAsync(one => one.Id == call.InterventionId);
        var opened = await db.InterventionTickets.AsNoTracking().FirstOrDefaultAsync(one => one.TicketId == call.TicketId);
        var answer = await db.Responses.AsNoTracking().FirstOrDefaultAsync(one => one.Id == call.ResponseId);
        if (intervention is not { RemoteEnabled: true } || opened is null || answer is null)
        {
            call.Cancel(intervention is null ? "The intervention is gone." : "The intervention makes no calls any more.", now);
        }
        else
        {
            using var request = EpilogRequest.Of(
                new Uri(intervention.RemoteEpilogUrl!), call, EpilogRequest.BodyOf(intervention.Name, opened, answer), TokensOf(intervention, now), now);
            var made = await http.PostAsync(request, TimeSpan.FromSeconds(intervention.RemoteTimeoutSeconds!.Value), _breakOff.Token);
            db.EpilogAttempts.Add(call.Record(made, Random.Shared.NextDouble(), clock.GetUtcNow()));
            LogMade(callId, call.AttemptCount, made.Outcome, made.StatusCode);
        }

        await SaveAsync(db);
    }

    private async Task<EpilogCall?> ClaimAsync(TickitiDbContext db, long callId)
    {
        var now = clock.GetUtcNow();
        var until = now + TimeSpan.FromSeconds(Intervention.MaxTimeoutSeconds) + LeaseMargin;
        var claimed = await db.WriteAsync(
            token => db.EpilogCalls.Where(call => call.Id == callId && call.Status == EpilogStatus.Queued && call.NextTryAt <= now)
                .ExecuteUpdateAsync(
                    set => set.SetProperty(call => call.Status, EpilogStatus.Sending)
                        .SetProperty(call => call.LeaseUntil, until)
                        .SetProperty(call => call.Version, call => call.Version + 1),
                    token),
            CancellationToken.None);
        return claimed == 0 ? null : await db.EpilogCalls.FirstOrDefaultAsync(call => call.Id == callId);
    }

    // What the network has seen is recorded, also while the server stops. Someone else took the call over: his record stands.
    private static async Task SaveAsync(TickitiDbContext db)
    {
        try
        {
            await ((ITickitiDb)db).SaveChangesAsync(CancellationToken.None);
        }
        catch (WriteConflictException conflict) when (!conflict.IsBlocked)
        {
            db.ChangeTracker.Clear();
        }
    }

    private IEnumerable<string> TokensOf(Intervention intervention, DateTimeOffset now)
    {
        yield return secrets.Unprotect(InterventionSecrets.Purpose, intervention.Token);
        if (intervention.OldToken is not null && intervention.OldTokenUntil > now)
        {
            yield return secrets.Unprotect(InterventionSecrets.Purpose, intervention.OldToken);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Epilog call {CallId}, try {Number}: {Outcome}, status {StatusCode}.")]
    private partial void LogMade(long callId, int number, EpilogOutcome outcome, int statusCode);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Epilog call {CallId} was begun by a server that stopped; it is made again.")]
    private partial void LogTakenOver(long callId);

    [LoggerMessage(Level = LogLevel.Error, Message = "Epilog call {CallId} broke off; it is taken over when its time is over.")]
    private partial void LogBroken(Exception exception, long callId);

    [LoggerMessage(Level = LogLevel.Error, Message = "The epilog calls cannot be read; they are looked at again.")]
    private partial void LogCannotLook(Exception exception);
}
