using System.Buffers;
using Tickiti.Mail;

namespace Tickiti.Testing.Mails;

/// <summary>Asks a mail everything that can be asked, and throws where an answer breaks what is promised of all.</summary>
public static class MailReading
{
    public static void Everything(ReadOnlyMemory<byte> raw)
    {
        var mail = MimeMessage.Parse(raw);
        Header(mail);
        Text(mail.TextBody);
        Text(mail.HtmlBody);
        Require(mail.WriteTextBody(new ArrayBufferWriter<byte>()) == mail.TextBody is not null, "WriteTextBody and TextBody differ");
        Require(mail.WriteHtmlBody(new ArrayBufferWriter<byte>()) == mail.HtmlBody is not null, "WriteHtmlBody and HtmlBody differ");
        foreach (var part in mail.LeafParts)
        {
            Part(part);
        }

        var leaves = mail.LeafParts.ToHashSet();
        Require(mail.Attachments.All(file => leaves.Contains(file.Part)), "an attachment is no leaf");
        Require(mail.Defects.All(defect => defect.Offset >= 0 && defect.Offset <= raw.Length), "a defect lies outside of the mail");
        Text(mail.ReadableText());
        Require(ContentHash.Compute(mail).Length == 32, "the hash is none");
        Require(MessageClassifier.MayAnswerAutomatically(mail) is { IsAllowed: true, Reason: null } or { IsAllowed: false, Reason.Length: > 0 }, "a reason without a no, or a no without one");
        Require(Enum.IsDefined(MessageClassifier.Classify(mail)), "the kind is none");
        Report(ReportReader.Read(mail));
        _ = mail.MailingList?.Id;
        Require(Joined(ReplyFolder.Fold(mail)) == mail.ReadableText(), "the spans are not the text");
    }

    private static void Header(MimeMessage mail)
    {
        Text(mail.Subject);
        _ = mail.Date;
        _ = mail.ReturnPath;
        _ = mail.Sender;
        foreach (var header in mail.Headers)
        {
            Text(header.Value);
            Require(header.Raw.Length > header.NameBytes.Length, "a header without a colon");
        }

        foreach (var person in mail.From.Concat(mail.To).Concat(mail.Cc).Concat(mail.Bcc).Concat(mail.ReplyTo))
        {
            Text(person.Name);
            Text(person.Address);
        }

        foreach (var id in mail.References.Concat(mail.InReplyTo).Append(mail.MessageId))
        {
            Text(id);
        }
    }

    private static void Part(MimePart part)
    {
        Require(part.ToArray().LongLength == part.DecodedLength, "the length is not that of the bytes");
        Text(part.FileName);
        Text(part.ContentId);
        Text(part.ReadText());
        Require(part.ContentType.Parameters.ToList().All(parameter => parameter.Key.Length > 0), "a parameter without a name");
        _ = part.Message?.Subject;
    }

    private static void Report(MailReport? report)
    {
        foreach (var recipient in report?.Recipients ?? [])
        {
            Text(recipient.Address);
            Text(recipient.Diagnostic);
        }

        Text(report?.OriginalMessageId);
    }

    private static string Joined(IEnumerable<ReplySpan> spans) => string.Concat(spans.Select(span => span.Text));

    /// <summary>Valid Unicode without controls other than tab and line feed.</summary>
    private static void Text(string? text)
    {
        for (var i = 0; i < text?.Length; i++)
        {
            if (char.IsSurrogate(text[i]))
            {
                Require(char.IsSurrogatePair(text, i++), "half a surrogate pair");
            }
            else
            {
                Require(!char.IsControl(text[i]) || text[i] is '\t' or '\n', "a control character");
            }
        }
    }

    private static void Require(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new InvalidOperationException(otherwise);
        }
    }
}
