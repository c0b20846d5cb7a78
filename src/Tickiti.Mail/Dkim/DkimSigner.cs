using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Tickiti.Mail.Dkim;

public sealed record DkimSignerOptions
{
    public static DkimSignerOptions Default { get; } = new();

    public DkimCanonicalization HeaderCanonicalization { get; init; } = DkimCanonicalization.Relaxed;

    public DkimCanonicalization BodyCanonicalization { get; init; } = DkimCanonicalization.Relaxed;

    /// <summary>
    /// Signed once more than they are there, so that nobody can add another one (RFC 6376 §8.15). From must be among them.
    /// </summary>
    public IReadOnlyList<string> OverSignedHeaders { get; init; } =
    [
        "From", "To", "Cc", "Reply-To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "Content-Transfer-Encoding",
    ];

    /// <summary>Signed where they are there (RFC 6376 §5.4.1).</summary>
    public IReadOnlyList<string> SignedHeaders { get; init; } =
    [
        "Sender", "In-Reply-To", "References", "Content-ID", "Content-Description", "Auto-Submitted", "Resent-Date", "Resent-From",
        "Resent-To", "Resent-Cc", "List-Id", "List-Help", "List-Unsubscribe", "List-Unsubscribe-Post", "List-Subscribe", "List-Post",
        "List-Owner", "List-Archive",
    ];

    /// <summary>i=, where it shall be more than "@" and the domain.</summary>
    public string? Identity { get; init; }

    /// <summary>x=; null for none.</summary>
    public TimeSpan? Lifetime { get; init; }

    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}

/// <summary>
/// Signs mail with rsa-sha256 (RFC 6376 §5). The body is always signed whole: l= is never written. For any number of callers at
/// once. A server that encodes a mail anew (8-bit mail to one without 8BITMIME) breaks its signature, so sign 7-bit mail.
/// </summary>
public sealed class DkimSigner : IDisposable
{
    /// <summary>RFC 8301 §3.2; what is signed today is to stand for years.</summary>
    public const int MinKeyBits = 2048;

    /// <summary>No verifier needs to take more (RFC 8301 §3.2).</summary>
    public const int MaxKeyBits = 4096;

    private const int LineLength = 72;
    private const int MaxHeaderBytes = 1024 * 1024;

    private static readonly SearchValues<char> IdentityText = SearchValues.Create(
        "!#$%&'*+-./0123456789?@ABCDEFGHIJKLMNOPQRSTUVWXYZ^_`abcdefghijklmnopqrstuvwxyz{|}~");

    private readonly DkimSignerOptions _options;
    private readonly RSAParameters _key;

    // RSA is for one thread at a time, and makes its mail wait a millisecond.
    private readonly ConcurrentBag<RSA> _idle = [];

    /// <param name="domain">d=</param>
    /// <param name="selector">s=</param>
    /// <param name="key">A private key of 2,048 to 4,096 bits; copied.</param>
    /// <param name="options">What is signed, and how.</param>
    public DkimSigner(string domain, string selector, RSA key, DkimSignerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(selector);
        ArgumentNullException.ThrowIfNull(key);
        _options = options ?? DkimSignerOptions.Default;
        Domain = RequireDomain(domain, nameof(domain));
        Selector = RequireDomain(selector, nameof(selector));
        if (key.KeySize is < MinKeyBits or > MaxKeyBits)
        {
            throw new ArgumentException($"A key of {key.KeySize} bits is not used: {MinKeyBits} to {MaxKeyBits} are.", nameof(key));
        }

        RequireOptions(_options, Domain);
        _key = key.ExportParameters(includePrivateParameters: true);
        KeyRecord = DkimKeyRecord.For(key);
    }

    public string Domain { get; }

    public string Selector { get; }

    /// <summary>The name in DNS under which <see cref="KeyRecord"/> is to be published.</summary>
    public string KeyName => $"{Selector}._domainkey.{Domain}";

    public string KeyRecord { get; }

    /// <summary>With a private key in PEM (PKCS#1 or PKCS#8, not encrypted).</summary>
    public static DkimSigner FromPem(string domain, string selector, ReadOnlySpan<char> pem, DkimSignerOptions? options = null)
    {
        using var key = RSA.Create();
        key.ImportFromPem(pem);
        return new DkimSigner(domain, selector, key, options);
    }

    /// <summary>
    /// The DKIM-Signature field with its line end, to be put in front of the message. A bare LF counts as CRLF, which the SMTP
    /// client makes of it.
    /// </summary>
    /// <exception cref="ArgumentException">No From, or a bare CR, which no server leaves as it is.</exception>
    public byte[] Sign(ReadOnlyMemory<byte> message)
    {
        var headers = MimeMessage.Parse(message);
        using var body = new DkimBodyHash(_options.BodyCanonicalization);
        body.Append(message.Span[headers.HeaderBlock.Length..]);
        return Sign(headers, body);
    }

    /// <summary>The same for a message that need not be in memory. The stream is read from where it stands to its end.</summary>
    public async Task<byte[]> SignAsync(Stream message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        using var start = new PooledBytes(16 * 1024);
        var bodyStart = -1;
        while (bodyStart < 0)
        {
            var read = await message.ReadAsync(start.GetMemory(8 * 1024), cancellationToken);
            var searchFrom = Math.Max(0, start.Length - 3);
            start.Advance(read);
            bodyStart = read == 0 ? start.Length : EndOfHeaders(start.Span, searchFrom);
            if (bodyStart < 0 && start.Length > MaxHeaderBytes)
            {
                throw new ArgumentException("The header of the message has no end.", nameof(message));
            }
        }

        using var body = new DkimBodyHash(_options.BodyCanonicalization);
        var headers = MimeMessage.Parse(start.Span[..bodyStart].ToArray());
        body.Append(start.Span[headers.HeaderBlock.Length..]);
        start.Clear();
        for (int read; (read = await message.ReadAsync(start.GetMemory(16 * 1024), cancellationToken)) > 0;)
        {
            body.Append(start.GetSpan()[..read]);
        }

        return Sign(headers, body);
    }

    public void Dispose()
    {
        while (_idle.TryTake(out var rsa))
        {
            rsa.Dispose();
        }
    }

    private byte[] Sign(MimeMessage message, DkimBodyHash body)
    {
        var headers = new DkimHeaders(message.Headers);
        var bodyHash = body.Finish();
        if (headers.CountOf("From") == 0)
        {
            throw new ArgumentException("A message without From cannot be signed.", nameof(message));
        }

        if (body.HasBareCr || HasBareCr(message.HeaderBlock.Span))
        {
            throw new ArgumentException("The message has a CR without LF, which would not arrive as it is.", nameof(message));
        }

        var names = NamesOf(headers);
        var field = FieldWithoutValue(names, bodyHash);
        using var signed = new PooledBytes(4096);
        headers.WriteTo(signed, names, _options.HeaderCanonicalization, field);
        var value = Convert.ToBase64String(Sign(signed.Span));
        var lines = value.Chunk(LineLength).Select(chunk => new string(chunk));
        return [.. field, .. Encoding.ASCII.GetBytes(string.Join("\r\n\t ", lines)), .. "\r\n"u8];
    }

    private byte[] Sign(ReadOnlySpan<byte> data)
    {
        if (!_idle.TryTake(out var rsa))
        {
            rsa = RSA.Create(_key);
        }

        try
        {
            return rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }
        finally
        {
            _idle.Add(rsa);
        }
    }

    private List<string> NamesOf(DkimHeaders headers) =>
    [
        .. _options.OverSignedHeaders.SelectMany(name => Enumerable.Repeat(name, headers.CountOf(name) + 1)),
        .. _options.SignedHeaders.SelectMany(name => Enumerable.Repeat(name, headers.CountOf(name))),
    ];

    private byte[] FieldWithoutValue(List<string> names, byte[] bodyHash)
    {
        var now = _options.TimeProvider.GetUtcNow();
        var field = new StringBuilder("DKIM-Signature:");
        var column = field.Length;
        Add("v=1;");
        Add("a=rsa-sha256;");
        Add($"c={Form(_options.HeaderCanonicalization)}/{Form(_options.BodyCanonicalization)};");
        Add($"d={Domain};");
        Add($"s={Selector};");
        Add(string.Create(CultureInfo.InvariantCulture, $"t={now.ToUnixTimeSeconds()};"));
        if (_options.Lifetime is { } lifetime)
        {
            Add(string.Create(CultureInfo.InvariantCulture, $"x={(now + lifetime).ToUnixTimeSeconds()};"));
        }

        if (_options.Identity is not null)
        {
            Add($"i={_options.Identity};");
        }

        for (var i = 0; i < names.Count; i++)
        {
            Add($"{(i == 0 ? "h=" : "")}{names[i]}{(i == names.Count - 1 ? ";" : ":")}", isGlued: i > 0);
        }

        Add($"bh={Convert.ToBase64String(bodyHash)};");
        field.Append("\r\n\tb=");
        return Encoding.ASCII.GetBytes(field.ToString());

        void Add(string word, bool isGlued = false)
        {
            var isFolded = column + 1 + word.Length > LineLength;
            field.Append(isFolded ? "\r\n\t" : isGlued ? "" : " ").Append(word);
            column = (isFolded ? 1 : column + 1) + word.Length;
        }
    }

    private static string Form(DkimCanonicalization form) => form == DkimCanonicalization.Relaxed ? "relaxed" : "simple";

    /// <summary>Behind the first empty line, -1 where it is not there yet.</summary>
    private static int EndOfHeaders(ReadOnlySpan<byte> bytes, int from)
    {
        var crlf = bytes[from..].IndexOf("\n\r\n"u8);
        var lf = bytes[from..].IndexOf("\n\n"u8);
        return lf >= 0 && (crlf < 0 || lf < crlf) ? from + lf + 2 : crlf >= 0 ? from + crlf + 3 : -1;
    }

    private static bool HasBareCr(ReadOnlySpan<byte> bytes)
    {
        for (int found; (found = bytes.IndexOf((byte)'\r')) >= 0; bytes = bytes[(found + 2)..])
        {
            if (found + 1 == bytes.Length || bytes[found + 1] != '\n')
            {
                return true;
            }
        }

        return false;
    }

    private static string RequireDomain(string name, string parameter) => DkimNames.IsDomain(name)
        ? DkimNames.ToAscii(name)!
        : throw new ArgumentException($"\"{name}\" is no name for DNS.", parameter);

    private static void RequireOptions(DkimSignerOptions options, string domain)
    {
        if (!options.OverSignedHeaders.Contains("From", StringComparer.OrdinalIgnoreCase))
        {
            throw new ArgumentException("From is always over-signed.", nameof(options));
        }

        foreach (var name in options.OverSignedHeaders.Concat(options.SignedHeaders))
        {
            HeaderText.RequireName(name);
            // RFC 6376 §5.4: what the way changes, and the field itself; ";" would end the tag.
            if (name.Contains(';', StringComparison.Ordinal) || DkimNames.IsSame(name, "DKIM-Signature")
                || DkimNames.IsSame(name, "Return-Path") || DkimNames.IsSame(name, "Received"))
            {
                throw new ArgumentException($"{name} is not signed.", nameof(options));
            }
        }

        if (options.Identity is { } identity
            && (!identity.Contains('@', StringComparison.Ordinal) || identity.AsSpan().IndexOfAnyExcept(IdentityText) >= 0
                || !DkimNames.IsWithin(DkimNames.DomainOf(identity), domain)))
        {
            throw new ArgumentException("The identity is no address within the domain.", nameof(options));
        }
    }
}
