namespace Tickiti.Domain.Idempotency;

/// <summary>
/// The answer to a keyed request, stored in the transaction of its effect: whoever finds it knows that the effect is there,
/// and gets the same bytes again.
/// </summary>
public sealed class IdempotencyRecord
{
    /// <summary>In printable ASCII characters.</summary>
    public const int KeyMaxLength = 255;
    public const int ActionMaxLength = 64;

    private IdempotencyRecord()
    {
    }

    public long TokenId { get; private init; }

    public string Key { get; private init; } = "";

    /// <summary>Two spellings of one endpoint are one action.</summary>
    public string Action { get; private init; } = "";

    /// <summary>SHA-256 of the canonical payload (RFC 8785), lower-case hex.</summary>
    public string PayloadHash { get; private init; } = "";

    public int StatusCode { get; private init; }

    public byte[] Body { get; private init; } = [];

    public DateTimeOffset CreatedAt { get; private init; }

    public static IdempotencyRecord Of(
        long tokenId, string key, string action, string payloadHash, int statusCode, byte[] body, DateTimeOffset now) =>
        new()
        {
            TokenId = tokenId,
            Key = key,
            Action = action,
            PayloadHash = payloadHash,
            StatusCode = statusCode,
            Body = body,
            CreatedAt = now,
        };

    public bool Answers(string action, string payloadHash) => Action == action && PayloadHash == payloadHash;
}
