using Tickiti.Domain.Queues;

namespace Tickiti.Application.Queues;

public sealed record QueueRead(
    long Id,
    string Name,
    bool IsBuiltIn,
    long? OutgoingMailboxId,
    StrangerReplies StrangerReplies,
    ClosedReplies ClosedReplies,
    int ClosedRepliesAfterDays,
    bool AddCcParticipants,
    bool StaffForward,
    IReadOnlyList<string> NotifyEmails,
    int TicketCount)
{
    public static QueueRead Of(Queue queue, int ticketCount) => new(
        queue.Id,
        queue.Name,
        queue.IsBuiltIn,
        queue.OutgoingMailboxId,
        queue.StrangerReplies,
        queue.ClosedReplies,
        queue.ClosedRepliesAfterDays,
        queue.AddCcParticipants,
        queue.StaffForward,
        queue.NotifyEmails,
        ticketCount);
}
