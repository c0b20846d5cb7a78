using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;

namespace Tickiti.Application.Queues;

/// <summary>All queues in the order they were added, with the number of their tickets.</summary>
public sealed record ListQueues : IQuery<IReadOnlyList<QueueRead>>;

internal sealed class ListQueuesHandler(ITickitiDb db) : IQueryHandler<ListQueues, IReadOnlyList<QueueRead>>
{
    public async Task<Result<IReadOnlyList<QueueRead>>> Handle(ListQueues query, CancellationToken cancellationToken)
    {
        var queues = await db.Queues.AsNoTracking().OrderBy(queue => queue.Id).ToListAsync(cancellationToken);
        var counts = await db.Tickets.GroupBy(ticket => ticket.QueueId)
            .Select(group => new { group.Key, Count = group.Count() })
            .ToDictionaryAsync(one => one.Key, one => one.Count, cancellationToken);
        return queues.ConvertAll(queue => QueueRead.Of(queue, counts.GetValueOrDefault(queue.Id)));
    }
}
