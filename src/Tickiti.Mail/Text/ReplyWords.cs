using System.Buffers;

namespace Tickiti.Mail;

/// <summary>The words with which mail programs introduce what they quote, in the languages that people write mail in.</summary>
internal static class ReplyWords
{
    /// <summary>"wrote" of "On … Ann wrote:".</summary>
    public static readonly SearchValues<string> Wrote = SearchValues.Create(
        [
            "wrote", "writes", "schrieb", "schreef", "a écrit", "a ecrit", "écrit", "escribió", "escribio", "escribía",
            "ha scritto", "scrive",
            "escreveu", "skrev", "kirjoitti", "napisał", "napisal", "napsal", "napísal", "írta", "a scris", "написал",
            "пишет", "написав",
            "пише", "написа", "έγραψε", "yazdı", "yazdi", "写道", "寫道", "写了", "のメッセージ", "さんは書きました", "書きました", "作成", "작성",
            "님이 작성", "viết", "menulis", "escrigué", "va escriure", "skrifaði", "rašė", "rakstīja", "kirjutas",
            "je napisao", "כתב", "كتب", "pisze", "geschreven", "geschrieben", "เขียนว่า", "menulis", "Quoting ", "Zitat von ",
            "Citando ",
        ],
        StringComparison.OrdinalIgnoreCase);

    /// <summary>"Original Message" and "forwarded" between dashes.</summary>
    public static readonly SearchValues<string> Original = SearchValues.Create(
        [
            "Original Message", "Originalnachricht", "Ursprüngliche Nachricht", "Ursprungliche Nachricht",
            "Message d'origine", "Message original",
            "Mensaje original", "Messaggio originale", "Messaggio Originale", "Mensagem original",
            "Oorspronkelijk bericht", "Ursprungligt meddelande", "Oprindelig meddelelse",
            "Opprinnelig melding", "Alkuperäinen viesti", "Oryginalna wiadomość", "Wiadomość oryginalna",
            "Původní zpráva", "Pôvodná správa", "Eredeti üzenet", "Mesaj original",
            "Исходное сообщение", "Пересланное сообщение", "Пересылаемое сообщение", "Оригінальне повідомлення",
            "Originální zpráva", "Original Appointment",
            "原始邮件", "原始郵件", "邮件原件", "元のメッセージ", "원본 메시지", "Forwarded message", "Weitergeleitete Nachricht",
            "Message transféré", "Mensaje reenviado",
            "Messaggio inoltrato", "Mensagem encaminhada", "Doorgestuurd bericht", "Vidarebefordrat meddelande",
            "Videresendt", "Forwarded Message", "Reply Message",
            "Reply message", "Przekazana wiadomość", "转发的邮件", "转发邮件信息", "Ďalej preposlaná", "Orijinal mesaj",
            "Orijinal İleti", "Orijinal ileti", "Mail original", "Původní e-mail", "Pôvodný e-mail", "Original Mail",
            "Original email", "Opprinnelig e-post", "Messaggio inoltrato", "Přeposlaná zpráva", "Továbbított üzenet", "Iletilen mesaj",
            "Viesti alkaa", "转发邮件", "轉寄郵件", "転送メッセージ", "전달된 메시지", "Chuyển tiếp",
        ],
        StringComparison.OrdinalIgnoreCase);

    /// <summary>Those of <see cref="Original"/> that say that a mail is passed on, not answered.</summary>
    public static readonly SearchValues<string> Forwarded = SearchValues.Create(
        [
            "Forwarded", "Weitergeleitete Nachricht", "Message transféré", "Mensaje reenviado", "Messaggio inoltrato",
            "Mensagem encaminhada", "Doorgestuurd bericht", "Vidarebefordrat meddelande", "Videresendt", "Przekazana wiadomość",
            "转发的邮件", "转发邮件", "轉寄郵件", "転送メッセージ", "전달된 메시지", "Ďalej preposlaná", "Přeposlaná zpráva", "Továbbított üzenet",
            "Iletilen mesaj", "Пересланное сообщение", "Пересылаемое сообщение", "Chuyển tiếp",
        ],
        StringComparison.OrdinalIgnoreCase);

    /// <summary>"Begin forwarded message:" as Apple's programs have it.</summary>
    public static readonly SearchValues<string> Forwards = SearchValues.Create(
        [
            "Begin forwarded message", "Anfang der weitergeleiteten", "Début du message réexpédié", "Début du message transféré",
            "Début du message reexpédié", "Inicio del mensaje reenviado", "Inizio messaggio inoltrato", "Inizio del messaggio inoltrato",
            "Início da mensagem encaminhada", "Início da mensagem reenviada", "Begin doorgestuurd bericht", "Vidarebefordrat brev",
            "Vidarebefordrat mejl", "Videresendt besked", "Videresendt melding", "Välitetty viesti alkaa", "Edelleenlähetetty viesti",
            "Początek przekazywanej wiadomości", "Začátek přeposílané zprávy", "Начало переадресованного сообщения",
            "Початок переадресованого повідомлення", "İletilen iletinin başlangıcı", "下面是被转发的邮件", "开始转发的邮件", "開始轉寄郵件",
            "転送されたメッセージ", "전달된 메시지",
        ],
        StringComparison.OrdinalIgnoreCase);

    /// <summary>With what a line of a telephone number begins.</summary>
    public static readonly string[] Telephones =
        ["tel", "phone", "ph.", "ph:", "fax", "mob", "cell", "direct", "office", "handy", "t.", "t:", "f.", "f:", "m.", "m:", "тел", "电话", "電話"];

    /// <summary>With what ticket systems mark where an answer ends.</summary>
    public static readonly SearchValues<string> Markers = Phrases(
        "reply above this line", "type your reply above", "write above this line", "respond above this line", "add a reply above",
        "oberhalb dieser Linie", "über dieser Linie", "au-dessus de cette ligne", "por encima de esta línea", "acima desta linha",
        "sopra questa riga", "boven deze regel", "выше этой строки");

    /// <summary>"From:" and its like, without the colon.</summary>
    public static readonly HashSet<string> From = Set(
        "From", "Von", "De", "Da", "Van", "Od", "Fra", "Från", "Lähettäjä", "Feladó", "Expeditor", "От", "От кого",
        "Від", "Gönderen", "Kimden",
        "发件人", "寄件者", "寄件人", "差出人", "보낸 사람", "보낸사람", "Từ", "Dari", "Από", "מאת", "من", "Expéditeur", "Remitente",
        "Mittente", "Absender", "De la", "Odesílatel", "Odosielateľ", "Afzender", "Avsändare", "Afsender", "Avsender", "Nadawca",
        "Šalje", "Pošiljatelj", "จาก", "Người gửi");

    /// <summary>The other lines of a quoted header.</summary>
    public static readonly HashSet<string> Fields = Set(
        "Sent", "Date", "To", "Cc", "Subject", "Reply-To", "Bcc", "Importance", "Attachments",
        "Gesendet", "Datum", "An", "Kopie", "Betreff", "Antwort an", "Envoyé", "Date d'envoi", "À", "Objet",
        "Répondre à", "Destinataire",
        "Enviado", "Enviado el", "Fecha", "Para", "Asunto", "Enviada em", "Enviado em", "Data", "Assunto", "Inviato",
        "A", "Oggetto", "Per",
        "Verzonden", "Aan", "Onderwerp", "Wysłano", "Wysłane", "Data", "Do", "DW", "Temat", "Odesláno", "Komu", "Kopie",
        "Předmět", "Predmet", "Odoslané",
        "Sendt", "Til", "Emne", "Dato", "Skickat", "Till", "Ämne", "Kopia", "Lähetetty", "Vastaanottaja", "Aihe",
        "Päivämäärä", "Elküldve", "Küldve",
        "Címzett", "Tárgy", "Dátum", "Trimis", "Către", "Subiect", "Отправлено", "Дата", "Кому", "Копия", "Тема",
        "Надіслано", "Копія",
        "Gönderildi", "Gönderilme", "Tarih", "Kime", "Kimə", "Konu", "Bilgi", "发送时间", "发送日期", "日期", "收件人", "抄送", "主题",
        "傳送時間", "收件者", "主旨", "副本",
        "送信日時", "日時", "宛先", "件名", "보낸 날짜", "날짜", "받는 사람", "받는사람", "제목", "Kepada", "Subjek", "Tanggal", "Gửi", "Đến",
        "Chủ đề", "Ημερομηνία", "Προς", "Θέμα");

    /// <summary>Disclaimers and the footers of mailing lists.</summary>
    public static readonly SearchValues<string> Footers = SearchValues.Create(
        [
            "mailing list", "unsubscribe", "confidential", "intended recipient", "intended solely", "for the use of", "disclaimer",
            "scanned for virus", "swept by", "This email and any", "This e-mail and any", "This message and any", "This email is",
            "This e-mail is", "This message is intended", "Diese E-Mail", "vertraulich", "Ce message et", "confidentiel",
            "Este mensaje", "confidencial", "Questo messaggio", "riservat", "vertrouwelijk", "abmelden", "désabonner", "monitored",
            "legal purposes",
        ],
        StringComparison.OrdinalIgnoreCase);

    /// <summary>What only disclaimers say; two of them make one.</summary>
    public static readonly SearchValues<string>[] Disclaimers =
    [
        Phrases("confidential", "vertraulich", "confidentiel", "confidencial", "riservat", "vertrouwelijk", "privileged"),
        Phrases(
            "intended recipient", "intended only", "intended solely", "solely for", "for the use of", "nicht der richtige adressat",
            "ausschließlich für", "usage exclusif", "à l'attention exclusive", "uso exclusivo", "exclusivamente", "esclusivamente",
            "uitsluitend bestemd"),
        Phrases(
            "in error", "irrtümlich", "par erreur", "por error", "por engano", "per errore", "abusievelijk", "delete it", "delete this",
            "unauthorised", "unauthorized", "vernichten"),
        Phrases(
            "this email and any", "this e-mail and any", "this message and any", "this e-mail (", "this email (", "this communication",
            "this transmission", "diese e-mail", "ce message et", "este mensaje", "esta mensagem", "questo messaggio", "dit bericht"),
    ];

    /// <summary>How the line with the date begins.</summary>
    public static readonly string[] Leads =
    [
        "On ", "Le ", "Am ", "El ", "Il ", "Em ", "Op ", "Den ", "På ", "W dniu ", "Dnia ", "Dňa ", "Dne ", "Pe ",
        "Pada ", "Vào ", "Na ", "U ", "Στις ", "Em: ",
        "Mon, ", "Tue, ", "Wed, ", "Thu, ", "Fri, ", "Sat, ", "Sun, ", "Il giorno ", "A(z) ", "pon., ", "V ",
        "Quoting ", "Zitat von ", "Citando ", "At ", "No dia ",
        "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
    ];

    public static readonly string[] OnDays =
    [
        "On Mon, ", "On Tue, ", "On Wed, ", "On Thu, ", "On Fri, ", "On Sat, ", "On Sun, ",
        "On Monday", "On Tuesday", "On Wednesday", "On Thursday", "On Friday", "On Saturday", "On Sunday",
    ];

    /// <summary>Beginnings of lines that a telephone or program adds under the text.</summary>
    public static readonly string[] SentFrom =
    [
        "Sent from ", "Sent via ", "Sent with ", "Get Outlook for ", "Get [Outlook for ", "Sent by ", "From my iPhone",
        "Verzonden met ", "從我的 ",
        "Von meinem ", "Gesendet von ", "Gesendet mit ", "Diese Nachricht wurde von meinem ", "Envoyé de mon ",
        "Envoyé depuis ", "Envoyé à partir ", "Enviado desde ", "Enviado do ", "Enviado de ",
        "Enviado pelo ", "Inviato da ", "Verzonden vanaf ", "Verstuurd vanaf ", "Skickat från ", "Sendt fra ",
        "Lähetetty ", "Wysłane z ", "Odesláno z ", "Odoslané z ", "Küldve ", "Cihazımdan gönder", "iPhone'umdan", "Отправлено с ", "Отправлено из ",
        "Надіслано з ", "发自我的", "從我的", "iPhoneから送信", "iPadから送信", "Obter o Outlook", "Outlook für ",
        "Télécharger Outlook", "Obtenir Outlook", "Obtener Outlook", "Scarica Outlook", "Trimis de pe ",
    ];

    private static SearchValues<string> Phrases(params string[] phrases) =>
        SearchValues.Create(phrases, StringComparison.OrdinalIgnoreCase);

    private static HashSet<string> Set(params string[] words) => new(words, StringComparer.OrdinalIgnoreCase);
}
