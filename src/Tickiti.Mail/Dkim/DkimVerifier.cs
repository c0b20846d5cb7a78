using System.Security.Cryptography;

namespace Tickiti.Mail.Dkim;

public sealed record DkimVerifierOptions
{
    public static DkimVerifierOptions Default { get; } = new();

    /// <summary>So many signatures of a mail are looked at, from the top.</summary>
    public int MaxSignatures { get; init; } = 10;

    /// <summary>RFC 8301 §3.2: less is no signature.</summary>
    public int MinKeyBits { get; init; } = 1024;

    /// <summary>A larger key costs more time than it proves.</summary>
    public int MaxKeyBits { get; init; } = 8192;

    /// <summary>How far t= and x= may be off.</summary>
    public TimeSpan ClockSkew { get; init; } = TimeSpan.FromMinutes(5);

    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}

/// <summary>
/// Checks the DKIM signatures of a mail (RFC 6376 §6) by rsa-sha256. Other algorithms are told as unsupported: rsa-sha1 may not
/// be believed (RFC 8301 §3.1), and for ed25519 the platform has no cryptography. For any number of callers at once.
/// </summary>
public sealed class DkimVerifier(IDkimKeys keys, DkimVerifierOptions? options = null)
{
    private readonly DkimVerifierOptions _options = options ?? DkimVerifierOptions.Default;

    /// <summary>A result for each signature, from the top; none for a mail without one.</summary>
    public async Task<IReadOnlyList<DkimResult>> VerifyAsync(MimeMessage message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        var mail = new SignedMail(message);
        var results = new List<DkimResult>();
        foreach (var field in message.Headers.All("DKIM-Signature").Take(_options.MaxSignatures))
        {
            cancellationToken.ThrowIfCancellationRequested();
            results.Add(await VerifyAsync(mail, field.Raw, cancellationToken));
        }

        return results;
    }

    private async Task<DkimResult> VerifyAsync(SignedMail mail, ReadOnlyMemory<byte> field, CancellationToken cancellationToken)
    {
        var valueStart = field.Span.IndexOf((byte)':') + 1;
        if (!DkimTags.TryParse(field.Span[valueStart..], out var tags))
        {
            return new DkimResult(DkimVerdict.PermError, DkimReason.MalformedSignature, "The field is no list of tags.");
        }

        if ((DkimSignature.Read(tags, out var signature) ?? CheckTimes(signature)) is { } error)
        {
            return error with { Signature = signature };
        }

        var (bodyHash, bodyLength) = mail.HashBody(signature);
        var unsigned = Math.Max(0, bodyLength - (signature.BodyLength ?? bodyLength));
        var result = signature.BodyLength > bodyLength
            ? Error(DkimReason.BodyTooShort, "l= is more than the body has.")
            : !CryptographicOperations.FixedTimeEquals(bodyHash, signature.BodyHash)
            ? new DkimResult(DkimVerdict.Fail, DkimReason.BodyHashMismatch, "The body is not the one that was signed.")
            : await VerifyHeadersAsync(mail, signature, WithoutValue(field.Span, valueStart, tags), cancellationToken);
        return result with { Signature = signature, UnsignedBodyBytes = unsigned };
    }

    private async Task<DkimResult> VerifyHeadersAsync(
        SignedMail mail, DkimSignature signature, byte[] field, CancellationToken cancellationToken)
    {
        if (await keys.FindAsync(DkimNames.ToAscii(signature.KeyName)!, cancellationToken) is not { } records)
        {
            return new DkimResult(DkimVerdict.TempError, DkimReason.LookupFailed, "The key could not be looked up now.");
        }

        DkimKeyRecord? key = null;
        if (!records.Any(record => DkimKeyRecord.TryParse(record, out key)))
        {
            return Error(records.Count == 0 ? DkimReason.NoKey : DkimReason.MalformedKey, $"There is no key at {signature.KeyName}.");
        }

        return (CheckKey(key!, signature) ?? VerifyWith(key!, mail, signature, field)) with { IsTesting = key!.IsTesting };
    }

    private DkimResult? CheckTimes(DkimSignature signature)
    {
        var now = _options.TimeProvider.GetUtcNow();
        return signature.ExpiresAt < now - _options.ClockSkew ? Error(DkimReason.Expired, "The signature has expired.")
            : signature.SignedAt > now + _options.ClockSkew ? Error(DkimReason.SignedInTheFuture, "It is signed in the future.")
            : null;
    }

    private static DkimResult? CheckKey(DkimKeyRecord key, DkimSignature signature) =>
        key.IsRevoked ? Error(DkimReason.KeyRevoked, "The key has been revoked.")
        : !key.KeyType.Equals("rsa", StringComparison.OrdinalIgnoreCase) || !key.AllowsSha256 || !key.AllowsMail
            ? Error(DkimReason.KeyOfOtherUse, "The key is not for signing mail with rsa-sha256.")
        : key.IsStrict && !DkimNames.IsSame(DkimNames.DomainOf(signature.Identity), signature.Domain)
            ? Error(DkimReason.IdentityOutsideDomain, "The key is not for subdomains.")
        : null;

    private DkimResult VerifyWith(DkimKeyRecord key, SignedMail mail, DkimSignature signature, byte[] field)
    {
        using var rsa = key.ImportRsa();
        if (rsa is null)
        {
            return Error(DkimReason.MalformedKey, "The key is not one.");
        }

        var bits = rsa.KeySize;
        var result = bits < _options.MinKeyBits || bits > _options.MaxKeyBits
            ? Error(DkimReason.KeySize, $"A key of {bits} bits is not taken.")
            : IsSignedBy(rsa, mail, signature, field)
            ? new DkimResult(DkimVerdict.Pass, DkimReason.None, $"Signed by {signature.Domain}.")
            : new DkimResult(DkimVerdict.Fail, DkimReason.SignatureMismatch, "The headers are not those that were signed.");
        return result with { KeyBits = bits };
    }

    private static bool IsSignedBy(RSA rsa, SignedMail mail, DkimSignature signature, byte[] field)
    {
        using var signed = new PooledBytes(4096);
        mail.Headers.WriteTo(signed, signature.SignedHeaders, signature.HeaderCanonicalization, field);
        try
        {
            return rsa.VerifyData(signed.Span, signature.Value, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }
        catch (CryptographicException)
        {
            // Some numbers look like a key and are none.
            return false;
        }
    }

    private static byte[] WithoutValue(ReadOnlySpan<byte> field, int valueStart, DkimTags tags)
    {
        var (offset, length) = tags.RangeOf("b").GetOffsetAndLength(field.Length - valueStart);
        return [.. field[..(valueStart + offset)], .. field[(valueStart + offset + length)..]];
    }

    private static DkimResult Error(DkimReason reason, string why) => new(DkimVerdict.PermError, reason, why);

    /// <summary>What the signatures of one mail share.</summary>
    private sealed class SignedMail(MimeMessage message)
    {
        private readonly Dictionary<(DkimCanonicalization Form, long Limit), (byte[] Hash, long Length)> _bodies = [];

        public DkimHeaders Headers { get; } = new(message.Headers);

        public (byte[] Hash, long Length) HashBody(DkimSignature signature)
        {
            var key = (signature.BodyCanonicalization, signature.BodyLength ?? long.MaxValue);
            if (!_bodies.TryGetValue(key, out var found))
            {
                using var hash = new DkimBodyHash(key.BodyCanonicalization, key.Item2);
                hash.Append(message.Raw.Span[message.HeaderBlock.Length..]);
                _bodies[key] = found = (hash.Finish(), hash.Length);
            }

            return found;
        }
    }
}
