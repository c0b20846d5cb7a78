namespace Tickiti.Mail;

/// <summary>Reads reports: the machine-readable parts first, the words of servers that send none after them.</summary>
public static class ReportReader
{
    /// <summary>Null where the mail is no report.</summary>
    public static MailReport? Read(MimeMessage message)
    {
        var status = message.LeafParts.FirstOrDefault(part => part.ContentType.MediaType is "message/delivery-status" or "message/global-delivery-status");
        var feedback = message.LeafParts.FirstOrDefault(part => part.ContentType.MediaType == "message/feedback-report");
        var original = Original(message);
        if (feedback is not null)
        {
            return ReadFeedback(feedback, original);
        }

        if (status is not null)
        {
            return new MailReport(MailReportType.DeliveryStatus, null, ReadRecipients(status), original);
        }

        return message.LeafParts.Any(part => part.ContentType.MediaType == "message/disposition-notification")
            ? new MailReport(MailReportType.Disposition, null, [], original)
            : null;
    }

    private static MailReport ReadFeedback(MimePart part, MimeMessage? original)
    {
        var fields = Fields(part).FirstOrDefault();
        var recipients = fields?.All("Original-Rcpt-To").Select(header => Recipient(header.Value, null, null, null, null)).ToList() ?? [];
        return new MailReport(
            MailReportType.Feedback, fields?["Feedback-Type"]?.Trim().ToLowerInvariant(), recipients, original);
    }

    private static List<ReportRecipient> ReadRecipients(MimePart part)
    {
        var recipients = new List<ReportRecipient>();
        foreach (var fields in Fields(part))
        {
            var final = fields["Final-Recipient"] ?? fields["Original-Recipient"];
            if (final is not null)
            {
                recipients.Add(Recipient(
                    final, fields["Original-Recipient"], fields["Action"], fields["Status"], fields["Diagnostic-Code"]));
            }
        }

        return recipients;
    }

    private static ReportRecipient Recipient(string final, string? original, string? action, string? status, string? diagnostic) =>
        new(
            Typed(final),
            original is null ? null : Typed(original),
            action?.Split([' ', ';', '('], 2)[0].Trim().ToLowerInvariant(),
            status?.Split([' ', ';', '('], 2)[0].Trim(),
            diagnostic);

    /// <summary>"rfc822; john@example.com" without its type.</summary>
    private static string Typed(string value) => value[(value.IndexOf(';', StringComparison.Ordinal) + 1)..].Trim().Trim('<', '>');

    /// <summary>The blocks of fields in a report's part, parted by blank lines.</summary>
    private static IEnumerable<HeaderList> Fields(MimePart part)
    {
        ReadOnlyMemory<byte> rest = part.ToArray();
        while (!rest.IsEmpty)
        {
            var block = MimeMessage.Parse(rest);
            if (block.Headers.Count > 0)
            {
                yield return block.Headers;
            }

            if (block.HeaderBlock.Length == 0)
            {
                yield break;
            }

            rest = rest[block.HeaderBlock.Length..];
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
