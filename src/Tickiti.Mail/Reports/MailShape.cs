namespace Tickiti.Mail;

/// <summary>What header fields and subjects say of a mail that no machine-readable part describes.</summary>
internal static class MailShape
{
    private static readonly string[] AutoReplyFields =
    [
        "X-Autoreply", "X-Auto-Reply", "X-Autorespond", "X-Auto-Respond", "X-Autoresponder", "X-Mail-Autoreply", "X-Autoreply-From",
        "X-MS-Exchange-Inbox-Rules-Loop",
    ];

    private static readonly string[] AbsenceSubjects =
    [
        "out of office", "out of the office", "out-of-office", "automatic reply", "autoreply", "auto reply",
        "auto-reply", "autoresponse", "auto response", "automatische antwort", "abwesenheit",
        "abwesend", "réponse automatique", "absence du bureau", "respuesta automática", "fuera de la oficina",
        "risposta automatica", "fuori ufficio", "resposta automática", "automatisch antwoord",
        "afwezig", "autosvar", "automatiskt svar", "automatisk svar", "automaattinen", "poissa", "autoodpowiedź",
        "odpowiedź automatyczna", "automatická odpověď", "automatikus válasz",
        "автоответ", "автоматический ответ", "автоматична відповідь", "自动回复", "自動応答", "自動返信", "자동 회신", "vacation reply",
        "on vacation", "otomatik yanıt", "away from my mail", "automatická odpoveď", "răspuns automat", "αυτόματη απάντηση",
        "自动答复", "自動回覆", "不在通知", "부재중", "absent du bureau", "message d'absence", "ausência temporária", "frånvaro",
        "ikke til stede", "afwezigheidsbericht", "automatische rückantwort", "ausente de la oficina", "відсутн",
    ];

    /// <summary>What may stand between those words and the colon.</summary>
    private static readonly string[] AbsenceWords =
    [
        " autoreply", " auto-reply", " reply", " response", " message", " notification", "snotiz", "sassistent", "snachricht",
        "heitsnotiz", "heit",
    ];

    /// <summary>
    /// A server's notice that says so to people only: sent by a daemon; or by what may be one, with a subject or a text of that
    /// kind. People who ask about a bounce, or pass one on, are no servers.
    /// </summary>
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

        var sender = message.From is [var first, ..] ? first : new MailAddress("");
        var name = sender.Name ?? "";
        if (BounceWords.Daemons.Contains(sender.LocalPart) || BounceWords.Daemons.Contains(name))
        {
            return true;
        }

        var isFailure = subject.AsSpan().ContainsAny(BounceWords.FailureSubjects);
        var isPostmaster = BounceWords.Postmasters.Contains(sender.LocalPart)
            || sender.Address is "" or "@"
            || name.Contains("Mail Delivery S", StringComparison.OrdinalIgnoreCase);
        var isMachine = IsNullPath(message.ReturnPath) || isPostmaster || IsOfListServer(message);
        return (isMachine && (isFailure || SpeaksOfFailure(message, isPostmaster)))
            || (isFailure && !IsAnswerSubject(subject) && message.References.Count == 0
                && (BounceWords.FailureSubjectsWhole.Contains(subject) || BeginsAsNotice(message)));
    }

    /// <summary>What fml, the list server, writes itself.</summary>
    private static bool IsOfListServer(MimeMessage message) =>
        message.Headers.Contains("X-MLServer") && (message.MessageId?.Contains(".FML", StringComparison.Ordinal) ?? false);

    /// <summary>A text that tells of a failure, from one who may tell it: a postmaster, or with the mail given back.</summary>
    private static bool SpeaksOfFailure(MimeMessage message, bool isPostmaster)
    {
        var text = Beginning(message);
        return text.ContainsAny(BounceWords.NoticeBeginnings)
            || (text.ContainsAny(BounceWords.Undelivered)
                && ((isPostmaster && message.InReplyTo.Count == 0) || message.LeafParts.Any(part => part.IsReturned)));
    }

    private static bool BeginsAsNotice(MimeMessage message)
    {
        var line = Beginning(message).TrimStart("\n =*#-");
        return line.IndexOfAny(BounceWords.NoticeBeginnings) is >= 0 and < 20 || line.StartsWith("Failure Reasons");
    }

    private static ReadOnlySpan<char> Beginning(MimeMessage message)
    {
        const int NoticeLength = 2000;
        var text = message.ReadableText().AsSpan();
        return text[..Math.Min(text.Length, NoticeLength)];
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
            || Array.Exists(AutoReplyFields, headers.Contains)
            || Keyword(headers, "X-Apple-Action") is "vacation"
            || Keyword(headers, "X-Autogenerated") is "reply"
            || Keyword(headers, "Delivered-To") is "autoresponder"
            || (headers["X-POST-MessageClass"]?.Contains("Autoresponder", StringComparison.OrdinalIgnoreCase) ?? false)
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
