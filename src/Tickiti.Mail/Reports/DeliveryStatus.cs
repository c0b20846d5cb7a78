using System.Buffers;

namespace Tickiti.Mail;

/// <summary>Enhanced status codes (RFC 3463), found in the words of servers.</summary>
internal static class DeliveryStatus
{
    /// <summary>Asked in this order: what is said of a mailbox before what is said of mail in general.</summary>
    private static readonly (string Code, SearchValues<string> Words)[] Meanings =
    [
        ("5.2.2", Phrases(
            "mailbox full", "mailbox is full", "mailbox of the recipient is full", "mailboxfull", "full mailbox", "quota", "over its limit",
            "over the allowed", "exceeds allowed size", "exceeded storage", "storage allocation", "out of storage", "mailfolder is full",
            "disk full", "exceeded the local limit", "postfach voll", "postfach ist voll", "boîte aux lettres pleine", "boite pleine",
            "boîte pleine", "casella piena", "buzón lleno", "caixa postal cheia", "caixa cheia", "переполнен", "邮箱已满", "邮箱空间不足",
            "メールボックスが満杯", "メールボックスがいっぱい", "容量を超え")),
        ("5.1.2", Phrases(
            "host unknown", "domain not found", "unknown host", "host not found", "nxdomain", "couldn't find any host",
            "no such domain", "domain does not exist", "unrouteable mail domain", "name or service not known", "unknown domain",
            "could not be found or was misconfigured", "host or domain name not found", "bad destination mailbox address",
            "all relevant mx records point to non-existent hosts", "domain name not found", "unbekannte domain")),
        ("5.3.4", Phrases(
            "message too large", "too big", "size limit", "exceeds maximum", "message size exceeds", "maximum message size",
            "nachricht zu groß", "message trop volumineux", "mensaje demasiado grande", "слишком большое")),
        ("5.7.1", Phrases(
            "spam", "blocked", "blacklist", "block list", "relay", "access denied", "not authorized", "policy", "rejected for",
            "denied by", "refused by", "permission to post", "not a member of this mailing list", "virus", "banned")),
        ("5.2.1", Phrases(
            "account is disabled", "account disabled", "mailbox disabled", "inactive", "suspended", "account has been disabled",
            "account has expired", "gesperrt", "désactivé", "deaktiviert", "заблокирован")),
        ("5.1.1", Phrases(
            "user unknown", "unknown user", "no such user", "doesn't have a", "does not have a", "does not exist", "doesn't exist",
            "not found", "unknown recipient", "recipient unknown", "no such recipient", "no mailbox", "invalid recipient",
            "invalid mailbox", "invalid address", "no such mailbox", "not listed", "unrouteable address", "unknown local",
            "mailbox unavailable", "mailbox not available", "unknown address", "no such address", "addressee unknown",
            "not a valid mailbox", "no account", "user not", "unknown or illegal", "is not a known user", "address rejected",
            "recipient rejected", "no valid recipients", "not recognized", "RecipNotFound", "RecipientNotFound", "bad address",
            "unbekannter empfänger", "empfänger unbekannt", "unbekannter benutzer", "existiert nicht", "nicht gefunden",
            "destinataire inconnu", "utilisateur inconnu", "n'existe pas", "introuvable", "no existe", "desconocido", "non esiste",
            "sconosciuto", "não existe", "desconhecido", "bestaat niet", "onbekend", "nie istnieje", "neexistuje", "не существует",
            "не найден", "неизвестн", "不存在", "存在しません", "存在しない", "見つかりません", "존재하지")),
        ("4.4.7", Phrases(
            "timed out", "timeout", "retry time", "too long", "expired", "not responding", "for 4 days", "for 5 days", "délai dépassé",
            "zeitüberschreitung")),
        ("4.4.1", Phrases(
            "connection refused", "connect to", "network unreachable", "network is unreachable", "no route to host",
            "could not connect", "unable to connect", "establish an smtp connection")),
    ];

    /// <summary>What the words and the reply code mean; null where they tell nothing.</summary>
    public static string? Infer(string words)
    {
        foreach (var (meaning, phrases) in Meanings)
        {
            if (words.AsSpan().ContainsAny(phrases))
            {
                return ReplyClass(words) is '4' ? string.Concat("4", meaning.AsSpan(1)) : meaning;
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

    /// <summary>Whether a notice warns only, in its subject or its first lines.</summary>
    public static bool IsDelay(string? subject, ReadOnlySpan<string> notice)
    {
        foreach (var line in notice[..Math.Min(notice.Length, 12)])
        {
            if (line.AsSpan().ContainsAny(BounceWords.Delays))
            {
                return true;
            }
        }

        return subject.AsSpan().ContainsAny(BounceWords.Delays);
    }

    /// <summary>
    /// The first code of the text; where it says nothing of the detail ("5.1.0 - Unknown address error 550-'5.2.2 Mailbox full'"),
    /// the first of its class that does.
    /// </summary>
    public static string? Enhanced(string text)
    {
        var position = 0;
        var first = Next(text, ref position);
        if (first is not [.., '.', '0'])
        {
            return first;
        }

        while (Next(text, ref position) is { } code)
        {
            if (code[0] == first[0] && code is not [.., '.', '0'])
            {
                return code;
            }
        }

        return first;
    }

    /// <summary>"5.1.1" that is no part of a longer number such as an IP address.</summary>
    private static string? Next(string text, ref int position)
    {
        for (var i = position; i + 4 < text.Length; i++)
        {
            var isStart = text[i] is '2' or '4' or '5' && text[i + 1] == '.' && (i == 0 || !IsOfNumber(text[i - 1]));
            var subject = isStart ? Digits(text, i + 2) : 0;
            var dot = i + 2 + subject;
            var detail = subject is 0 or > 3 || dot >= text.Length || text[dot] != '.' ? 0 : Digits(text, dot + 1);
            if (detail is > 0 and <= 3 && !GoesOn(text, dot + 1 + detail))
            {
                position = dot + 1 + detail;
                return text[i..position];
            }
        }

        position = text.Length;
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

    private static SearchValues<string> Phrases(params string[] phrases) =>
        SearchValues.Create(phrases, StringComparison.OrdinalIgnoreCase);
}
