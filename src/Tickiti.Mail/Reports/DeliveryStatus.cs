namespace Tickiti.Mail;

/// <summary>Enhanced status codes (RFC 3463), found in the words of servers.</summary>
internal static class DeliveryStatus
{
    private static readonly (string Code, string[] Words)[] Meanings =
    [
        ("5.2.2",
        [
            "mailbox full", "mailbox is full", "quota", "over its limit", "exceeded storage", "storage allocation",
            "mailfolder is full", "disk full",
        ]),
        ("5.1.2",
        [
            "host unknown", "domain not found", "unknown host", "host not found", "nxdomain", "couldn't find any host",
            "no such domain", "domain does not exist", "unrouteable mail domain", "name or service not known",
            "could not be found or was misconfigured", "host or domain name not found", "bad destination mailbox address",
            "all relevant mx records point to non-existent hosts",
        ]),
        ("5.3.4",
        [
            "message too large", "too big", "size limit", "exceeds maximum", "message size exceeds", "maximum message size",
        ]),
        ("5.7.1",
        [
            "spam", "blocked", "blacklist", "relay", "access denied", "not authorized", "policy", "rejected for",
            "denied by", "refused by",
        ]),
        ("5.2.1",
        [
            "account is disabled", "account disabled", "mailbox disabled", "inactive", "suspended",
            "account has been disabled",
        ]),
        ("5.1.1",
        [
            "user unknown", "unknown user", "no such user", "doesn't have a", "does not exist", "doesn't exist", "not found",
            "unknown recipient", "recipient unknown", "no such recipient", "no mailbox", "invalid recipient",
            "invalid mailbox", "no such mailbox", "not listed", "unrouteable address", "unknown local",
            "mailbox unavailable", "mailbox not available", "unknown address", "no such address", "addressee unknown",
            "not a valid mailbox", "no account", "user not", "unknown or illegal", "is not a known user",
            "address rejected", "recipient rejected",
        ]),
        ("4.4.7", ["timed out", "timeout", "retry time", "too long", "expired", "not responding"]),
        ("4.4.1", ["connection refused", "connect to", "network unreachable", "no route to host", "could not connect"]),
    ];

    private static readonly string[] Delays =
    [
        "delayed", "delay ", "will be retried", "still trying", "not yet been delivered", "has not been delivered yet",
        "warning: could not send", "will keep trying", "delivery delay", "(delay",
    ];

    /// <summary>What the words and the reply code mean; null where they tell nothing.</summary>
    public static string? Infer(string words)
    {
        foreach (var (meaning, phrases) in Meanings)
        {
            foreach (var phrase in phrases)
            {
                if (words.Contains(phrase, StringComparison.OrdinalIgnoreCase))
                {
                    return ReplyClass(words) is '4' ? string.Concat("4", meaning.AsSpan(1)) : meaning;
                }
            }
        }

        return ReplyClass(words) is { } first ? $"{first}.0.0" : null;
    }

    /// <summary>The report's code, or the finer one of the server's words where the report says no more than "failed".</summary>
    public static string? Refine(string? status, string? diagnostic) =>
        diagnostic is not null && (status is null or [_, '.', '0', '.', '0'])
        && Enhanced(diagnostic) is { } finer && (status is null || finer[0] == status[0])
            ? finer
            : status;

    public static bool IsDelay(string? subject, ReadOnlySpan<string> notice)
    {
        if (Mentions(subject ?? "", Delays))
        {
            return true;
        }

        foreach (var line in notice[..Math.Min(notice.Length, 12)])
        {
            if (Mentions(line, Delays))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>"5.1.1" that is no part of a longer number such as an IP address.</summary>
    public static string? Enhanced(string text)
    {
        for (var i = 0; i + 4 < text.Length; i++)
        {
            var isStart = text[i] is '2' or '4' or '5' && text[i + 1] == '.' && (i == 0 || !IsOfNumber(text[i - 1]));
            var subject = isStart ? Digits(text, i + 2) : 0;
            var dot = i + 2 + subject;
            var detail = subject is 0 or > 3 || dot >= text.Length || text[dot] != '.' ? 0 : Digits(text, dot + 1);
            if (detail is > 0 and <= 3 && !GoesOn(text, dot + 1 + detail))
            {
                return text[i..(dot + 1 + detail)];
            }
        }

        return null;
    }

    private static bool IsOfNumber(char character) => char.IsAsciiDigit(character) || character == '.';

    private static bool GoesOn(string text, int end) =>
        end < text.Length
        && (char.IsAsciiLetterOrDigit(text[end])
            || (text[end] == '.' && end + 1 < text.Length && char.IsAsciiDigit(text[end + 1])));

    private static int Digits(string text, int position)
    {
        var count = 0;
        while (position + count < text.Length && char.IsAsciiDigit(text[position + count]))
        {
            count++;
        }

        return count;
    }

    /// <summary>The class of an SMTP reply code such as 550.</summary>
    private static char? ReplyClass(string text)
    {
        for (var i = 0; i + 2 < text.Length; i++)
        {
            if (text[i] is '4' or '5' && text[i + 1] is >= '0' and <= '5' && char.IsAsciiDigit(text[i + 2])
                && (i == 0 || !IsPartOfNumber(text[i - 1])) && (i + 3 == text.Length || !IsPartOfNumber(text[i + 3])))
            {
                return text[i];
            }
        }

        return null;
    }

    private static bool IsPartOfNumber(char character) =>
        char.IsAsciiLetterOrDigit(character) || character is '.' or ':' or '@' or '/';

    private static bool Mentions(string text, string[] phrases) =>
        Array.Exists(phrases, phrase => text.Contains(phrase, StringComparison.OrdinalIgnoreCase));
}
