using System.Buffers;
using NUnit.Framework;
using Shouldly;

namespace Tickiti.Mail.Tests.Mime;

/// <summary>Asks a mail everything that can be asked.</summary>
internal static class Reading
{
    public static void Everything(ReadOnlyMemory<byte> raw)
    {
        var mail = MimeMessage.Parse(raw);
        Header(mail);
        Text(mail.TextBody);
        Text(mail.HtmlBody);
        mail.WriteTextBody(new ArrayBufferWriter<byte>()).ShouldBe(mail.TextBody is not null);
        mail.WriteHtmlBody(new ArrayBufferWriter<byte>()).ShouldBe(mail.HtmlBody is not null);
        foreach (var part in mail.LeafParts)
        {
            part.ToArray().LongLength.ShouldBe(part.DecodedLength);
            Text(part.FileName);
            Text(part.ContentId);
            Text(part.ReadText());
            part.ContentType.Parameters.ToList().ShouldAllBe(parameter => parameter.Key.Length > 0);
            _ = part.Message?.Subject;
        }

        mail.Attachments.ShouldAllBe(file => mail.LeafParts.Contains(file.Part));
        mail.Defects.ShouldAllBe(defect => defect.Offset >= 0 && defect.Offset <= raw.Length);
        Text(HtmlToText.Convert(mail.HtmlBody ?? ""));
        ContentHash.Compute(mail).Length.ShouldBe(32);
        MessageClassifier.MayAnswerAutomatically(mail).Reason?.Length.ShouldBeGreaterThan(0);
        Enum.IsDefined(MessageClassifier.Classify(mail)).ShouldBeTrue();
        _ = ReportReader.Read(mail);
        _ = mail.MailingList?.Id;
        Text(mail.ReadableText());
        string.Concat(ReplyFolder.Fold(mail).Select(span => span.Text)).ShouldBe(mail.ReadableText());
        var text = mail.TextBody ?? "";
        string.Concat(ReplyFolder.Fold(text).Select(span => span.Text)).ShouldBe(text);
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
            header.Raw.Length.ShouldBeGreaterThan(header.NameBytes.Length);
        }

        var people = mail.From.Concat(mail.To).Concat(mail.Cc).Concat(mail.Bcc).Concat(mail.ReplyTo);
        foreach (var person in people)
        {
            Text(person.Name);
            Text(person.Address);
        }

        foreach (var id in mail.References.Concat(mail.InReplyTo).Append(mail.MessageId))
        {
            Text(id);
        }
    }

    /// <summary>Valid Unicode without controls other than tab and line feed.</summary>
    private static void Text(string? text)
    {
        if (text is null)
        {
            return;
        }

        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]))
            {
                char.IsSurrogatePair(text, i++).ShouldBeTrue();
            }
            else if (char.IsControl(text[i]) && text[i] is not ('\t' or '\n'))
            {
                Assert.Fail($"Control U+{(int)text[i]:X4} at {i}.");
            }
        }
    }
}
