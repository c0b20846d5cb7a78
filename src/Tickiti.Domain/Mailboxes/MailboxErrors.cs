using Tickiti.Domain.Common;

namespace Tickiti.Domain.Mailboxes;

public static class MailboxErrors
{
    public static Error NotFound(long id) => Error.NotFound($"There is no mailbox {id}.");

    public static Error NameTaken(string name) => Error.Field("name", $"There is a mailbox named '{name}' already.");

    public static Error AddressTaken(string address) =>
        Error.Field("address", $"There is a mailbox with the address '{address}' already.");

    public static Error UnknownQueue(long id) => Error.Field("queue_id", $"There is no queue {id}.");

    public static Error Unknown(string name) => Error.Field("mailbox", $"There is no mailbox named '{name}'.");

    public static Error CannotSend(string name) =>
        Error.Field("mailbox", $"Mailbox '{name}' cannot send: it has no outgoing connection that is enabled and complete.");

    public static Error CannotFetch(string name) => Error.Field(
        "mailbox_id", $"Mailbox '{name}' cannot fetch: it has no incoming connection that is enabled and complete.");

    public static Error NotListed(string why) =>
        new(ErrorKind.Invalid, "mailbox_not_listed", $"The server could not be asked what lies there: {why}");

    public static Error NoneCanSend { get; } =
        Error.Field("mailbox", "No mailbox can send. Enable SMTP on one, and set its password where it needs one.");

    public static Error UsedByQueues(IEnumerable<string> queues) => new(
        ErrorKind.Invalid,
        "mailbox_in_use",
        $"These queues send through the mailbox: {string.Join(", ", queues)}. Give them another one first.");

    public static Error HasQueuedMail(int count) => new(
        ErrorKind.Invalid,
        "mailbox_has_queued_mail",
        $"{count} mails wait to be sent by this mailbox. Wait, or delete it with force: they will be cancelled.");
}
