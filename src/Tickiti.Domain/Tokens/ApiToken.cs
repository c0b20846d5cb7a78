using System.Security.Cryptography;
using System.Text;
using Tickiti.Domain.Common;

namespace Tickiti.Domain.Tokens;

/// <summary>
/// A bearer token, <c>id|secret</c> on the wire. Of the secret only its SHA-256 is kept: it is random, so a slow hash would
/// protect nothing and cost every request.
/// </summary>
public sealed class ApiToken : Aggregate
{
    public const int NameMaxLength = 255;
    public const int AllowedIpMaxLength = 64;
    public const int SecretMaxLength = 256;

    private ApiToken()
    {
    }

    public string Name { get; private set; } = "";

    public long OwnerId { get; private init; }

    /// <summary>Fixed when the token is made.</summary>
    public IReadOnlyList<string> Abilities { get; private init; } = [];

    /// <summary>SHA-256 of the secret, lower-case hex.</summary>
    public string SecretHash { get; private init; } = "";

    /// <summary>An address or a CIDR range that calls must come from; null for anywhere.</summary>
    public string? AllowedIp { get; private set; }

    public DateTimeOffset? ExpiresAt { get; private set; }

    public DateTimeOffset? RevokedAt { get; private set; }

    /// <summary>To the minute or so: written in batches, never on a request's path.</summary>
    public DateTimeOffset? LastUsedAt { get; private init; }

    public DateTimeOffset CreatedAt { get; private init; }

    public static ApiToken Mint(
        long id,
        string name,
        long ownerId,
        IReadOnlyList<string> abilities,
        string secret,
        string? allowedIp,
        DateTimeOffset? expiresAt,
        DateTimeOffset now)
    {
        var token = new ApiToken
        {
            Id = id,
            Name = name.Trim(),
            OwnerId = ownerId,
            Abilities = abilities,
            SecretHash = HashOf(secret),
            AllowedIp = allowedIp,
            ExpiresAt = expiresAt,
            CreatedAt = now,
        };
        token.Raise("token.minted");
        return token;
    }

    /// <summary>256 random bits, in characters that need no escaping anywhere.</summary>
    public static string NewSecret() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    public static string HashOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    public void Change(string? name, string? allowedIp, DateTimeOffset? expiresAt)
    {
        Name = name?.Trim() ?? Name;
        AllowedIp = allowedIp;
        ExpiresAt = expiresAt;
        Raise("token.changed");
    }

    public void Revoke(DateTimeOffset now)
    {
        if (RevokedAt is not null)
        {
            return;
        }

        RevokedAt = now;
        Raise("token.revoked");
    }
}
