using System.ComponentModel.DataAnnotations;

namespace Tickiti.Infrastructure.Idempotency;

/// <summary>How long a retry is recognised as one.</summary>
public sealed class IdempotencyOptions
{
    public const string SectionName = "Tickiti:Idempotency";

    /// <summary>Hours for which the answer to a keyed request, and an uploaded file, is kept; after that the key is new again.</summary>
    [Range(1, 24 * 365)]
    public int RetentionHours { get; set; } = 72;
}
