using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;

namespace Tickiti.Application.Mailboxes;

/// <summary>All mailboxes in the order of their creation, and the queues that one can choose for them.</summary>
public sealed record ListMailboxes : IQuery<MailboxList>;

public sealed record MailboxList(IReadOnlyList<MailboxRead> Mailboxes, IReadOnlyList<SelectableQueue> Queues);

public sealed record SelectableQueue(long Id, string Name);

internal sealed class ListMailboxesHandler(ITickitiDb db) : IQueryHandler<ListMailboxes, MailboxList>
{
    public async Task<Result<MailboxList>> Handle(ListMailboxes query, CancellationToken cancellationToken)
    {
        // Whole rows: what a mailbox can do follows from nearly all of its columns, and is the aggregate's to say.
        var mailboxes = await db.Mailboxes.AsNoTracking().OrderBy(mailbox => mailbox.CreatedAt).ThenBy(mailbox => mailbox.Id)
            .ToListAsync(cancellationToken);
        var health = (await db.MailboxHealth.AsNoTracking().ToListAsync(cancellationToken)).ToLookup(one => one.MailboxId);
        var queues = await db.Queues.AsNoTracking().OrderBy(queue => queue.Id)
            .Select(queue => new SelectableQueue(queue.Id, queue.Name)).ToListAsync(cancellationToken);
        return new MailboxList([.. mailboxes.Select(mailbox => MailboxRead.Of(mailbox, health[mailbox.Id]))], queues);
    }
}
