using Tickiti.Domain.Common;

namespace Tickiti.Domain.SentMails;

public static class SentMailErrors
{
    public static Error NotFound(long id) => Error.NotFound($"There is no sent mail {id}.");

    public static Error RecipientSuppressed(IEnumerable<string> addresses) => new(
        ErrorKind.Invalid,
        "recipient_suppressed",
        $"Nothing was sent. These addresses are suppressed: {string.Join(", ", addresses)}.");

    public static Error CannotResolve(string action, SentMail mail) => Error.Field(
        "action", $"A mail that is {Wire<SentMailStatus>.Name(mail.Status)} cannot be resolved by {action}: {Possible(mail)}.");

    private static string Possible(SentMail mail) => mail.Status switch
    {
        _ when mail.IsHeld => "the brake held it before it was written, so there is nothing to send",
        SentMailStatus.Sending => "it is on its way; try again shortly",
        SentMailStatus.Sent => "there is nothing to resolve",
        SentMailStatus.Uncertain => "use resend, accept or cancel",
        SentMailStatus.Queued or SentMailStatus.Failed => "use resend or cancel",
        _ => "use resend",
    };
}
