using Tickiti.Domain.Common;

namespace Tickiti.Domain.IncomingMails;

public static class IncomingMailErrors
{
    public static Error NotInQuarantine(long id) => Error.NotFound($"There is no mail {id} in quarantine.");

    public static Error NotStored { get; } = new(
        ErrorKind.Invalid, "raw_not_stored", "The mail was above the size limit, so only its header was fetched. Retry it once the limit allows.");

    public static Error RawTooLarge { get; } = new(
        ErrorKind.TooLarge, "raw_too_large", "This is more than one answer holds; read it in ranges, by offset and length.");

    public static Error GoneFromServer { get; } = new(
        ErrorKind.Invalid, "gone_from_server", "Only the header of this mail was fetched, and it does not lie on the server any more.");

    public static Error MailboxGone { get; } = new(ErrorKind.Invalid, "mailbox_gone", "The mailbox that this mail came in by was deleted.");
}
