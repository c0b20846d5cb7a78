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

    /// <summary>Whether an address is one of the mailbox, with a detail.</summary>
    public static bool IsOf(string addressKey, string mailboxKey)
    {
        var at = mailboxKey.LastIndexOf('@');
        return addressKey.Length > mailboxKey.Length
            && addressKey.StartsWith(mailboxKey[..at], StringComparison.Ordinal)
            && addressKey[at] == '+'
            && addressKey.EndsWith(mailboxKey[at..], StringComparison.Ordinal);
    }

    /// <returns>What stands between a mailbox's name and its domain; null where an address is not one of the mailbox.</returns>
    public static string? DetailOf(EmailAddress address, string mailboxKey)
    {
        var (key, at) = (address.Key, mailboxKey.LastIndexOf('@'));
        return key.Length > mailboxKey.Length + 1 && IsOf(key, mailboxKey) ? key[(at + 1)..^(mailboxKey.Length - at)] : null;
    }
}
