using System.ComponentModel.DataAnnotations;

namespace Tickiti.Api.Tokens;

/// <summary>How often one caller may call, counted by each node for itself.</summary>
public sealed class RateLimitOptions
{
    public const string SectionName = "Tickiti:RateLimits";

    /// <summary>Requests a minute of one token; so many may come at once, and their right comes back evenly. Not set: no limit.</summary>
    [Range(1, 10_000_000)]
    public int? PerToken { get; set; }

    /// <summary>
    /// Requests a minute of one address (of IPv6: of one /64) at what needs no token; a tenth of them may come at once.
    /// </summary>
    [Range(1, 10_000_000)]
    public int PerAddress { get; set; } = 600;
}
