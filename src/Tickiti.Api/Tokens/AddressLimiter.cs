using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Tickiti.Api.Tokens;

/// <summary>
/// A token bucket for each address that calls without a token; of IPv6 for each /64, which is what one customer gets. In
/// memory and bounded: when too many addresses come at once the full buckets, which say nothing, are forgotten.
/// </summary>
public sealed class AddressLimiter(TimeProvider clock)
{
    private const double Capacity = 60;
    private const double RefillPerSecond = 10;
    private const int MaxAddresses = 10_000;

    private readonly ConcurrentDictionary<IPAddress, Bucket> _buckets = new();

    /// <returns>The seconds to wait, or null where the call may go on.</returns>
    public int? Take(IPAddress address)
    {
        var now = clock.GetTimestamp();
        if (_buckets.Count >= MaxAddresses)
        {
            ForgetFull(now);
        }

        return _buckets.GetOrAdd(KeyOf(address), static (_, start) => new Bucket(start), now).Take(now, clock);
    }

    private void ForgetFull(long now)
    {
        foreach (var pair in _buckets)
        {
            if (pair.Value.IsFull(now, clock))
            {
                _buckets.TryRemove(pair);
            }
        }

        // Ten thousand that all call right now are an attack; no bucket would hold it up.
        if (_buckets.Count >= MaxAddresses)
        {
            _buckets.Clear();
        }
    }

    private static IPAddress KeyOf(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }

    private sealed class Bucket(long start)
    {
        private readonly Lock _gate = new();
        private double _left = Capacity;
        private long _asOf = start;

        public int? Take(long now, TimeProvider clock)
        {
            lock (_gate)
            {
                _left = LeftAt(now, clock);
                _asOf = now;
                if (_left >= 1)
                {
                    _left--;
                    return null;
                }

                return (int)Math.Ceiling((1 - _left) / RefillPerSecond);
            }
        }

        public bool IsFull(long now, TimeProvider clock)
        {
            lock (_gate)
            {
                return LeftAt(now, clock) >= Capacity;
            }
        }

        private double LeftAt(long now, TimeProvider clock) =>
            Math.Min(Capacity, _left + (clock.GetElapsedTime(_asOf, now).TotalSeconds * RefillPerSecond));
    }
}
