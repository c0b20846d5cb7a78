using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Tickiti.Api.Common;
using Tickiti.Application.Tokens;
using Tickiti.Domain.Tokens;

namespace Tickiti.Api.Tokens;

/// <summary>
/// Bearer tokens (RFC 6750 §2.1) of the form <c>id|secret</c>: who calls, and whether he may. 401 where it is not known who
/// calls, 403 where it is and he may not.
/// </summary>
public sealed class BearerAuthentication(ITokenDirectory directory, ITokenUses uses, TimeProvider clock)
{
    private const string Scheme = "Bearer ";

    private static readonly HttpError NoToken =
        HttpError.Unauthenticated("This needs a token: send the header 'Authorization: Bearer <id>|<secret>'.");

    private static readonly HttpError WrongToken = HttpError.Unauthenticated("The token is not known.");

    public async ValueTask<HttpError?> AdmitAsync(
        HttpContext context, ApiCall call, CancellationToken cancellationToken)
    {
        var (known, error) = await IdentifyAsync(context.Request.Headers.Authorization, cancellationToken);
        if (known is null)
        {
            return error;
        }

        call.Token = known;
        uses.Used(known.Token.Id);
        if (known.AllowedIp?.Contains(call.ClientAddress) == false)
        {
            return HttpError.Forbidden($"The token may not be used from {call.ClientAddress}.");
        }

        return call.Rules.Ability is not { } ability || known.Allows(ability)
            ? null
            : HttpError.Forbidden($"This needs the ability '{ability}'{(Ability.NeedsAdmin(ability) ? " and an owner who is an admin" : "")}.");
    }

    private async ValueTask<(KnownToken? Token, HttpError? Error)> IdentifyAsync(
        string? authorization, CancellationToken cancellationToken)
    {
        if (authorization?.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) != true)
        {
            return (null, NoToken);
        }

        var text = authorization.AsMemory(Scheme.Length).Trim();
        var bar = text.Span.IndexOf('|');
        if (bar < 1 || text.Length - bar - 1 is 0 or > ApiToken.SecretMaxLength
            || !long.TryParse(text.Span[..bar], NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            return (null, WrongToken);
        }

        var known = await directory.FindAsync(id, cancellationToken);
        if (known is null || !IsSecretOf(known, text.Span[(bar + 1)..]))
        {
            return (null, WrongToken);
        }

        return WhyUnusable(known) is { } why ? (null, HttpError.Unauthenticated(why)) : (known, null);
    }

    private static bool IsSecretOf(KnownToken known, ReadOnlySpan<char> secret)
    {
        Span<byte> bytes = stackalloc byte[ApiToken.SecretMaxLength * 3];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes[..Encoding.UTF8.GetBytes(secret, bytes)], hash);
        return CryptographicOperations.FixedTimeEquals(hash, known.SecretHash);
    }

    // Told only to who knows the secret.
    private string? WhyUnusable(KnownToken known)
    {
        if (known.Token.RevokedAt is not null)
        {
            return "The token was revoked.";
        }

        if (known.Token.ExpiresAt <= clock.GetUtcNow())
        {
            return "The token has expired.";
        }

        return known.Owner.IsActive ? null : "The token's owner is not active.";
    }
}
