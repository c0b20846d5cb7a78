using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tickiti.Application.Tickets;
using Tickiti.Infrastructure.Persistence;

namespace Tickiti.Infrastructure.Tickets;

/// <summary>
/// Looks once a minute whether a ticket's day has come. The lease spares the other nodes the work; should two meet all the
/// same, versions let one of them win and the other finds nothing to do.
/// </summary>
internal sealed partial class TicketCalendar(
    IServiceScopeFactory scopes, Leases leases, TimeProvider clock, ILogger<TicketCalendar> logger) : BackgroundService
{
    private const string LeaseName = "ticket-calendar";
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        do
        {
            try
            {
                await FollowAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LogFailed(exception);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        if (await leases.TryTakeAsync(LeaseName, cancellationToken) is not { } lease)
        {
            return;
        }

        try
        {
            while (await FollowBatchAsync(cancellationToken) && await leases.RenewAsync(lease, cancellationToken))
            {
            }
        }
        finally
        {
            await leases.GiveBackAsync(lease, CancellationToken.None);
        }
    }

    private async Task<bool> FollowBatchAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var result = await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new FollowCalendar(), cancellationToken);
        if (result.Value is { Reopened: > 0 } or { Closed: > 0 })
        {
            LogFollowed(result.Value.Reopened, result.Value.Closed);
        }

        return result.Value.MayBeMore;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Reopened} tickets on hold re-opened, {Closed} pending closures carried out.")]
    private partial void LogFollowed(int reopened, int closed);

    [LoggerMessage(Level = LogLevel.Error, Message = "Tickets on hold and pending closures could not be looked after; tried again in a minute.")]
    private partial void LogFailed(Exception exception);
}
