using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Tokens;

namespace Tickiti.Application.Tokens;

/// <summary>
/// What the calling token may hand on: nothing that it has not itself. Of roles it is enough that who administers tokens is an
/// admin, which is the widest there is. The machine, which acts without a token, has no limits.
/// </summary>
internal sealed class TokenLimits(Actor actor, ITokenDirectory tokens, TimeProvider clock)
{
    public async Task<Error?> RefusalOfAsync(
        IEnumerable<string> abilities, string? allowedIp, DateTimeOffset? expiresAt, CancellationToken cancellationToken)
    {
        if (expiresAt <= clock.GetUtcNow())
        {
            return TokenErrors.ExpiryPassed;
        }

        if (actor.TokenId is not { } id || await tokens.FindAsync(id, cancellationToken) is not { } caller)
        {
            return null;
        }

        if (abilities.FirstOrDefault(ability => !Ability.Allows(caller.Token.Abilities, ability)) is { } missing)
        {
            return TokenErrors.AbilityNotHeld(missing);
        }

        if (caller.AllowedIp is { } source && !(AddressRange.TryParse(allowedIp, out var wanted) && source.Contains(wanted)))
        {
            return TokenErrors.WiderSource(caller.Token.AllowedIp!);
        }

        return caller.Token.ExpiresAt is { } end && (expiresAt is null || expiresAt > end) ? TokenErrors.LaterExpiry : null;
    }
}
