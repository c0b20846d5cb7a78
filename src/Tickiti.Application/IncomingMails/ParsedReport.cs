using Tickiti.Application.SentMails;
using Tickiti.Domain.Common;
using Tickiti.Domain.SentMails;
using Tickiti.Mail;

namespace Tickiti.Application.IncomingMails;

/// <summary>What a report says, and the ids of the mail that it returns.</summary>
/// <param name="Notices">One for each recipient that something is said of.</param>
/// <param name="OriginalIds">Our header and the Message-ID of the returned mail; without angle brackets.</param>
/// <param name="OriginalRecipients">Whom the returned mail was for; keys.</param>
public sealed record ParsedReport(
    IReadOnlyList<DeliveryNotice> Notices, IReadOnlyList<string> OriginalIds, IReadOnlyList<string> OriginalRecipients)
{
    // A report on thousands is somebody's attempt at something else.
    private const int MaxNotices = 100;

    public static ParsedReport? Read(MimeMessage message)
    {
        if (ReportReader.Read(message) is not { } report)
        {
            return null;
        }

        var notices = report.Recipients.Select(one => NoticeOf(report, one)).OfType<DeliveryNotice>().Take(MaxNotices).ToList();
        string?[] ids = [report.Original?.Headers[LoopHeader.Name], report.OriginalMessageId];
        return new ParsedReport(
            notices,
            [.. ids.OfType<string>().Select(id => id.Trim('<', '>', ' '))],
            [.. notices.SelectMany(one => new[] { one.Recipient, one.OriginalRecipient }).OfType<string>().Select(EmailAddress.KeyOf).Distinct()]);
    }

    private static DeliveryNotice? NoticeOf(MailReport report, ReportRecipient recipient)
    {
        if (KindOf(report, recipient) is not { } kind)
        {
            return null;
        }

        // Key and time are the report's, which has them once it is recorded.
        return new DeliveryNotice(kind, ReportProof.Probable, "", default)
        {
            Recipient = Line(recipient.Address, SentMailEvent.RecipientMaxLength),
            OriginalRecipient = Line(recipient.OriginalRecipient, SentMailEvent.RecipientMaxLength),
            Status = Line(recipient.Status, SentMailEvent.StatusMaxLength),
            Words = Line(recipient.Diagnostic, SentMailEvent.WordsMaxLength),
            IsHard = recipient.IsHard && kind == DeliveryEvent.PermanentFail,
        };
    }

    private static DeliveryEvent? KindOf(MailReport report, ReportRecipient recipient) => report.Type switch
    {
        // "not-spam" takes a complaint back (RFC 6430).
        MailReportType.Feedback => report.FeedbackType == "not-spam" ? null : DeliveryEvent.Complained,
        MailReportType.DeliveryStatus => recipient.Action switch
        {
            "failed" => DeliveryEvent.PermanentFail,
            "delayed" => DeliveryEvent.TemporaryFail,
            "delivered" or "relayed" or "expanded" => DeliveryEvent.Delivered,
            _ => recipient.Status is { Length: > 0 } status ? ByClass(status[0]) : null,
        },
        _ => null,
    };

    private static DeliveryEvent? ByClass(char first) => first switch
    {
        '2' => DeliveryEvent.Delivered,
        '4' => DeliveryEvent.TemporaryFail,
        '5' => DeliveryEvent.PermanentFail,
        _ => null,
    };

    private static string? Line(string? text, int maxLength) => StorableText.Line(text, maxLength) is { Length: > 0 } line ? line : null;
}
