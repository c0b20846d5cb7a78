using System.Net;
using Microsoft.Extensions.Options;
using Tickiti.Api.Common;
using Tickiti.Domain.Tokens;

namespace Tickiti.Api.Tokens;

/// <summary>
/// Where a call comes from: the socket's peer, unless that is one of the trusted proxies; then the last address of
/// <c>X-Forwarded-For</c> that is not itself one. What stands left of that anyone may have written.
/// </summary>
public sealed class ClientAddresses(IOptions<HttpOptions> options)
{
    private readonly AddressRange[] _proxies =
        [.. options.Value.TrustedProxies.Select(text => AddressRange.TryParse(text, out var range) ? range : null).OfType<AddressRange>()];

    public IPAddress Of(HttpContext context)
    {
        var address = context.Connection.RemoteIpAddress ?? IPAddress.None;
        if (_proxies.Length == 0 || !IsProxy(address))
        {
            return Bare(address);
        }

        var hops = context.Request.Headers["X-Forwarded-For"].ToString().Split(',');
        for (var i = hops.Length - 1; i >= 0 && IsProxy(address); i--)
        {
            if (!IPEndPoint.TryParse(hops[i].Trim(), out var hop))
            {
                break;
            }

            address = hop.Address;
        }

        return Bare(address);
    }

    private bool IsProxy(IPAddress address) => Array.Exists(_proxies, proxy => proxy.Contains(address));

    private static IPAddress Bare(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
