using Tickiti.Application.Common;
using Tickiti.Application.SentMails;
using Tickiti.Domain.Blobs;
using Tickiti.Domain.Common;
using Tickiti.Domain.IncomingMails;
using Tickiti.Domain.Tickets;
using Tickiti.Mail;

namespace Tickiti.Application.IncomingMails;

/// <summary>
/// Everything that the intake asks of a mail, read once, away from socket and database: deciding and writing are cheap then,
/// and a mail that makes the reader stumble has done so before anything is staged.
/// </summary>
public sealed record ParsedMail(FetchedMail Fetched)
{
    /// <summary>Grows with each change of the reader that may read what it could not before: the quarantine is retried then.</summary>
    public const int ReaderVersion = 1;

    private const string MadeDomain = "@without-message-id.invalid";

    /// <summary>Longer bodies are cut in the ticket with a line that says so; the raw mail is whole.</summary>
    private const int MaxBodyLength = 2_000_000;

    private const int MaxAttachedHeader = 256 * 1024;

    /// <summary>Why it could not be read; null where it could.</summary>
    public QuarantineReason? Failure { get; init; }

    public string RawSha256 { get; init; } = "";

    /// <summary>Over the bytes without what transport adds on the way; empty where only the header came.</summary>
    public string ContentHash { get; init; } = "";

    public string MessageId { get; init; } = "";

    /// <summary>The sender's own; null where <see cref="MessageId"/> is one that we made.</summary>
    public string? SendersMessageId => MessageId.EndsWith(MadeDomain, StringComparison.Ordinal) ? null : MessageId;

    /// <summary>In-Reply-To, then References from the right: the nearest ancestor first.</summary>
    public IReadOnlyList<string> Ancestors { get; init; } = [];

    /// <summary>Null where the mail has no usable From.</summary>
    public EmailAddress? From { get; init; }

    /// <summary>Everyone that From and Sender name.</summary>
    public IReadOnlyList<EmailAddress> Senders { get; init; } = [];

    public EmailAddress? ReplyTo { get; init; }

    public IReadOnlyList<EmailAddress> To { get; init; } = [];

    public IReadOnlyList<EmailAddress> Cc { get; init; } = [];

    /// <summary>What servers on the way noted about the address written to.</summary>
    public IReadOnlyList<EmailAddress> DeliveredTo { get; init; } = [];

    public string Subject { get; init; } = "";

    public DateTimeOffset? Date { get; init; }

    public string Text { get; init; } = "";

    /// <summary>Where <see cref="Text"/>, made from HTML, holds what the HTML marks as quoted.</summary>
    public IReadOnlyList<Range> Quoted { get; init; } = [];

    public string Html { get; init; } = "";

    public IReadOnlyList<ParsedAttachment> Attachments { get; init; } = [];

    /// <summary>Who wrote the first mail that is attached to it.</summary>
    public string? AttachedSender { get; init; }

    public MessageKind Kind { get; init; }

    public AutomaticAnswer MayAnswer { get; init; }

    /// <summary>What it reports; null where it is no report.</summary>
    public ParsedReport? Report { get; init; }

    /// <summary>What <see cref="LoopHeader"/> says; null where it is missing.</summary>
    public string? Loop { get; init; }

    public IReadOnlyList<string> AuthenticationResults { get; init; } = [];

    public IReadOnlyList<MimeDefectCode> Defects { get; init; } = [];

    public MailSource Source => Fetched.Listed.Source;

    public string SenderKey => From?.Key ?? Ticket.UnknownOriginator;

    public static ParsedMail Read(FetchedMail fetched)
    {
        var message = MimeMessage.Parse(fetched.Raw);
        if (fetched.Outcome == FetchOutcome.TooLarge)
        {
            return Envelope(fetched, message, "") with { Failure = QuarantineReason.TooLarge(fetched.Listed.Source.Size) };
        }

        var html = message.HtmlBody;
        var quoted = new List<Range>();
        var text = message.TextBody ?? HtmlToText.Convert(html ?? "", quoted).TrimEnd('\n');
        var kind = MessageClassifier.Classify(message);
        var attachments = message.Attachments.Select(ParsedAttachment.Read).ToList();
        return Envelope(fetched, message, Convert.ToHexStringLower(Mail.ContentHash.Compute(message))) with
        {
            RawSha256 = Blob.HashOf(fetched.Raw),
            Text = Body(text),
            Quoted = quoted,
            Html = Body(html ?? ContentText.ToHtml(text)),
            Attachments = attachments,
            AttachedSender = SenderOf(attachments.Find(file => file.MimeType == "message/rfc822")),
            Kind = kind,
            Report = kind is MessageKind.Bounce or MessageKind.Report or MessageKind.SpamReport ? ParsedReport.Read(message) : null,
            MayAnswer = MessageClassifier.MayAnswerAutomatically(message),
            Defects = [.. message.Defects.Select(defect => defect.Code).Distinct()],
        };
    }

    /// <summary>Reads, whatever it is; a reader that hangs is left to itself, because a thread cannot be stopped.</summary>
    public static async Task<ParsedMail> ReadWithinAsync(
        FetchedMail fetched, TimeSpan time, TimeProvider clock, CancellationToken cancellationToken)
    {
        try
        {
            return await Task.Run(() => Read(fetched), cancellationToken).WaitAsync(time, clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            return Unreadable(fetched, QuarantineReason.TimedOut(time));
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            return Unreadable(fetched, QuarantineReason.Unreadable(exception));
        }
    }

    /// <summary>What can be told of a mail that cannot be read: its bytes, and why.</summary>
    public static ParsedMail Unreadable(FetchedMail fetched, QuarantineReason reason)
    {
        var sha256 = Blob.HashOf(fetched.Raw);

        // A header alone is not the mail: stored as its bytes, a retry would make a ticket without a body of it.
        return new ParsedMail(fetched)
        {
            Failure = reason,
            RawSha256 = fetched.Outcome == FetchOutcome.Complete ? sha256 : "",
            MessageId = MadeFrom(sha256),
        };
    }

    private static ParsedMail Envelope(FetchedMail fetched, MimeMessage message, string contentHash)
    {
        var messageId = StorableText.Line(message.MessageId, IncomingMail.MessageIdMaxLength);
        return new ParsedMail(fetched)
        {
            ContentHash = contentHash,
            MessageId = messageId.Length > 0 ? messageId : MadeFrom(contentHash.Length > 0 ? contentHash : fetched.Listed.Source.Key),
            Ancestors = [.. message.InReplyTo.Concat(message.References.Reverse()).Distinct(StringComparer.Ordinal)],
            From = message.From is [var from, ..] ? Address(from) : null,
            Senders = Addresses([.. message.From, .. message.Sender is { } sender ? [sender] : (IEnumerable<MailAddress>)[]]),
            ReplyTo = message.ReplyTo is [var replyTo, ..] ? Address(replyTo) : null,
            To = Addresses(message.To),
            Cc = Addresses(message.Cc),
            DeliveredTo = DeliveredToOf(message),
            Subject = StorableText.Line(message.Subject, IncomingMail.SubjectMaxLength),
            Date = message.Date,
            Loop = message.Headers[LoopHeader.Name],
            AuthenticationResults = [.. Tickiti.Mail.AuthenticationResults.FieldsOf(message)],
        };
    }

    // The header is enough, and a body can be large.
    private static string? SenderOf(ParsedAttachment? mail) => mail is not null
        && MimeMessage.Parse(mail.Content.AsMemory(0, Math.Min(mail.Content.Length, MaxAttachedHeader))).From is [var from, ..]
            ? from.Address
            : null;

    private static string MadeFrom(string hash) => $"{hash[..40]}{MadeDomain}";

    private static string Body(string body) => body.Length <= MaxBodyLength
        ? StorableText.Lines(body, MaxBodyLength)
        : $"{StorableText.Lines(body, MaxBodyLength)}\n[…]";

    private static List<EmailAddress> DeliveredToOf(MimeMessage message)
    {
        var found = new List<EmailAddress>();
        foreach (var name in (ReadOnlySpan<string>)["Delivered-To", "X-Original-To", "Envelope-To"])
        {
            foreach (var header in message.Headers.All(name))
            {
                if (EmailAddress.TryParse(header.Value.Trim('<', '>', ' '), out var address))
                {
                    found.Add(address);
                }
            }
        }

        return found;
    }

    private static List<EmailAddress> Addresses(IReadOnlyList<MailAddress> addresses) =>
        [.. addresses.Select(Address).OfType<EmailAddress>().DistinctBy(address => address.Key)];

    private static EmailAddress? Address(MailAddress address) =>
        EmailAddress.TryParse(address.Address, out var parsed) ? parsed : null;
}

/// <summary>A file of a mail, decoded.</summary>
public sealed record ParsedAttachment(string Name, string MimeType, string Sha256, byte[] Content, bool IsInline, string? ContentId)
{
    internal static ParsedAttachment Read(Mail.Attachment file)
    {
        var content = file.Part.ToArray();
        var name = StorableText.Line(file.FileName, Domain.Tickets.Attachment.NameMaxLength);
        var contentId = StorableText.Line(file.ContentId, Domain.Tickets.Attachment.ContentIdMaxLength);
        return new ParsedAttachment(
            name.Length > 0 ? name : NameOf(file.MediaType),
            StorableText.Line(file.MediaType, Domain.Tickets.Attachment.MimeTypeMaxLength),
            Blob.HashOf(content),
            content,
            file.IsInline,
            contentId.Length > 0 ? contentId : null);
    }

    private static string NameOf(string mediaType) => mediaType switch
    {
        "message/rfc822" => "message.eml",
        "text/plain" => "text.txt",
        "text/html" => "page.html",
        "text/calendar" => "invitation.ics",
        _ => "attachment",
    };
}

/// <summary>Why a mail is in quarantine: a code for programs, a sentence for people; never a body or a stack.</summary>
public sealed record QuarantineReason(string Code, string Sentence)
{
    private const int MaxSentence = 500;

    public static QuarantineReason TooLarge(long size) => new("too_large", $"{size} bytes are above the limit.");

    public static QuarantineReason TimedOut(TimeSpan budget) => new("timed_out", $"Reading it took longer than {budget.TotalSeconds:0} s.");

    public static QuarantineReason Unreadable(Exception exception) => new("unreadable", SentenceOf(exception));

    public static QuarantineReason NotStored(Exception exception) => new("not_stored", SentenceOf(exception));

    private static string SentenceOf(Exception exception) =>
        StorableText.Line($"{exception.GetType().Name}: {exception.Message}", MaxSentence);
}
