using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Tickiti.Mail.Dkim;

/// <summary>A public key as a domain publishes it (RFC 6376 §3.6.1).</summary>
public sealed class DkimKeyRecord
{
    // More than any key has; what comes from DNS is not to keep us busy.
    private const int MaxLength = 8 * 1024;

    private readonly DkimTags _tags;

    private DkimKeyRecord(DkimTags tags)
    {
        _tags = tags;
    }

    /// <summary>k=</summary>
    public string KeyType => _tags["k"] ?? "rsa";

    /// <summary>p= is empty: the key is not to be believed any more.</summary>
    public bool IsRevoked => _tags.Compact("p") is "";

    /// <summary>t=y</summary>
    public bool IsTesting => HasFlag("y");

    /// <summary>t=s: i= may not be in a subdomain.</summary>
    public bool IsStrict => HasFlag("s");

    /// <summary>Whether h= allows SHA-256.</summary>
    public bool AllowsSha256 => _tags.List("h")?.Contains("sha256", StringComparer.OrdinalIgnoreCase) ?? true;

    /// <summary>Whether s= allows mail.</summary>
    public bool AllowsMail => _tags.List("s")?.Any(s => s == "*" || s.Equals("email", StringComparison.OrdinalIgnoreCase)) ?? true;

    public static bool TryParse(string? text, [NotNullWhen(true)] out DkimKeyRecord? record)
    {
        record = text is { Length: <= MaxLength }
            && DkimTags.TryParse(Encoding.UTF8.GetBytes(text), out var tags)
            && tags["p"] is not null
            && (tags["v"] is null || (tags["v"] == "DKIM1" && tags.First == "v"))
            ? new DkimKeyRecord(tags)
            : null;
        return record is not null;
    }

    /// <summary>The text to publish for a key.</summary>
    public static string For(RSA key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return $"v=DKIM1; k=rsa; p={Convert.ToBase64String(key.ExportSubjectPublicKeyInfo())}";
    }

    internal RSA? ImportRsa()
    {
        if (!_tags.TryGetBytes("p", out var bytes))
        {
            return null;
        }

        var rsa = RSA.Create();
        try
        {
            try
            {
                rsa.ImportSubjectPublicKeyInfo(bytes, out _);
            }
            catch (CryptographicException)
            {
                // RFC 6376 names the bare form (RFC 8017 §A.1.1) and shows the other; both are published.
                rsa.ImportRSAPublicKey(bytes, out _);
            }

            return rsa;
        }
        catch (CryptographicException)
        {
            rsa.Dispose();
            return null;
        }
    }

    private bool HasFlag(string flag) => _tags.List("t")?.Contains(flag, StringComparer.OrdinalIgnoreCase) ?? false;
}
