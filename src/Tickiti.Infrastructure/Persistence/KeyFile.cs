using System.Security.Cryptography;
using System.Text;

namespace Tickiti.Infrastructure.Persistence;

/// <summary>
/// Keys from a file outside of the database, for wrapping the key ring that lies in it: AES-256-GCM, a fresh nonce each time.
/// A wrapped text is <c>key id . nonce . tag and ciphertext</c>, each in base64; the key's id is authenticated, too.
/// </summary>
internal sealed class KeyFile
{
    private const int KeyLength = 32;
    private const int IdLength = 8;
    private static readonly int NonceLength = AesGcm.NonceByteSizes.MaxSize;
    private static readonly int TagLength = AesGcm.TagByteSizes.MaxSize;

    private readonly IReadOnlyList<(string Id, byte[] Key)> _keys;

    private KeyFile(IReadOnlyList<(string, byte[])> keys) => _keys = keys;

    /// <exception cref="InvalidOperationException">There is no such file, or no key in it; the message says what to do.</exception>
    public static KeyFile Read(string path)
    {
        try
        {
            return Parse(File.ReadAllLines(path));
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or FormatException)
        {
            // The lines themselves are secret: what is wrong with them is told without them.
            var why = unreadable is FormatException ? "it is not lines of 32 bytes in base64" : unreadable.Message;
            throw new InvalidOperationException(
                $"Tickiti:Secrets:KeyFile ({Path.GetFullPath(path)}) cannot be used: {why}. Make one with: openssl rand -base64 32.",
                unreadable);
        }
    }

    public string Wrap(string text)
    {
        var (id, key) = _keys[0];
        var nonce = RandomNumberGenerator.GetBytes(NonceLength);
        var plain = Encoding.UTF8.GetBytes(text);
        var sealedText = new byte[TagLength + plain.Length];
        using var aes = new AesGcm(key, TagLength);
        aes.Encrypt(nonce, plain, sealedText.AsSpan(TagLength), sealedText.AsSpan(0, TagLength), Encoding.ASCII.GetBytes(id));
        return $"{id}.{Convert.ToBase64String(nonce)}.{Convert.ToBase64String(sealedText)}";
    }

    /// <exception cref="CryptographicException">Wrapped by another key, or changed since.</exception>
    public string Unwrap(string wrapped)
    {
        var parts = wrapped.Split('.');
        if (parts.Length != 3 || _keys.FirstOrDefault(one => one.Id == parts[0]).Key is not { } key)
        {
            throw new CryptographicException("The key ring is wrapped with a key that Tickiti:Secrets:KeyFile does not hold.");
        }

        var sealedText = Convert.FromBase64String(parts[2]);
        var plain = new byte[sealedText.Length - TagLength];
        using var aes = new AesGcm(key, TagLength);
        aes.Decrypt(
            Convert.FromBase64String(parts[1]),
            sealedText.AsSpan(TagLength),
            sealedText.AsSpan(0, TagLength),
            plain,
            Encoding.ASCII.GetBytes(parts[0]));
        return Encoding.UTF8.GetString(plain);
    }

    internal static KeyFile Parse(IEnumerable<string> lines)
    {
        var keys = lines.Select(line => line.Trim()).Where(line => line.Length > 0).Select(Convert.FromBase64String)
            .Select(key => (IdOf(key), key)).ToList();
        return keys.Count > 0 && keys.TrueForAll(one => one.key.Length == KeyLength)
            ? new KeyFile(keys)
            : throw new FormatException("A key has 32 bytes.");
    }

    // Names the key without telling anything of it that would help to guess 32 random bytes.
    private static string IdOf(byte[] key) => Convert.ToHexStringLower(SHA256.HashData(key).AsSpan(0, IdLength));
}
