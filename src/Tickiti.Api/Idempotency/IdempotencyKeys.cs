using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Primitives;
using Tickiti.Api.Common;
using Tickiti.Application.Common;
using Tickiti.Application.Idempotency;
using Tickiti.Domain.Common;
using Tickiti.Domain.Idempotency;

namespace Tickiti.Api.Idempotency;

/// <summary>
/// The header <c>Idempotency-Key</c>: read, checked, and handed out. A key handed out for one action carries that action and
/// a signature, so that every node can refuse it at another without having stored anything.
/// </summary>
public sealed partial class IdempotencyKeys(ISigningKeys signingKeys)
{
    public const string HeaderName = "Idempotency-Key";

    private const int MacLength = 16;

    public string Mint(string? action)
    {
        var id = Guid.NewGuid().ToString();
        return action is null ? id : $"{id}.{action}.{Sign($"{id}.{action}")}";
    }

    /// <summary>Puts the key of a request, if one came and is honoured, on the call.</summary>
    /// <returns>Why the key cannot be taken, or null.</returns>
    public Error? Read(HttpContext context, ApiCall call)
    {
        if (!call.Rules.HonoursKey)
        {
            return null;
        }

        var header = context.Request.Headers[HeaderName];
        if (header.Count == 0)
        {
            return call.Rules.RequiresKey
                ? Error.Field(HeaderName, $"The header '{HeaderName}' must be sent; a new UUID for each operation will do.")
                : null;
        }

        if (!IsWellFormed(header))
        {
            return Error.Field(
                HeaderName,
                $"The header '{HeaderName}' must be 1 to {IdempotencyRecord.KeyMaxLength} printable ASCII characters, once.");
        }

        var key = header.ToString();
        var endpoint = (RouteEndpoint)context.GetEndpoint()!;
        var action = call.Rules.Action ?? endpoint.RoutePattern.RawText!;
        if (Refuse(key, action) is { } error)
        {
            return error;
        }

        call.KeyToCompare = new KeyToCompare(key, action);
        if (!call.Rules.HasRawBody)
        {
            Compare(context, call, CanonicalJson.Hash(call.Body));
        }

        return null;
    }

    /// <summary>Puts what a body holds beside the key, if there is one: another body under it is a conflict.</summary>
    public void Compare(HttpContext context, ApiCall call, string payload)
    {
        if (call.KeyToCompare is { } read)
        {
            // What the path names belongs to what is compared.
            var hasNames = ((RouteEndpoint)context.GetEndpoint()!).RoutePattern.Parameters.Count > 0;
            var compared = Keyed(hasNames ? $"{payload} {context.Request.Path.Value!.ToUpperInvariant()}" : payload);
            call.Idempotency = new IdempotencyRequest(call.Token!.Token.Id, read.Key, read.Action, compared);
            call.KeyToCompare = null;
        }
    }

    private Error? Refuse(string key, string action)
    {
        if (SignedKey().Match(key) is not { Success: true } signed)
        {
            return null;
        }

        var mac = Encoding.ASCII.GetBytes(Sign(signed.Groups["signed"].Value));
        if (!CryptographicOperations.FixedTimeEquals(mac, Encoding.ASCII.GetBytes(signed.Groups["mac"].Value)))
        {
            return Error.Field(HeaderName, $"The header '{HeaderName}' looks like a key of ours, but we did not sign it.");
        }

        return signed.Groups["action"].Value == action ? null : IdempotencyErrors.KeyConflict;
    }

    // Half of a SHA-256 is more than enough for what a forger could gain: a key that he may as well make up.
    private string Sign(string text)
    {
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(signingKeys.KeyFor(SigningKeyPurpose.IdempotencyKeys).Span, Encoding.ASCII.GetBytes(text), mac);
        return Base64Url.EncodeToString(mac[..MacLength]);
    }

    // Some payloads hold a password; from a bare hash, kept for days, it could be guessed.
    private string Keyed(string payload) => Convert.ToHexStringLower(HMACSHA256.HashData(
        signingKeys.KeyFor(SigningKeyPurpose.IdempotencyKeys).Span, Encoding.UTF8.GetBytes(payload)));

    private static bool IsWellFormed(StringValues header) =>
        header.Count == 1 && header[0] is { Length: > 0 and <= IdempotencyRecord.KeyMaxLength } key
        && !key.AsSpan().ContainsAnyExceptInRange(' ', '~') && !string.IsNullOrWhiteSpace(key);

    [GeneratedRegex(
        @"\A(?<signed>[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\.(?<action>[0-9a-z_/-]+))\.(?<mac>[^.]*)\z",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex SignedKey();
}
