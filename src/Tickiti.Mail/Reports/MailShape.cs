namespace Tickiti.Mail;

/// <summary>What header fields and subjects say of a mail that no machine-readable part describes.</summary>
internal static class MailShape
{
    private static readonly HashSet<string> Daemons = new(StringComparer.OrdinalIgnoreCase)
        { "mailer-daemon", "mailerdaemon", "mail-daemon", "maildaemon", "mailer_daemon", "mail.delivery.system", "mailer-deamon" };

    private static readonly string[] FailureSubjects =
    [
        "undelivered mail", "undeliverable", "delivery status notification", "mail delivery failed",
        "mail delivery failure", "delivery failure", "failure notice", "returned mail", "delivery failed",
        "delivery has failed", "could not be delivered", "non-delivery", "non delivery", "unzustellbar",
        "nicht zugestellt", "non remis", "mail system error", "delivery notification", "delivery report",
        "undelivered message", "message delivery", "delayed mail", "delivery delayed", "mail failed",
        "error sending your mail", "permanent delivery failure", "delivery status", "returning message to sender",
        "nondeliverable",
        "not deliverable", "no entregado", "mislukt", "niet bezorgd",
    ];

    /// <summary>Subjects that no person gives a new mail, whoever sends it.</summary>
    private static readonly HashSet<string> FailureSubjectsWhole = new(StringComparer.OrdinalIgnoreCase)
    {
        "Undelivered Mail Returned to Sender", "Mail delivery failed: returning message to sender",
        "Delivery Status Notification (Failure)", "Delivery Status Notification (Delay)",
    };

    private static readonly string[] AbsenceSubjects =
    [
        "out of office", "out of the office", "out-of-office", "automatic reply", "autoreply", "auto reply",
        "auto-reply", "autoresponse", "auto response", "automatische antwort", "abwesenheit",
        "abwesend", "réponse automatique", "absence du bureau", "respuesta automática", "fuera de la oficina",
        "risposta automatica", "fuori ufficio", "resposta automática", "automatisch antwoord",
        "afwezig", "autosvar", "automatiskt svar", "automatisk svar", "automaattinen", "poissa", "autoodpowiedź",
        "odpowiedź automatyczna", "automatická odpověď", "automatikus válasz",
        "автоответ", "автоматический ответ", "автоматична відповідь", "自动回复", "自動応答", "自動返信", "자동 회신", "vacation reply",
        "on vacation", "otomatik yanıt",
    ];

    /// <summary>What may stand between those words and the colon.</summary>
    private static readonly string[] AbsenceWords =
    [
        " autoreply", " auto-reply", " reply", " response", " message", " notification", "snotiz", "sassistent", "snachricht",
        "heitsnotiz", "heit",
    ];

    public static bool IsBounce(MimeMessage message)
    {
        if (message.Headers.Contains("X-Failed-Recipients"))
        {
            return true;
        }

        var subject = message.Subject ?? "";
        if (IsAbsence(subject))
        {
            return false;
        }

        var sender = message.From is [var first, ..] ? first : null;
        var isDaemon = sender is not null && (Daemons.Contains(sender.LocalPart) || Daemons.Contains(sender.Name ?? ""));
        var isPostmaster = sender is not null
            && (sender.LocalPart.Equals("postmaster", StringComparison.OrdinalIgnoreCase)
                || (sender.Name?.Contains("Mail Delivery S", StringComparison.OrdinalIgnoreCase) ?? false));
        var isNullPath = IsNullPath(message.ReturnPath);
        var isFailure = FailureSubjects.Any(phrase => subject.Contains(phrase, StringComparison.OrdinalIgnoreCase));
        return isDaemon
            || (isPostmaster && (isFailure || isNullPath))
            || (isNullPath && isFailure)
            || (FailureSubjectsWhole.Contains(subject) && message.References.Count == 0);
    }

    /// <summary>RFC 3834, and what programs older than it say.</summary>
    public static bool IsAutoReply(MimeMessage message)
    {
        var headers = message.Headers;
        var submitted = Keyword(headers, "Auto-Submitted");
        var isAnswer = message.InReplyTo.Count > 0 || message.References.Count > 0;
        return submitted is "auto-replied" or "auto-response"
            || Keyword(headers, "Precedence") is "auto_reply" or "auto-reply"
            || Keyword(headers, "X-Precedence") is "auto_reply" or "auto-reply"
            || headers.Contains("X-Autoreply")
            || headers.Contains("X-Auto-Reply")
            || headers.Contains("X-Autorespond")
            || headers.Contains("X-Autoresponder")
            || headers.Contains("X-Mail-Autoreply")
            || headers.Contains("X-Autoreply-From")
            || headers.Contains("X-MS-Exchange-Inbox-Rules-Loop")
            || (submitted is "auto-generated" && (isAnswer || IsAbsence(message.Subject ?? "")))
            || (IsAbsence(message.Subject ?? "") && !IsAnswerSubject(message.Subject ?? ""));
    }

    /// <summary>The first word of a field in small letters, without parameters and comments.</summary>
    public static string? Keyword(HeaderList headers, string name) =>
        headers[name]?.Split([';', ' ', '('], 2)[0].Trim().ToLowerInvariant();

    public static bool IsNullPath(string? path) =>
        path is not null && (path.Length == 0 || path.StartsWith("MAILER-DAEMON", StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// A vacation mail's subject begins with the words and ends or has a colon behind them ("Automatic reply: Printer"); a
    /// person's goes on ("Out of office next week, who takes over?").
    /// </summary>
    private static bool IsAbsence(string subject)
    {
        if (subject.StartsWith("AUTO:", StringComparison.Ordinal)
            || subject.Contains(" is out of the office", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        foreach (var phrase in AbsenceSubjects)
        {
            if (subject.StartsWith(phrase, StringComparison.OrdinalIgnoreCase))
            {
                var rest = subject.AsSpan(phrase.Length);
                foreach (var word in AbsenceWords)
                {
                    rest = rest.StartsWith(word, StringComparison.OrdinalIgnoreCase) ? rest[word.Length..] : rest;
                }

                return rest.TrimStart() is [] or [':' or '：' or '(' or '[' or '-', ..];
            }
        }

        return false;
    }

    private static bool IsAnswerSubject(string subject) =>
        subject.StartsWith("Re:", StringComparison.OrdinalIgnoreCase)
        || subject.StartsWith("Fw", StringComparison.OrdinalIgnoreCase)
        || subject.StartsWith("AW:", StringComparison.OrdinalIgnoreCase);
}
