using Microsoft.Extensions.Options;
using Tickiti.Application.SentMails;
using Tickiti.Mail;

namespace Tickiti.Application.IncomingMails;

/// <summary>
/// Whether a server that we trust vouches for From: DMARC passed, or DKIM passed for its domain (RFC 8601). Only the topmost
/// field of that server counts; a sender can write further ones below it.
/// </summary>
public sealed class StaffProof(IOptions<MailOptions> options)
{
    public bool Vouches(ParsedMail mail) =>
        mail.From is { } from
        && AuthenticationResults.Trusted(mail.AuthenticationResults, options.Value.TrustedAuthservIds) is { } found
        && found.Results.Any(result => result.IsPass && IsAbout(result, from.Domain));

    private static bool IsAbout(AuthenticationResult result, string domain) => result.Method switch
    {
        "dmarc" => IsSame(result["header", "from"], domain),
        "dkim" => IsSame(result["header", "d"], domain) || IsSame(result["header", "i"]?.Split('@')[^1], domain),
        _ => false,
    };

    private static bool IsSame(string? named, string domain) => domain.Equals(named, StringComparison.OrdinalIgnoreCase);
}
