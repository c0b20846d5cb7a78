using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using Tickiti.Api.Common;

namespace Tickiti.Api.Tokens;

/// <summary>
/// A bucket for each token, where that is configured, and for each address that calls without one. Every answer that was
/// counted says how much is left.
/// </summary>
public sealed class RateLimits(IOptions<RateLimitOptions> options) : IDisposable
{
    private const string LimitHeader = "RateLimit-Limit";
    private const string RemainingHeader = "RateLimit-Remaining";
    private const string ResetHeader = "RateLimit-Reset";

    private readonly Buckets<long>? _tokens = options.Value.PerToken is { } perMinute ? new Buckets<long>(perMinute, perMinute) : null;
    private readonly Buckets<IPAddress> _addresses = new(options.Value.PerAddress, Math.Max(1, options.Value.PerAddress / 10));

    /// <returns>The refusal; null where the call may go on.</returns>
    public HttpError? Take(HttpContext context, ApiCall call)
    {
        if (call.Token is { } token)
        {
            return _tokens?.Take(token.Token.Id, context.Response.Headers);
        }

        return call.Rules.IsLimitedPerAddress ? _addresses.Take(KeyOf(call.ClientAddress), context.Response.Headers) : null;
    }

    public void Dispose()
    {
        _tokens?.Dispose();
        _addresses.Dispose();
    }

    // A /64 is what one customer gets.
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

    private sealed class Buckets<TKey>(int perMinute, int capacity) : IDisposable
        where TKey : notnull
    {
        private readonly TimeSpan _oneComesBackAfter = TimeSpan.FromMinutes(1) / perMinute;

        private readonly PartitionedRateLimiter<TKey> _limiter = PartitionedRateLimiter.Create<TKey, TKey>(caller =>
            RateLimitPartition.GetTokenBucketLimiter(caller, _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = capacity,
                TokensPerPeriod = 1,
                ReplenishmentPeriod = TimeSpan.FromMinutes(1) / perMinute,
            }));

        public HttpError? Take(TKey caller, IHeaderDictionary headers)
        {
            using var lease = _limiter.AttemptAcquire(caller);
            var left = (int)(_limiter.GetStatistics(caller)?.CurrentAvailablePermits ?? 0);
            headers[LimitHeader] = Text(capacity);
            headers[RemainingHeader] = Text(left);
            headers[ResetHeader] = Text(Seconds((capacity - left) * _oneComesBackAfter));
            if (lease.IsAcquired)
            {
                return null;
            }

            return HttpError.RateLimited(Seconds(lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : _oneComesBackAfter));
        }

        public void Dispose() => _limiter.Dispose();

        private static int Seconds(TimeSpan time) => Math.Max(1, (int)Math.Ceiling(time.TotalSeconds));

        private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
    }
}
