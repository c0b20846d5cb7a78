using Tickiti.Domain.Common;

namespace Tickiti.Domain.SentMails;

public static class SentMailErrors
{
    public static Error NotFound(long id) => Error.NotFound($"There is no sent mail {id}.");

    public static Error RecipientSuppressed(IEnumerable<string> addresses) => new(
        ErrorKind.Invalid,
        "recipient_suppressed",
        $"Nothing was sent. These addresses are suppressed: {string.Join(", ", addresses)}.");
}
