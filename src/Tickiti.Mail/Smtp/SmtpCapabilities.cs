using System.Globalization;

namespace Tickiti.Mail.Smtp;

/// <summary>What the server offered in its answer to EHLO; nothing after HELO.</summary>
public sealed record SmtpCapabilities
{
    public static SmtpCapabilities None { get; } = new();

    public bool Pipelining { get; init; }

    public bool StartTls { get; init; }

    public bool EightBitMime { get; init; }

    public bool SmtpUtf8 { get; init; }

    public bool Dsn { get; init; }

    public bool Chunking { get; init; }

    public bool EnhancedStatusCodes { get; init; }

    public bool Size { get; init; }

    /// <summary>The largest message in bytes; null where the server names none.</summary>
    public long? MaxSize { get; init; }

    public IReadOnlyList<string> AuthMechanisms { get; init; } = [];

    /// <summary>Reads the lines behind the first one of an EHLO reply.</summary>
    internal static SmtpCapabilities Parse(IEnumerable<string> lines)
    {
        var capabilities = None;
        foreach (var line in lines)
        {
            // "AUTH=LOGIN" is how some servers said it before the RFC.
            var words = line.Replace("AUTH=", "AUTH ", StringComparison.OrdinalIgnoreCase)
                .Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 0)
            {
                capabilities = capabilities.With(words[0].ToUpperInvariant(), words.AsSpan(1));
            }
        }

        return capabilities;
    }

    private SmtpCapabilities With(string keyword, ReadOnlySpan<string> arguments) => keyword switch
    {
        "PIPELINING" => this with { Pipelining = true },
        "STARTTLS" => this with { StartTls = true },
        "8BITMIME" => this with { EightBitMime = true },
        "SMTPUTF8" => this with { SmtpUtf8 = true },
        "DSN" => this with { Dsn = true },
        "CHUNKING" => this with { Chunking = true },
        "ENHANCEDSTATUSCODES" => this with { EnhancedStatusCodes = true },
        "SIZE" => this with { Size = true, MaxSize = ParseSize(arguments) },
        "AUTH" => this with
        {
            AuthMechanisms = [.. AuthMechanisms.Concat(arguments.ToArray()).Distinct(StringComparer.OrdinalIgnoreCase)],
        },
        _ => this,
    };

    // RFC 1870 §4: zero, or no number, means no fixed limit.
    private static long? ParseSize(ReadOnlySpan<string> arguments) =>
        arguments.Length > 0
        && long.TryParse(arguments[0], NumberStyles.None, CultureInfo.InvariantCulture, out var size)
        && size > 0
            ? size
            : null;
}
