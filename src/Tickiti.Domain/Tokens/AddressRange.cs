using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace Tickiti.Domain.Tokens;

/// <summary>
/// An IP address, or a range of them in CIDR notation (RFC 4632, RFC 4291 §2.3). An IPv4 address that comes mapped into IPv6
/// is the IPv4 address.
/// </summary>
public sealed class AddressRange
{
    private readonly byte[] _bytes;
    private readonly int _prefixLength;

    private AddressRange(byte[] bytes, int prefixLength)
    {
        _bytes = bytes;
        _prefixLength = prefixLength;
    }

    public static bool TryParse(string? text, [NotNullWhen(true)] out AddressRange? range)
    {
        range = null;
        var parts = (text?.Trim() ?? "").Split('/');
        if (parts.Length > 2 || !IPAddress.TryParse(parts[0], out var address) || parts[0].Contains('%', StringComparison.Ordinal))
        {
            return false;
        }

        // "10.1" is an address for the parser, and "010.0.0.1" is 8.0.0.1, but for nobody else.
        var isMapped = address.IsIPv4MappedToIPv6;
        var bytes = BytesOf(address);
        if (bytes.Length == 4 && !isMapped && address.ToString() != parts[0])
        {
            return false;
        }

        var bits = bytes.Length * 8;
        if (parts.Length == 2)
        {
            if (!int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out bits))
            {
                return false;
            }

            bits -= isMapped ? 96 : 0;
        }

        if (bits < 0 || bits > bytes.Length * 8)
        {
            return false;
        }

        range = new AddressRange(bytes, bits);
        return true;
    }

    public bool Contains(IPAddress address) => StartsAs(BytesOf(address));

    /// <summary>True when every address of the other range is one of this range.</summary>
    public bool Contains(AddressRange other) => other._prefixLength >= _prefixLength && StartsAs(other._bytes);

    private bool StartsAs(byte[] bytes)
    {
        if (bytes.Length != _bytes.Length)
        {
            return false;
        }

        var whole = _prefixLength / 8;
        var rest = _prefixLength % 8;
        return bytes.AsSpan(0, whole).SequenceEqual(_bytes.AsSpan(0, whole))
            && (rest == 0 || ((bytes[whole] ^ _bytes[whole]) >> (8 - rest)) == 0);
    }

    private static byte[] BytesOf(IPAddress address) =>
        (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).GetAddressBytes();
}
