using System.Globalization;
using Tickiti.Domain.Common;

namespace Tickiti.Domain.Tickets;

public static class TicketErrors
{
    public static Error NotFound(string what) => Error.NotFound($"There is no ticket {what}.");

    public static Error NotFound(long number) => NotFound(number.ToString(CultureInfo.InvariantCulture));

    public static Error HoldNeedsDate { get; } =
        Error.Field("on_hold_until", "A ticket on hold needs the date on which it re-opens (YYYY-MM-DD).");

    public static Error HoldDateWithoutHold { get; } =
        Error.Field("on_hold_until", "A date is only taken together with the status 'on-hold'.");

    public static Error AttachmentNotFound(long id) => Error.NotFound($"There is no attachment {id} on this ticket.");

    public static Error AttachmentTooLarge { get; } =
        new(ErrorKind.TooLarge, "attachment_too_large", "The attachment is above 25 MiB; read it in ranges with offset and length.");
}
