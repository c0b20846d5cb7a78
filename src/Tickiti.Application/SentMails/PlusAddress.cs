using Tickiti.Domain.Common;

namespace Tickiti.Application.SentMails;

/// <summary>
/// A mailbox's address with the signed part of a Message-ID as its detail, <c>support+tk.9.31.(tag)@example.com</c>: who writes
/// there proves what he answers even where every header got lost, and a bounce says which mail it is about.
/// </summary>
public static class PlusAddress
{
    /// <returns>Null where the address has no room for it (RFC 5321 §4.5.3.1.1), or is of a kind that takes no detail.</returns>
    public static string? Of(string address, string messageId)
    {
        var at = address.LastIndexOf('@');
        var token = messageId[..messageId.IndexOf('@', StringComparison.Ordinal)];
        return EmailAddress.TryParse($"{address[..at]}+{token}{address[at..]}", out var plus) ? plus.Value : null;
    }

    /// <returns>What stands between a mailbox's name and its domain; null where an address is not one of the mailbox.</returns>
    public static string? DetailOf(EmailAddress address, string mailboxKey)
    {
        var at = mailboxKey.LastIndexOf('@');
        var key = address.Key;
        return key.Length > mailboxKey.Length + 1
            && key.StartsWith(mailboxKey[..at], StringComparison.Ordinal)
            && key[at] == '+'
            && key.EndsWith(mailboxKey[at..], StringComparison.Ordinal)
                ? key[(at + 1)..^(mailboxKey.Length - at)]
                : null;
    }
}
