using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Tickiti.Domain.Common;
using Tickiti.Domain.Interventions;
using Tickiti.Domain.Tokens;

namespace Tickiti.Application.Interventions;

/// <summary>
/// Where an epilog call may go. Judged is the address that is connected to, at the time of the call: a name may lead elsewhere
/// tomorrow.
/// </summary>
public sealed class EpilogTargets(IOptions<InterventionOptions> options)
{
    // IANA's registries of special-purpose addresses (RFC 6890); of IPv6 only 2000::/3 is public at all.
    private static readonly AddressRange[] Reserved = Ranges(
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
        "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24",
        "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20");

    private static readonly AddressRange GlobalUnicast = Ranges("2000::/3")[0];

    private readonly AddressRange[] _allowed = Ranges([.. options.Value.AllowedAddresses]);

    public bool Allows(IPAddress address) =>
        Array.Exists(_allowed, range => range.Contains(address))
        || (!Array.Exists(Reserved, range => range.Contains(address))
            && (address.AddressFamily == AddressFamily.InterNetwork || address.IsIPv4MappedToIPv6 || GlobalUnicast.Contains(address)));

    /// <summary>What can be said against a URL before anyone has called it.</summary>
    public Error? RefusalOf(string? url)
    {
        if (url is null)
        {
            return null;
        }

        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.Host.Length == 0)
        {
            return InterventionErrors.BadUrl("It must be an absolute http(s) URL.");
        }

        if (uri.UserInfo.Length > 0)
        {
            return InterventionErrors.BadUrl("It must not carry a user name; the call is signed instead.");
        }

        // Uri reads 0x7f.1 and 2130706433 as the address that they are.
        return IPAddress.TryParse(uri.DnsSafeHost, out var address) && !Allows(address)
            ? InterventionErrors.BadUrl($"{address} is a private or reserved address; Tickiti:Interventions:AllowedAddresses can allow it.")
            : null;
    }

    private static AddressRange[] Ranges(params string[] ranges) =>
        [.. ranges.Select(text => AddressRange.TryParse(text, out var range) ? range : throw new FormatException(text))];
}
