using Tickiti.Domain.Tokens;
using Tickiti.Domain.Users;

namespace Tickiti.Application.Tokens;

/// <summary>A token as it is read: never with its secret, nor with what is kept of it.</summary>
public sealed record TokenRead(
    long Id,
    string Name,
    TokenOwner Owner,
    IReadOnlyList<string> Abilities,
    string? AllowedIp,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? RevokedAt,
    DateTimeOffset? LastUsedAt,
    DateTimeOffset CreatedAt)
{
    public static TokenRead Of(ApiToken token, User owner) => new(
        token.Id,
        token.Name,
        new TokenOwner(owner.Id, owner.Name, owner.IsSystem, owner.ActsAsAdmin, owner.IsActive),
        token.Abilities,
        token.AllowedIp,
        token.ExpiresAt,
        token.RevokedAt,
        token.LastUsedAt,
        token.CreatedAt);
}

/// <param name="IsAdmin">Counts as one now; abilities that need an admin need it at the time of each call.</param>
public sealed record TokenOwner(long Id, string Name, bool IsSystem, bool IsAdmin, bool IsActive);
