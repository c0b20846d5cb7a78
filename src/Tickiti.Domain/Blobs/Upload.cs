namespace Tickiti.Domain.Blobs;

/// <summary>
/// Bytes that a token brought, so that it may name them by their hash in a response: knowing a hash is no right to what it
/// names.
/// </summary>
public sealed class Upload
{
    public Upload(long tokenId, string sha256, string name, DateTimeOffset createdAt)
    {
        TokenId = tokenId;
        Sha256 = sha256;
        Name = name;
        CreatedAt = createdAt;
    }

    /// <summary>Who brought them; nobody else may name them.</summary>
    public long TokenId { get; private init; }

    public string Sha256 { get; private init; }

    public string Name { get; private set; }

    /// <summary>The day counts from here.</summary>
    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>Brought once more.</summary>
    public void Renew(string name, DateTimeOffset now)
    {
        Name = name;
        CreatedAt = now;
    }
}
