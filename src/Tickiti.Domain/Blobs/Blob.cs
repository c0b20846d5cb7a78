using System.Security.Cryptography;

namespace Tickiti.Domain.Blobs;

/// <summary>Bytes stored once under their own hash: raw mails and attachments.</summary>
public sealed class Blob
{
    /// <summary>Length of a SHA-256 in lower-case hex.</summary>
    public const int HashLength = 64;

    private Blob()
    {
    }

    /// <summary>SHA-256 of the content, lower-case hex.</summary>
    public string Sha256 { get; private init; } = "";

    /// <summary>In bytes.</summary>
    public long Size { get; private init; }

    public byte[] Content { get; private init; } = [];

    public DateTimeOffset CreatedAt { get; private init; }

    public static Blob Of(byte[] content, DateTimeOffset now) =>
        new() { Sha256 = HashOf(content), Size = content.Length, Content = content, CreatedAt = now };

    public static string HashOf(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
