namespace Tickiti.Mail;

/// <summary>Reads reports: the machine-readable parts first, the words of servers that send none after them.</summary>
public static class ReportReader
{
    private const int MaxRecipients = 1000;

    /// <summary>Null where the mail is no report.</summary>
    public static MailReport? Read(MimeMessage message)
    {
        var original = Original(message);
        foreach (var part in message.LeafParts)
        {
            switch (part.ContentType.MediaType)
            {
                case "message/feedback-report" when original is not null:
                    return ReadFeedback(part, original);
                case "message/delivery-status" or "message/global-delivery-status"
                    when ReadRecipients(part) is { Count: > 0 } recipients:
                    return new MailReport(MailReportType.DeliveryStatus, null, Refined(recipients, message), original);
                case "message/disposition-notification" or "message/global-disposition-notification":
                    return ReadDisposition(part, original);
            }
        }

        if (MailShape.IsBounce(message) || HasReportType(message))
        {
            var (recipients, copied) = BounceText.Read(message, original);
            return new MailReport(MailReportType.DeliveryStatus, null, recipients, original ?? copied);
        }

        return IsHotmailComplaint(message, original) ? ReadHotmail(original) : null;
    }

    private static MailReport ReadDisposition(MimePart part, MimeMessage? original)
    {
        var fields = Fields(part).FirstOrDefault();
        return new MailReport(MailReportType.Disposition, null, ReadRecipients(part), original)
        {
            OriginalMessageId = fields is null ? null : MessageIds.First(fields.ValueOf("Original-Message-ID"u8)),
        };
    }

    private static bool HasReportType(MimeMessage message)
    {
        var type = message.Body.ContentType;
        return type.MediaType == "multipart/report"
            && (type.Parameters["report-type"] is not { } kind
                || kind.Equals("delivery-status", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Outlook.com's complaints are ARF in all but form.</summary>
    private static bool IsHotmailComplaint(MimeMessage message, MimeMessage? original) =>
        original is not null && message.Subject is { } subject
        && subject.StartsWith("complaint about message from", StringComparison.OrdinalIgnoreCase)
        && original.Headers.Contains("X-HmXmrOriginalRecipient");

    private static MailReport ReadHotmail(MimeMessage? original) =>
        new(MailReportType.Feedback, "abuse", [Complainant(original?.Headers["X-HmXmrOriginalRecipient"] ?? "")], original);

    private static MailReport ReadFeedback(MimePart part, MimeMessage original)
    {
        var fields = Fields(part).FirstOrDefault();
        var recipients = fields?.All("Original-Rcpt-To").Select(header => Complainant(header.Value)).ToList() ?? [];
        if (recipients.Count == 0)
        {
            // Without the field the complaint is of who the mail went to.
            recipients = original.To.Select(person => Complainant(person.Address)).ToList();
        }

        return new MailReport(
            MailReportType.Feedback, fields?["Feedback-Type"]?.Trim().ToLowerInvariant(), recipients, original);
    }

    /// <summary>One recipient a block (RFC 3464 §2.3); some servers forget the blank line between two.</summary>
    private static List<ReportRecipient> ReadRecipients(MimePart part)
    {
        var recipients = new List<ReportRecipient>();
        foreach (var fields in Fields(part))
        {
            var group = new List<Header>();
            foreach (var field in fields)
            {
                if (field.Is("Final-Recipient"u8) && group.Exists(header => header.Is("Final-Recipient"u8)))
                {
                    AddRecipient(group, recipients);
                    group.Clear();
                }

                group.Add(field);
            }

            AddRecipient(group, recipients);
        }

        return recipients;
    }

    /// <summary>Where the fields say no more than "failed", the code that the notice gives for that address.</summary>
    private static List<ReportRecipient> Refined(List<ReportRecipient> recipients, MimeMessage message)
    {
        if (recipients.TrueForAll(recipient => !IsVague(recipient.Status)))
        {
            return recipients;
        }

        var prose = BounceText.Read(message, original: null).Recipients;
        return recipients.ConvertAll(recipient =>
            IsVague(recipient.Status)
            && prose.Find(told => told.Address.Equals(recipient.Address, StringComparison.OrdinalIgnoreCase)) is
            { IsInferred: false, Status: { } status }
            && (recipient.Status is null || recipient.Status[0] == status[0])
                ? recipient with { Status = status }
                : recipient);
    }

    private static bool IsVague(string? status) => status is null or [_, '.', '0', '.', '0'];

    private static void AddRecipient(List<Header> fields, List<ReportRecipient> recipients)
    {
        string? Value(string name) => fields.Exists(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            ? fields.Find(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value
            : null;
        var original = Value("Original-Recipient");
        if ((Value("Final-Recipient") ?? original) is { } final && recipients.Count < MaxRecipients)
        {
            recipients.Add(Recipient(final, original, Value("Action"), Value("Status"), Value("Diagnostic-Code")));
        }
    }

    private static ReportRecipient Complainant(string address) => new(Typed(address), null, null, null, null);

    private static ReportRecipient Recipient(string final, string? original, string? action, string? status, string? diagnostic) =>
        new(
            Typed(final),
            original is null ? null : Typed(original),
            action?.Split([' ', ';', '('], 2)[0].Trim().ToLowerInvariant(),
            DeliveryStatus.Refine(status?.Split([' ', ';', '('], 2)[0].Trim(), diagnostic),
            diagnostic);

    /// <summary>"rfc822; john@example.com" without its type.</summary>
    private static string Typed(string value) => value[(value.IndexOf(';', StringComparison.Ordinal) + 1)..].Trim().Trim('<', '>');

    /// <summary>The blocks of fields in a report's part, parted by blank lines.</summary>
    private static IEnumerable<HeaderList> Fields(MimePart part)
    {
        var source = new MimeSource(part.ToArray(), MimeLimits.Default, depth: 0);
        for (var position = 0; position < source.Raw.Length;)
        {
            var slots = HeaderScanner.Scan(source, position, source.Raw.Length, isRoot: false, out var next);
            if (slots.Length > 0)
            {
                yield return new HeaderList(source, slots);
            }

            // What is neither field nor blank line is passed over.
            position = next > position ? next : source.NextLine(position, source.Raw.Length);
        }
    }

    private static MimeMessage? Original(MimeMessage message)
    {
        foreach (var part in message.LeafParts)
        {
            if (part.Message is { } original)
            {
                return original;
            }

            if (part.ContentType.MediaType is "text/rfc822-headers" or "message/rfc822-headers" or "message/global-headers")
            {
                return MimeMessage.Parse(part.ToArray());
            }
        }

        return null;
    }
}
