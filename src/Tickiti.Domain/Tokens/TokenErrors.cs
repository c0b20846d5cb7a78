using Tickiti.Domain.Common;

namespace Tickiti.Domain.Tokens;

public static class TokenErrors
{
    public static Error NotFound(long id) => Error.NotFound($"There is no token {id}.");

    public static Error UnknownOwner(string owner) =>
        Error.Field("owner", $"The owner must be \"system\" or the id of an active member of staff, and '{owner}' is neither.");

    public static Error AbilityNotHeld(string ability) =>
        Error.Field("abilities", $"The calling token has not the ability '{ability}', so it cannot give it away.");

    public static Error WiderSource(string allowed) =>
        Error.Field("allowed_ip", $"The calling token may only be used from {allowed}; a wider source cannot be given away.");

    public static Error LaterExpiry { get; } =
        Error.Field("expires_at", "The calling token expires before that; a later expiry cannot be given away.");

    public static Error ExpiryPassed { get; } = Error.Field("expires_at", "This instant has passed already.");
}
