using Tickiti.Domain.Common;

namespace Tickiti.Domain.Queues;

public static class QueueErrors
{
    /// <summary>The overview shows this sentence in the place of a code; clients may match on it.</summary>
    public static Error Unknown(string name) =>
        new(ErrorKind.Invalid, $"Queue '{name}' not found.", $"Queue '{name}' not found.");

    public static Error NotFound(long id) => Error.NotFound($"There is no queue {id}.");

    public static Error NameTaken(string name) => Error.Field("name", $"There is a queue named '{name}' already.");

    public static Error UnknownMailbox(long id) => Error.Field("outgoing_mailbox_id", $"There is no mailbox {id}.");

    public static Error UnknownTarget(long id) => Error.Field("to_queue_id", $"There is no queue {id}.");

    public static Error BuiltIn { get; } =
        new(ErrorKind.Invalid, "queue_built_in", "The built-in queue cannot be deleted.");

    public static Error InUse(string name) =>
        new(ErrorKind.Invalid, "queue_in_use", $"Queue '{name}' still has tickets, mailboxes or interventions; move them first.");
}
