using Tickiti.Application.Common;
using Tickiti.Domain.Interventions;
using Tickiti.Domain.Tickets;

namespace Tickiti.Application.Interventions;

/// <summary>Queues the call that tells a staff answer to who asked for it, in the transaction of the answer.</summary>
public sealed class EpilogCalls(ITickitiDb db, IIds ids, TimeProvider clock)
{
    public async ValueTask QueueAsync(Ticket ticket, Response response, CancellationToken cancellationToken)
    {
        if (ticket.InterventionId is { } interventionId && response is { IsStaff: true, IsInternal: false })
        {
            db.EpilogCalls.Add(EpilogCall.Queue(
                await ids.NextAsync<EpilogCall>(cancellationToken), interventionId, ticket.Id, response.Id, clock.GetUtcNow()));
        }
    }
}
