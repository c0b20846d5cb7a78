using System.Text.Json;

namespace Tickiti.Mail;

/// <summary>
/// What Amazon SES tells of a mail where its notifications come by mail: JSON of a bounce, a complaint or a delivery, bare or
/// inside the envelope of SNS.
/// </summary>
internal static class SesNotification
{
    private const int MaxLength = 1024 * 1024;
    private const int MaxRecipients = 1000;

    public static MailReport? Read(MimeMessage message)
    {
        if (!message.Headers.Contains("x-amz-sns-message-id") || message.TextBody is not { Length: < MaxLength } text)
        {
            return null;
        }

        // A mail has no longer lines than 998: SNS folds its JSON like a header, also inside strings.
        var json = text.Replace("\n ", "", StringComparison.Ordinal);
        var start = json.IndexOf('{', StringComparison.Ordinal);
        var end = json.IndexOf("\n--\n", StringComparison.Ordinal);
        try
        {
            return start < 0 ? null : Read(json[start..(end < start ? json.Length : end)]);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // No JSON, or a string with half a surrogate pair in it.
            return null;
        }
    }

    private static MailReport? Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        if (Text(root, "Message") is { } enveloped)
        {
            using var inner = JsonDocument.Parse(enveloped);
            return Report(inner.RootElement);
        }

        return Report(root);
    }

    private static MailReport? Report(JsonElement root)
    {
        var type = Text(root, "notificationType") ?? Text(root, "eventType");
        var report = type switch
        {
            "Bounce" when Object(root, "bounce") is { } bounce => new MailReport(
                MailReportType.DeliveryStatus, null, People(bounce, "bouncedRecipients").ConvertAll(Bounced), null),
            "Complaint" when Object(root, "complaint") is { } complaint => new MailReport(
                MailReportType.Feedback, Text(complaint, "complaintFeedbackType") ?? "abuse",
                People(complaint, "complainedRecipients").ConvertAll(person => Recipient(person, null, null, null)), null),
            "Delivery" when Object(root, "delivery") is { } delivery => new MailReport(
                MailReportType.DeliveryStatus, null, People(delivery, "recipients").ConvertAll(person => Delivered(person, delivery)), null),
            _ => null,
        };
        return report is { Recipients.Count: > 0 } ? report with { OriginalMessageId = MessageId(root) } : null;
    }

    private static ReportRecipient Bounced(JsonElement person)
    {
        var diagnostic = Text(person, "diagnosticCode");
        return Recipient(person, Text(person, "action") ?? "failed", DeliveryStatus.Refine(Text(person, "status"), diagnostic), diagnostic);
    }

    private static ReportRecipient Delivered(JsonElement person, JsonElement delivery) =>
        Recipient(person, "delivered", DeliveryStatus.Enhanced(Text(delivery, "smtpResponse") ?? ""), Text(delivery, "smtpResponse"));

    private static ReportRecipient Recipient(JsonElement person, string? action, string? status, string? diagnostic) =>
        new(Text(person) ?? Text(person, "emailAddress") ?? "", null, action, status, diagnostic);

    /// <summary>The sender's own id, not the one that SES gave.</summary>
    private static string? MessageId(JsonElement root) =>
        Object(root, "mail") is { } mail && Object(mail, "commonHeaders") is { } headers
            ? Text(headers, "messageId")?.Trim('<', '>', ' ')
            : null;

    private static List<JsonElement> People(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var people) && people.ValueKind == JsonValueKind.Array
            ? people.EnumerateArray().Take(MaxRecipients).ToList()
            : [];

    private static JsonElement? Object(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.Object
            ? value
            : null;

    private static string? Text(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) ? Text(value) : null;

    private static string? Text(JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? TextCleaner.CleanString(value.GetString() ?? "") : null;
}
