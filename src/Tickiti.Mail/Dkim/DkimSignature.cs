namespace Tickiti.Mail.Dkim;

/// <summary>What a DKIM-Signature field says (RFC 6376 §3.5).</summary>
public sealed record DkimSignature
{
    private const string OnlyAlgorithm = "rsa-sha256";

    /// <summary>a=, as it was written.</summary>
    public required string Algorithm { get; init; }

    /// <summary>d=, who takes responsibility.</summary>
    public required string Domain { get; init; }

    /// <summary>s=, which of the domain's keys.</summary>
    public required string Selector { get; init; }

    /// <summary>i=, on whose behalf; "@" and the domain where the field does not say.</summary>
    public required string Identity { get; init; }

    public DkimCanonicalization HeaderCanonicalization { get; init; }

    public DkimCanonicalization BodyCanonicalization { get; init; }

    /// <summary>h=; a name that stands more often than the header does is over-signed.</summary>
    public required IReadOnlyList<string> SignedHeaders { get; init; }

    /// <summary>l=: only so much of the body is signed. Null: all of it.</summary>
    public long? BodyLength { get; init; }

    /// <summary>t=</summary>
    public DateTimeOffset? SignedAt { get; init; }

    /// <summary>x=</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    internal byte[] BodyHash { get; private init; } = [];

    internal byte[] Value { get; private init; } = [];

    /// <summary>Where its key is published (RFC 6376 §3.6.2.1).</summary>
    internal string KeyName => $"{Selector}._domainkey.{Domain}";

    /// <summary>Reads a field; a result instead where it is none that could be checked.</summary>
    internal static DkimResult? Read(DkimTags tags, out DkimSignature signature)
    {
        signature = null!;
        if (tags["v"] is not "1")
        {
            return Error(tags["v"] is null ? DkimReason.MalformedSignature : DkimReason.Unsupported, "The version is not 1.");
        }

        if (tags["d"] is not { } domain || tags["s"] is not { } selector || tags.List("h") is not { } names
            || !DkimNames.IsDomain(domain) || !DkimNames.IsDomain(selector) || names.Any(name => name.Length == 0)
            || !tags.TryGetBytes("bh", out var bodyHash) || !tags.TryGetBytes("b", out var value)
            || !tags.TryGetNumber("l", 76, out var length)
            || !TryGetTime(tags, "t", out var signedAt) || !TryGetTime(tags, "x", out var expiresAt)
            || tags["a"] is not { } algorithm)
        {
            return Error(DkimReason.MalformedSignature, "A tag that must be there is missing or makes no sense.");
        }

        signature = new DkimSignature
        {
            Algorithm = algorithm,
            Domain = domain,
            Selector = selector,
            Identity = tags["i"] ?? $"@{domain}",
            SignedHeaders = names,
            BodyLength = length,
            SignedAt = signedAt,
            ExpiresAt = expiresAt,
            BodyHash = bodyHash,
            Value = value,
        };
        return signature.WithCanonicalization(tags["c"] ?? "simple/simple") is { } whole
            ? (signature = whole).Check(tags)
            : Error(DkimReason.Unsupported, "The canonicalization is not known.");
    }

    private DkimResult? Check(DkimTags tags)
    {
        if (!Algorithm.Equals(OnlyAlgorithm, StringComparison.OrdinalIgnoreCase))
        {
            return Error(DkimReason.Unsupported, $"The algorithm {Algorithm} is not supported.");
        }

        if (tags.List("q") is { } queries && !queries.Contains("dns/txt", StringComparer.OrdinalIgnoreCase))
        {
            return Error(DkimReason.Unsupported, "The key is published in a way that is not known.");
        }

        if (!SignedHeaders.Contains("From", StringComparer.OrdinalIgnoreCase))
        {
            return Error(DkimReason.FromNotSigned, "From is not signed.");
        }

        return ExpiresAt < SignedAt
            ? Error(DkimReason.MalformedSignature, "It expires before it was made.")
            : DkimNames.IsWithin(DkimNames.DomainOf(Identity), Domain)
            ? null
            : Error(DkimReason.IdentityOutsideDomain, $"{Identity} is not of {Domain}.");
    }

    private DkimSignature? WithCanonicalization(string text)
    {
        var forms = text.Split('/');
        return forms.Length <= 2 && TryGetForm(forms[0], out var header) && TryGetForm(forms.Length > 1 ? forms[1] : "simple", out var body)
            ? this with { HeaderCanonicalization = header, BodyCanonicalization = body }
            : null;
    }

    private static bool TryGetForm(string text, out DkimCanonicalization form)
    {
        form = text.Equals("relaxed", StringComparison.OrdinalIgnoreCase) ? DkimCanonicalization.Relaxed : DkimCanonicalization.Simple;
        return form == DkimCanonicalization.Relaxed || text.Equals("simple", StringComparison.OrdinalIgnoreCase);
    }

    private static bool TryGetTime(DkimTags tags, string name, out DateTimeOffset? time)
    {
        var isNumber = tags.TryGetNumber(name, 12, out var seconds);
        // Twelve digits reach beyond the last year that a DateTimeOffset knows.
        time = seconds is null ? null
            : DateTimeOffset.FromUnixTimeSeconds(Math.Min(seconds.Value, DateTimeOffset.MaxValue.ToUnixTimeSeconds()));
        return isNumber;
    }

    private static DkimResult Error(DkimReason reason, string why) => new(DkimVerdict.PermError, reason, why);
}
