using System.Buffers;

namespace Tickiti.Mail;

/// <summary>How mail servers speak of mails that did not arrive, in the languages that they speak.</summary>
internal static class BounceWords
{
    /// <summary>Local parts and display names of programs that send nothing but reports.</summary>
    public static readonly HashSet<string> Daemons = new(StringComparer.OrdinalIgnoreCase)
    {
        "mailer-daemon", "mailerdaemon", "mail-daemon", "maildaemon", "mailer_daemon", "mailer-deamon", "mailer daemon",
        "mail.delivery.system", "mail delivery subsystem", "mail delivery system", "mail deliver system",
    };

    /// <summary>Local parts that people use too.</summary>
    public static readonly HashSet<string> Postmasters = new(StringComparer.OrdinalIgnoreCase)
    {
        "postmaster", "post_master", "post-master", "mail-delivery", "maildelivery", "double-bounce", "mdaemon", "mail-administrator",
    };

    public static readonly SearchValues<string> FailureSubjects = Phrases(
        "undelivered", "undeliverable", "delivery status notification", "mail delivery failed", "mail delivery failure",
        "delivery failure", "failure notice", "returned mail", "returned to sender", "delivery failed", "delivery has failed",
        "could not be delivered", "not deliver", "non-delivery", "non delivery", "mail system error", "delivery notification",
        "delivery report", "message delivery", "delayed mail", "delivery delayed", "mail failed", "error sending your mail",
        "delivery status", "returning message to sender", "nondeliverable", "[bounce]", "unzustellbar", "nicht zugestellt",
        "zustellung fehlgeschlagen", "fehler bei der zustellung", "non remis", "non distribu", "non délivré", "échec de la remise",
        "retour à l'expéditeur", "no entregado", "no se pudo entregar", "no se ha podido entregar", "correo devuelto",
        "error de entrega", "non recapitabile", "mancato recapito", "mancata consegna", "não entregue", "falha na entrega",
        "não foi possível entregar", "mensagem devolvida", "mislukt", "niet bezorgd", "onbestelbaar", "niedostarczon",
        "nie dostarczono", "nedoruč", "kézbesíthetetlen", "kan inte levereras", "kunde inte levereras", "levererades inte",
        "ikke leveret", "kunne ikke leveres", "ei voitu toimittaa", "perille toimittamaton", "teslim edilemedi", "nelivrat",
        "недоставлен", "не доставлен", "не может быть доставлен", "не вдалося доставити", "退信", "投递失败", "投遞失敗", "未送达",
        "無法傳遞", "配信できません", "配信エラー", "配信に失敗", "送信エラー", "戻りました", "반송", "전송 실패", "배달되지");

    /// <summary>Subjects that no person gives a new mail, whoever sends it.</summary>
    public static readonly HashSet<string> FailureSubjectsWhole = new(StringComparer.OrdinalIgnoreCase)
    {
        "Undelivered Mail Returned to Sender", "Mail delivery failed: returning message to sender",
        "Delivery Status Notification (Failure)", "Delivery Status Notification (Delay)",
    };

    /// <summary>With what a server's notice begins, and nothing else.</summary>
    public static readonly SearchValues<string> NoticeBeginnings = Phrases(
        "Hi. This is the ", "This is the mail system at", "This is the Postfix program", "This is the DragonFly Mail Agent",
        "This is a delivery status notification from", "This message was created automatically by",
        "This report relates to a message you sent", "The original message was received at", "No valid recipients for this MM",
        "Each of the following recipients was rejected", "------- Failure Reasons", "----- Transcript of session follows",
        "----- The following addresses had", "You are not a member of this mailing list",
        "Diese Nachricht wurde automatisch von der Mail-Software", "Это письмо создано автоматически");

    /// <summary>That a mail did not arrive.</summary>
    public static readonly SearchValues<string> Undelivered = Phrases(
        "could not be delivered", "couldn't be delivered", "cannot be delivered", "can't be delivered", "was not delivered",
        "wasn't able to deliver", "were unable to deliver", "was unable to deliver", "unable to deliver", "could not deliver",
        "undeliverable", "delivery failed", "delivery has failed", "failed to deliver", "did not reach the following",
        "trouble delivering", "error delivering", "has not been delivered", "nicht zugestellt", "unzustellbar",
        "nicht ausgeliefert", "pas pu être remis", "pas pu être délivré", "pas pu être distribué", "n'a pas été remis",
        "échec de la remise", "no se pudo entregar", "no se ha podido entregar", "no pudo ser entregado",
        "impossibile recapitare", "non è stato possibile recapitare", "non è stato recapitato", "não pôde ser entregue",
        "não foi possível entregar", "niet worden afgeleverd", "niet worden bezorgd", "niet afgeleverd", "nie mogła zostać dostarczona",
        "nie została dostarczona", "nebylo možné doručit", "nelze doručit", "nem kézbesíthető", "kunde inte levereras",
        "gick inte att leverera", "kunne ikke leveres", "ei voitu toimittaa", "teslim edilemedi", "nu a putut fi livrat",
        "не может быть доставлен", "не удалось доставить", "не было доставлено", "не може бути доставлен", "无法投递", "无法送达",
        "投递失败", "無法傳遞", "無法投遞", "配信できません", "配送できません", "届けることができません", "送信できません", "전달되지", "전송하지 못");

    public static readonly SearchValues<string> Delays = Phrases(
        "delayed", "delay ", "will be retried", "still trying", "not yet been delivered", "has not been delivered yet",
        "warning: could not send", "will keep trying", "delivery delay", "(delay", "noch nicht zugestellt", "wird weiter versucht",
        "pas encore été remis", "ещё не доставлено");

    /// <summary>Lines above the returned mail.</summary>
    public static readonly SearchValues<string> CopyMarks = Phrases(
        "below this line is a copy", "is a copy of the message", "original message", "original-message", "included is a copy",
        "message headers follow", "message header follows", "message header:", "header of the original", "headers of the original",
        "unsent message", "returned message", "original mail", "message from you follows", "text of the message",
        "copy of your message", "undelivered message follows", "the message that caused", "message text follows",
        "forwarded message", "transcript of message follows", "body of the message generating", "the first 100 lines of",
        "-- the attached message", "kopfzeilen der ursprünglichen", "ursprüngliche nachricht", "message d'origine",
        "mensaje original", "messaggio originale", "mensagem original", "исходного сообщения", "исходное сообщение",
        "元のメッセージ", "原始邮件");

    /// <summary>Words in front of the address that was not reached.</summary>
    public static readonly SearchValues<string> RecipientWords = Phrases(
        "recipient", "RCPT T", "delivered to", "not reach", "delivering to", "addressed to", "deliver message to", "mailing list",
        "Empfänger", "zugestellt werden an", "destinataire", "destinatario", "destinatário", "получател", "收件人", "宛先");

    /// <summary>Local parts, or with a hyphen their ends, of those who help.</summary>
    public static readonly string[] HelpAddresses =
    [
        "postmaster", "mailer-daemon", "abuse", "support", "helpdesk", "help", "hostmaster", "-ctl", "-request", "-help", "-admin", "-owner",
        "-subscribe", "-unsubscribe",
    ];

    private static SearchValues<string> Phrases(params string[] phrases) =>
        SearchValues.Create(phrases, StringComparison.OrdinalIgnoreCase);
}
