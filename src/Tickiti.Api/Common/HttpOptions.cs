using System.ComponentModel.DataAnnotations;
using Tickiti.Domain.Tokens;

namespace Tickiti.Api.Common;

/// <summary>How Tickiti is reached over HTTP.</summary>
public sealed class HttpOptions : IValidatableObject
{
    public const string SectionName = "Tickiti:Http";

    /// <summary>The largest body that is taken, in megabytes (of 1,048,576 bytes).</summary>
    [Range(1, 1024)]
    public int MaxBodyInMegabytes { get; set; } = 75;

    /// <summary>
    /// Addresses or CIDR ranges of the reverse proxies in front. Of a call that comes from one, the client's address is taken
    /// from <c>X-Forwarded-For</c>, from the right; of any other it is the socket's peer.
    /// </summary>
    public IList<string> TrustedProxies { get; init; } = [];

    /// <summary>Where people and call-backs reach this installation, as <c>https://support.example</c>.</summary>
    public Uri? PublicUrl { get; set; }

    public int MaxBodyInBytes => MaxBodyInMegabytes * 1024 * 1024;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var proxy in TrustedProxies.Where(proxy => !AddressRange.TryParse(proxy, out _)))
        {
            yield return new ValidationResult(
                $"'{proxy}' is neither an address nor a CIDR range.", [nameof(TrustedProxies)]);
        }

        if (PublicUrl is { IsAbsoluteUri: false } or { Scheme: not ("http" or "https") })
        {
            yield return new ValidationResult("It must be an absolute http(s) URL.", [nameof(PublicUrl)]);
        }
    }
}
