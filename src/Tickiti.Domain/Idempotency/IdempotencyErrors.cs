using Tickiti.Domain.Common;

namespace Tickiti.Domain.Idempotency;

public static class IdempotencyErrors
{
    public static Error KeyConflict { get; } = new(
        ErrorKind.Conflict,
        "idempotency_key_conflict",
        "This Idempotency-Key was used before with a different request. Use a new key for a new operation.");

    public static Error KeyInProgress { get; } = new(
        ErrorKind.InProgress,
        "idempotency_key_in_progress",
        "A request with this Idempotency-Key is still being worked on. Try again shortly, with the same key and payload.");
}
