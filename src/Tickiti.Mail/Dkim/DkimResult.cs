namespace Tickiti.Mail.Dkim;

/// <summary>What became of one signature, in the words of RFC 8601 §2.7.1.</summary>
public enum DkimVerdict
{
    Pass,

    /// <summary>The signature is sound, and not of this message.</summary>
    Fail,

    /// <summary>The signature cannot be checked, now or ever.</summary>
    PermError,

    /// <summary>The key could not be asked for now.</summary>
    TempError,
}

/// <summary>Why a signature did not pass.</summary>
public enum DkimReason
{
    None,

    /// <summary>The body was changed.</summary>
    BodyHashMismatch,

    /// <summary>A signed header was changed, or the key is another one.</summary>
    SignatureMismatch,

    /// <summary>The field is no signature: a tag is missing, stands twice or makes no sense.</summary>
    MalformedSignature,

    /// <summary>An algorithm, version or canonicalization that is not spoken here: rsa-sha1 (RFC 8301), ed25519-sha256.</summary>
    Unsupported,

    /// <summary>From is not among the signed headers (RFC 6376 §6.1.1).</summary>
    FromNotSigned,

    /// <summary>i= is outside d= (RFC 6376 §6.1.1), or in a subdomain where the key forbids it (t=s).</summary>
    IdentityOutsideDomain,

    Expired,

    /// <summary>t= lies ahead of the clock.</summary>
    SignedInTheFuture,

    /// <summary>l= is more than there is.</summary>
    BodyTooShort,

    NoKey,

    KeyRevoked,

    MalformedKey,

    /// <summary>The key is for another algorithm, hash or service.</summary>
    KeyOfOtherUse,

    /// <summary>Less than 1,024 bits (RFC 8301 §3.2), or more than anybody needs.</summary>
    KeySize,

    LookupFailed,
}

/// <summary>What is known of one signature.</summary>
/// <param name="Verdict">Only <see cref="DkimVerdict.Pass"/> says that its domain vouches for the mail.</param>
/// <param name="Reason">Why not, where it did not pass.</param>
/// <param name="Explanation">The same for a person.</param>
public sealed record DkimResult(DkimVerdict Verdict, DkimReason Reason, string Explanation)
{
    /// <summary>Null where the field is no signature.</summary>
    public DkimSignature? Signature { get; init; }

    /// <summary>The size of the key that was used.</summary>
    public int? KeyBits { get; init; }

    /// <summary>The domain is only trying DKIM out (t=y): treat the mail as an unsigned one (RFC 6376 §3.6.1).</summary>
    public bool IsTesting { get; init; }

    /// <summary>
    /// How much of the canonical body l= leaves unsigned. Anyone can have written that part, and with HTML cover the rest.
    /// </summary>
    public long UnsignedBodyBytes { get; init; }
}
