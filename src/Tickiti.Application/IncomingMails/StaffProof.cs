using Microsoft.Extensions.Options;
using Tickiti.Application.SentMails;
using Tickiti.Domain.Common;

namespace Tickiti.Application.IncomingMails;

/// <summary>
/// Whether a server that we trust vouches for From: DMARC passed, or DKIM passed for its domain (RFC 8601). Only the topmost
/// field of that server counts; a sender can write further ones below it.
/// </summary>
public sealed class StaffProof(IOptions<MailOptions> options)
{
    public bool Vouches(ParsedMail mail)
    {
        if (mail.From is null || options.Value.TrustedAuthservIds.Count == 0)
        {
            return false;
        }

        var results = mail.AuthenticationResults.FirstOrDefault(IsTrusted);
        return results is not null && results.Split(';').Skip(1).Any(result => Passes(WithoutComments(result), mail.From));
    }

    private bool IsTrusted(string results)
    {
        var id = WithoutComments(results.Split(';')[0]).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return id.Length > 0 && options.Value.TrustedAuthservIds.Contains(id[0], StringComparer.OrdinalIgnoreCase);
    }

    private static bool Passes(string result, EmailAddress from)
    {
        var words = result.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.Length > 0 && words[0].ToLowerInvariant() switch
        {
            "dmarc=pass" => words.Any(word => Names(word, "header.from=", from.Domain)),
            "dkim=pass" => words.Any(word => Names(word, "header.d=", from.Domain) || Names(word, "header.i=@", from.Domain)),
            _ => false,
        };
    }

    private static bool Names(string word, string property, string domain) =>
        word.StartsWith(property, StringComparison.OrdinalIgnoreCase)
        && word.AsSpan(property.Length).Trim('"').Equals(domain, StringComparison.OrdinalIgnoreCase);

    // RFC 5322 §3.2.2: comments may stand anywhere, and say anything.
    private static string WithoutComments(string text)
    {
        if (!text.Contains('(', StringComparison.Ordinal))
        {
            return text;
        }

        var depth = 0;
        var kept = new System.Text.StringBuilder(text.Length);
        foreach (var c in text)
        {
            depth += c == '(' ? 1 : 0;
            if (depth == 0)
            {
                kept.Append(c);
            }

            depth -= c == ')' && depth > 0 ? 1 : 0;
        }

        return kept.ToString();
    }
}
