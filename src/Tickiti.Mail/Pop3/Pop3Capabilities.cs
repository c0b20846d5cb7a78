namespace Tickiti.Mail.Pop3;

/// <summary>What the server said to CAPA (RFC 2449); nothing where it does not know that command.</summary>
public sealed record Pop3Capabilities
{
    public static Pop3Capabilities None { get; } = new();

    /// <summary>Whether the server answered CAPA at all.</summary>
    public bool IsKnown { get; init; }

    public bool Pipelining { get; init; }

    public bool Stls { get; init; }

    public bool Top { get; init; }

    public bool Uidl { get; init; }

    public bool User { get; init; }

    public bool ResponseCodes { get; init; }

    /// <summary>RFC 3206: a refusal of credentials always says [AUTH].</summary>
    public bool AuthResponseCode { get; init; }

    public IReadOnlyList<string> SaslMechanisms { get; init; } = [];

    internal static Pop3Capabilities Parse(IEnumerable<string> lines)
    {
        var capabilities = new Pop3Capabilities { IsKnown = true };
        foreach (var line in lines)
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            capabilities = (words.Length > 0 ? words[0].ToUpperInvariant() : "") switch
            {
                "PIPELINING" => capabilities with { Pipelining = true },
                "STLS" => capabilities with { Stls = true },
                "TOP" => capabilities with { Top = true },
                "UIDL" => capabilities with { Uidl = true },
                "USER" => capabilities with { User = true },
                "RESP-CODES" => capabilities with { ResponseCodes = true },
                "AUTH-RESP-CODE" => capabilities with { AuthResponseCode = true },
                "SASL" => capabilities with { SaslMechanisms = words[1..] },
                _ => capabilities,
            };
        }

        return capabilities;
    }
}
