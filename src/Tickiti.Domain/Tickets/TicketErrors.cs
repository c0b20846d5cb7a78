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

    public static Error CannotMerge { get; } =
        Error.Field("other_ticket_number", "A ticket is merged with another one, and only once.");

    public static Error UnknownOther(string field, long number) => Error.Field(field, $"There is no ticket {number}.");

    public static Error NothingLeft(long number) =>
        Error.Field("response_ids", $"Ticket {number} would be left without a response; merge it instead.");

    public static Error UnknownResponse(long id) => Error.Field("response_ids", $"There is no response {id}.");

    public static Error SeveralTickets { get; } = Error.Field("response_ids", "All responses must be of one ticket.");

    public static Error AttachmentNotFound(long id) => Error.NotFound($"There is no attachment {id} on this ticket.");

    public static Error AttachmentTooLarge { get; } =
        new(ErrorKind.TooLarge, "attachment_too_large", "The attachment is above 25 MiB; read it in ranges with offset and length.");

    public static Error AttachmentBlocked(string name) => new(
        ErrorKind.Invalid,
        "attachment_blocked",
        $"'{name}' is of a kind that can harm a computer; it is read only with the intent 'review_ok'.");

    public static Error NoStaff(string email) =>
        Error.Field("assigned_to_email", $"There is no active member of staff with the address '{email}'.");

    /// <summary>Worded like an unknown queue, which the overview shows.</summary>
    public static Error UnknownTemplate(string identifier) =>
        new(ErrorKind.Invalid, $"Template '{identifier}' not found.", $"Template '{identifier}' not found.");
}
