namespace Tickiti.Mail;

/// <summary>Reads reports: the machine-readable parts first, the words of servers that send none after them.</summary>
public static class ReportReader
{
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
                    when DeliveryFields.ReadRecipients(part.ToArray()) is { Count: > 0 } recipients:
                    return new MailReport(MailReportType.DeliveryStatus, null, Refined(recipients, message), original);
                case "message/disposition-notification" or "message/global-disposition-notification":
                    return ReadDisposition(part, original);
            }
        }

        if (SesNotification.Read(message) is { } notification)
        {
            return notification;
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
        var content = part.ToArray();
        var fields = DeliveryFields.Blocks(content).FirstOrDefault();
        return new MailReport(MailReportType.Disposition, null, DeliveryFields.ReadRecipients(content), original)
        {
            OriginalMessageId = fields is null ? null : MessageIds.First(fields.ValueOf("Original-Message-ID"u8)),
            Disposition = MailDisposition.Parse(fields?["Disposition"]),
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
        var fields = DeliveryFields.Blocks(part.ToArray()).FirstOrDefault();
        var recipients = fields?.All("Original-Rcpt-To").Select(header => Complainant(header.Value)).ToList() ?? [];
        if (recipients.Count == 0)
        {
            // Without the field the complaint is of who the mail went to.
            recipients = original.To.Select(person => Complainant(person.Address)).ToList();
        }

        return new MailReport(
            MailReportType.Feedback, fields?["Feedback-Type"]?.Trim().ToLowerInvariant(), recipients, original);
    }

    /// <summary>Where the fields say no more than "failed", the code that the notice gives for that address.</summary>
    private static List<ReportRecipient> Refined(List<ReportRecipient> recipients, MimeMessage message)
    {
        if (!recipients.Exists(IsVague))
        {
            return recipients;
        }

        var prose = BounceText.Read(message, original: null).Recipients;
        return recipients.ConvertAll(recipient =>
            IsVague(recipient)
            && prose.Find(told => told.Address.Equals(recipient.Address, StringComparison.OrdinalIgnoreCase)) is
            { IsInferred: false, Status: { } status }
            && (recipient.Status is null || recipient.Status[0] == status[0])
                ? recipient with { Status = status, IsInferred = false }
                : recipient);
    }

    private static bool IsVague(ReportRecipient recipient) => recipient.IsInferred || recipient.Status is null or [_, '.', '0', '.', '0'];

    private static ReportRecipient Complainant(string address) => new(DeliveryFields.Typed(address), null, null, null, null);

    private static MimeMessage? Original(MimeMessage message)
    {
        foreach (var part in message.LeafParts)
        {
            if (part.Message is { } original)
            {
                return original;
            }

            if (part.IsReturned)
            {
                return MimeMessage.Parse(part.ToArray());
            }
        }

        return null;
    }
}
