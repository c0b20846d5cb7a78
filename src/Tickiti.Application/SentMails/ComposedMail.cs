using Tickiti.Domain.Mailboxes;
using Tickiti.Domain.SentMails;
using Tickiti.Mail;

namespace Tickiti.Application.SentMails;

/// <summary>A mail as it goes over the wire. Composed anew for each attempt, with the same bytes each time.</summary>
/// <param name="SentMailId">Its row.</param>
/// <param name="ReturnPath">The envelope sender; null for the empty one.</param>
/// <param name="Recipients">Those this attempt is for, whatever the headers say.</param>
/// <param name="Bytes">The message.</param>
/// <param name="HasUtf8Headers">Only a server with SMTPUTF8 may have it.</param>
public sealed record ComposedMail(
    long SentMailId, string? ReturnPath, IReadOnlyList<SentMailRecipient> Recipients, byte[] Bytes, bool HasUtf8Headers)
{
    private const string UnknownMediaType = "application/octet-stream";

    /// <summary>Whether an address can stand in a header and in an envelope; what cannot is never sent to.</summary>
    public static bool CanReach(string address) => MailAddress.TryParse(address, out _);

    /// <param name="mail">With its recipients and attachments.</param>
    /// <param name="contents">The attachments' bytes by their SHA-256.</param>
    /// <param name="returnPath">As the mailbox says.</param>
    /// <exception cref="ArgumentException">Something in it cannot be written; the message says what.</exception>
    public static ComposedMail Of(SentMail mail, IReadOnlyDictionary<string, byte[]> contents, ReturnPath returnPath)
    {
        var composer = new MessageComposer(mail.MessageId, mail.CreatedAt)
        {
            Subject = mail.Subject,
            Html = mail.Html.Length == 0 ? null : mail.Html,
            Text = mail.Text.Length == 0 && mail.Html.Length > 0 ? null : mail.Text,
        };
        composer.From.Add(new MailAddress(mail.FromName, mail.FromAddress));
        composer.To.AddRange(Listed(mail, RecipientKind.To));
        composer.Cc.AddRange(Listed(mail, RecipientKind.Cc));
        if (mail.ReplyTo is not null)
        {
            composer.ReplyTo.Add(new MailAddress(mail.ReplyTo));
        }

        // Some programs make ids that are none; leaving one out costs a client the thread, refusing it costs the mail.
        if (mail.InReplyTo is { } answered && MessageIdCollection.CanHold(answered))
        {
            composer.InReplyTo.Add(answered);
        }

        composer.References.AddRange(mail.References.Where(MessageIdCollection.CanHold));
        if (mail.Automatic is { } automatic)
        {
            // RFC 3834 §5.
            composer.AddHeader("Auto-Submitted", automatic == AutomaticKind.Acknowledgement ? "auto-replied" : "auto-generated");
            composer.AddHeader("X-Auto-Response-Suppress", "All");
            composer.AddHeader(LoopHeader.Name, $"<{mail.MessageId}>");
        }

        foreach (var file in mail.Attachments.OrderBy(file => file.Ordinal))
        {
            composer.Files.Add(FileOf(file, contents[file.Sha256]));
        }

        composer.AllowUtf8Headers = composer.RequiresUtf8Headers;
        return new ComposedMail(
            mail.Id,
            ReturnPathOf(mail, returnPath),
            [.. mail.Waiting.Where(one => CanReach(one.Address)).OrderBy(one => one.Ordinal)],
            composer.ToArray(),
            composer.AllowUtf8Headers);
    }

    private static string? ReturnPathOf(SentMail mail, ReturnPath returnPath) => returnPath switch
    {
        Domain.Mailboxes.ReturnPath.Null when mail.Automatic is not null => null,
        Domain.Mailboxes.ReturnPath.Token => PlusAddress.Of(mail.FromAddress, mail.MessageId) ?? mail.FromAddress,
        _ => mail.FromAddress,
    };

    private static IEnumerable<MailAddress> Listed(SentMail mail, RecipientKind kind) =>
        mail.Recipients.Where(one => one.Kind == kind && CanReach(one.Address)).OrderBy(one => one.Ordinal)
            .Select(one => new MailAddress(one.Address));

    // A type that came by mail may be none; the file goes out all the same.
    private static ComposedFile FileOf(SentMailAttachment file, byte[] content)
    {
        try
        {
            return new ComposedFile(file.Name, file.MimeType, content, file.ContentId);
        }
        catch (ArgumentException)
        {
            return new ComposedFile(file.Name, UnknownMediaType, content);
        }
    }
}
