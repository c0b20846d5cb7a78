namespace Tickiti.Mail;

/// <summary>
/// What the list headers say (RFC 2369, RFC 2919, RFC 8058). Addresses are URIs as they stand there, mailto: and https: mostly,
/// in the order in which their writer would have them tried.
/// </summary>
public sealed record MailingList
{
    private const int MaxUris = 20;

    private static readonly string[] Fields =
    [
        "List-Id", "List-Post", "List-Unsubscribe", "List-Subscribe", "List-Help", "List-Owner", "List-Archive",
    ];

    /// <summary>The identifier of List-Id without angle brackets; null where the mail has only others of the fields.</summary>
    public string? Id { get; private init; }

    /// <summary>What List-Id calls the list for people.</summary>
    public string? Name { get; private init; }

    public IReadOnlyList<string> Post { get; private init; } = [];

    /// <summary>"List-Post: NO": the list takes no mail of its readers.</summary>
    public bool IsReadOnly { get; private init; }

    public IReadOnlyList<string> Unsubscribe { get; private init; } = [];

    /// <summary>An https address of <see cref="Unsubscribe"/> takes a POST without asking anybody (RFC 8058).</summary>
    public bool HasOneClickUnsubscribe { get; private init; }

    public IReadOnlyList<string> Subscribe { get; private init; } = [];

    public IReadOnlyList<string> Help { get; private init; } = [];

    public IReadOnlyList<string> Owner { get; private init; } = [];

    public IReadOnlyList<string> Archive { get; private init; } = [];

    /// <summary>Null where the header has none of the fields.</summary>
    internal static MailingList? Read(HeaderList headers)
    {
        if (!Array.Exists(Fields, headers.Contains))
        {
            return null;
        }

        var list = new MailingList
        {
            Post = Uris(headers["List-Post"]),
            IsReadOnly = headers["List-Post"]?.StartsWith("NO", StringComparison.OrdinalIgnoreCase) ?? false,
            Unsubscribe = Uris(headers["List-Unsubscribe"]),
            HasOneClickUnsubscribe = string.Equals(
                headers["List-Unsubscribe-Post"]?.Trim(), "List-Unsubscribe=One-Click", StringComparison.OrdinalIgnoreCase),
            Subscribe = Uris(headers["List-Subscribe"]),
            Help = Uris(headers["List-Help"]),
            Owner = Uris(headers["List-Owner"]),
            Archive = Uris(headers["List-Archive"]),
        };
        if (headers["List-Id"] is { } id)
        {
            var open = id.LastIndexOf('<');
            var name = (open < 0 ? "" : id[..open]).Trim().Trim('"');
            list = list with { Id = id[(open + 1)..].Trim('>', ' '), Name = name.Length == 0 ? null : name };
        }

        return list;
    }

    /// <summary>Each URI stands in angle brackets, comments between them (RFC 2369 §2).</summary>
    private static List<string> Uris(string? value)
    {
        var uris = new List<string>();
        var rest = value.AsSpan();
        while (rest.IndexOf('<') is var open and >= 0 && uris.Count < MaxUris)
        {
            rest = rest[(open + 1)..];
            var close = rest.IndexOf('>');
            if (close < 0)
            {
                break;
            }

            var uri = rest[..close].Trim().ToString().Replace(" ", "", StringComparison.Ordinal);
            if (uri.Length > 0)
            {
                uris.Add(uri);
            }

            rest = rest[(close + 1)..];
        }

        return uris;
    }
}
