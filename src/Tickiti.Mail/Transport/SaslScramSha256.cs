using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Tickiti.Mail.Transport;

/// <summary>
/// RFC 5802 with SHA-256 (RFC 7677): the password never travels, and the server proves that it knows it too.
/// </summary>
internal sealed class SaslScramSha256 : SaslMechanism
{
    // More than any server asks; a hostile one could keep a core busy for hours.
    private const int MaxIterations = 1_000_000;

    // "n,,": no channel binding, no other authorization identity.
    private const string Gs2Header = "n,,";

    private readonly string _password;
    private readonly string _nonce;
    private readonly string _clientFirst;
    private byte[]? _serverSignature;
    private Stage _stage;

    public SaslScramSha256(string user, string password, string? nonce = null)
    {
        _password = Prepare(password);
        _nonce = nonce ?? Convert.ToBase64String(RandomNumberGenerator.GetBytes(18));
        var name = Prepare(user)
            .Replace("=", "=3D", StringComparison.Ordinal).Replace(",", "=2C", StringComparison.Ordinal);
        _clientFirst = $"n={name},r={_nonce}";
    }

    private enum Stage
    {
        First,
        Final,
        Verify,
        Done,
    }

    public override string Name => "SCRAM-SHA-256";

    public override bool ReadsChallenges => true;

    public override bool IsComplete => _stage == Stage.Done;

    public override byte[]? Respond(ReadOnlySpan<byte> challenge)
    {
        switch (_stage)
        {
            case Stage.First:
                _stage = Stage.Final;
                return Encoding.UTF8.GetBytes(Gs2Header + _clientFirst);
            case Stage.Final:
                _stage = Stage.Verify;
                return Prove(Encoding.UTF8.GetString(challenge));
            case Stage.Verify when Verifies(Encoding.UTF8.GetString(challenge)):
                _stage = Stage.Done;
                return [];
            default:
                return null;
        }
    }

    // SASLprep (RFC 4013) as far as it matters: compatibility composition. What cannot be composed is forbidden there; the
    // server is to refuse it, not we to break.
    private static string Prepare(string text)
    {
        try
        {
            return text.Normalize(NormalizationForm.FormKC);
        }
        catch (ArgumentException)
        {
            return text;
        }
    }

    private static string? Attribute(string[] attributes, char name) =>
        Array.Find(attributes, a => a.Length > 2 && a[0] == name && a[1] == '=')?[2..];

    private byte[]? Prove(string serverFirst)
    {
        var attributes = serverFirst.Split(',');
        var nonce = Attribute(attributes, 'r');
        var iterationsGiven = int.TryParse(
            Attribute(attributes, 'i'), NumberStyles.None, CultureInfo.InvariantCulture, out var iterations);
        Span<byte> salt = new byte[serverFirst.Length];
        // "m=" would be an extension that we do not know and must not ignore (RFC 5802 §5.1).
        if (serverFirst.StartsWith("m=", StringComparison.Ordinal)
            || nonce is null || nonce.Length <= _nonce.Length || !nonce.StartsWith(_nonce, StringComparison.Ordinal)
            || !iterationsGiven || iterations is < 1 or > MaxIterations
            || !Convert.TryFromBase64String(Attribute(attributes, 's') ?? "", salt, out var saltLength)
            || saltLength == 0)
        {
            return null;
        }

        var salted = Rfc2898DeriveBytes.Pbkdf2(
            Encoding.UTF8.GetBytes(_password), salt[..saltLength], iterations,
            HashAlgorithmName.SHA256, SHA256.HashSizeInBytes);
        var clientKey = HMACSHA256.HashData(salted, "Client Key"u8);
        var withoutProof = $"c={Convert.ToBase64String(Encoding.ASCII.GetBytes(Gs2Header))},r={nonce}";
        var signed = Encoding.UTF8.GetBytes($"{_clientFirst},{serverFirst},{withoutProof}");
        var proof = HMACSHA256.HashData(SHA256.HashData(clientKey), signed);
        for (var i = 0; i < proof.Length; i++)
        {
            proof[i] ^= clientKey[i];
        }

        _serverSignature = HMACSHA256.HashData(HMACSHA256.HashData(salted, "Server Key"u8), signed);
        return Encoding.UTF8.GetBytes($"{withoutProof},p={Convert.ToBase64String(proof)}");
    }

    private bool Verifies(string serverFinal)
    {
        var signature = new byte[serverFinal.Length];
        return Convert.TryFromBase64String(Attribute(serverFinal.Split(','), 'v') ?? "", signature, out var length)
            && CryptographicOperations.FixedTimeEquals(signature.AsSpan(0, length), _serverSignature);
    }
}
