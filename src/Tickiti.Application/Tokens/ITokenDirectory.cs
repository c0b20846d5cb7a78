using Tickiti.Domain.Tokens;
using Tickiti.Domain.Users;

namespace Tickiti.Application.Tokens;

/// <summary>
/// Tokens with their owners, in memory: every request asks for one. At most a second old, and at once new on the node that
/// changed a token or a user.
/// </summary>
public interface ITokenDirectory
{
    /// <returns>The token, usable or not, or null where there is none with this id.</returns>
    ValueTask<KnownToken?> FindAsync(long id, CancellationToken cancellationToken);

    void Forget();
}

/// <summary>A token and its owner as they were when read; both are shared and detached: read them, never change them.</summary>
public sealed record KnownToken(ApiToken Token, User Owner)
{
    /// <summary>The hash as bytes, to be compared in constant time.</summary>
    public byte[] SecretHash { get; } = Convert.FromHexString(Token.SecretHash);

    /// <summary>Where calls must come from; null for anywhere.</summary>
    public AddressRange? AllowedIp { get; } =
        Token.AllowedIp is null ? null
        : AddressRange.TryParse(Token.AllowedIp, out var range) ? range
        : throw new FormatException($"Token {Token.Id} has a source that is no address range.");

    public bool Allows(string ability) =>
        Ability.Allows(Token.Abilities, ability) && (!Ability.NeedsAdmin(ability) || Owner.ActsAsAdmin);
}

/// <summary>Remembers when tokens were used; it is written in batches, never on a request's path.</summary>
public interface ITokenUses
{
    void Used(long tokenId);
}
