using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Tickiti.Mail;

namespace Tickiti.Application.IncomingMails;

/// <summary>Prints how Tickiti reads a mail, or every mail of a folder: one JSON line each, without a database.</summary>
public static class InspectMail
{
    private static readonly HashSet<string> NoMail = new(StringComparer.OrdinalIgnoreCase)
    {
        ".json", ".jsonl", ".md", ".yml", ".py", ".html", ".expected",
    };

    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Answers 0, or 2 where there is no such file or folder.</summary>
    public static async Task<int> RunAsync(string path, TextWriter output, CancellationToken cancellationToken)
    {
        if (!File.Exists(path) && !Directory.Exists(path))
        {
            await output.WriteLineAsync($"No such file or folder: {path}".AsMemory(), cancellationToken);
            return 2;
        }

        var root = Directory.Exists(path) ? Path.GetFullPath(path) : Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";
        foreach (var file in Files(path))
        {
            var name = Path.GetRelativePath(root, file).Replace('\\', '/');
            var line = await DescribeAsync(name, file, cancellationToken);
            await output.WriteLineAsync(line.AsMemory(), cancellationToken);
        }

        await output.FlushAsync(cancellationToken);
        return 0;
    }

    private static IEnumerable<string> Files(string path) =>
        File.Exists(path)
            ? [path]
            : Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
                .Where(file => !NoMail.Contains(Path.GetExtension(file)))
                .Order(StringComparer.Ordinal);

    private static async Task<string> DescribeAsync(string name, string file, CancellationToken cancellationToken)
    {
        try
        {
            return Describe(name, await File.ReadAllBytesAsync(file, cancellationToken));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return JsonSerializer.Serialize(new { file = name, error = e.Message });
        }
    }

    private static string Describe(string file, byte[] raw)
    {
        var buffer = new ArrayBufferWriter<byte>(raw.Length + 1024);
        using (var json = new Utf8JsonWriter(buffer, Json))
        {
            var mail = MimeMessage.Parse(raw);
            json.WriteStartObject();
            json.WriteString("file", file);
            Header(json, mail);
            json.WriteString("text", mail.TextBody);
            json.WriteString("html", mail.HtmlBody);
            Parts(json, "attachments", mail.Attachments.Select(attachment => attachment.Part));
            Parts(json, "parts", mail.LeafParts);
            json.WriteString("kind", JsonNamingPolicy.SnakeCaseLower.ConvertName(MessageClassifier.Classify(mail).ToString()));
            json.WriteBoolean("auto_reply_allowed", MessageClassifier.MayAnswerAutomatically(mail).IsAllowed);
            Reply(json, mail);
            Report(json, mail);
            Defects(json, mail);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Header(Utf8JsonWriter json, MimeMessage mail)
    {
        json.WriteString("subject", mail.Subject);
        People(json, "from", mail.From);
        People(json, "to", mail.To);
        People(json, "cc", mail.Cc);
        json.WriteString("message_id", mail.MessageId);
        json.WriteString("in_reply_to", mail.InReplyTo.Count > 0 ? mail.InReplyTo[0] : null);
        json.WriteStartArray("references");
        foreach (var id in mail.References)
        {
            json.WriteStringValue(id);
        }

        json.WriteEndArray();
        if (mail.Date is { } date)
        {
            json.WriteString("date", date.UtcDateTime);
        }
        else
        {
            json.WriteNull("date");
        }
    }

    private static void People(Utf8JsonWriter json, string name, IReadOnlyList<MailAddress> people)
    {
        json.WriteStartArray(name);
        foreach (var person in people)
        {
            json.WriteStartObject();
            json.WriteString("name", person.Name);
            json.WriteString("address", person.Address);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Parts(Utf8JsonWriter json, string name, IEnumerable<MimePart> parts)
    {
        json.WriteStartArray(name);
        foreach (var part in parts)
        {
            var content = part.ToArray();
            json.WriteStartObject();
            json.WriteString("name", part.FileName);
            json.WriteString("content_type", part.ContentType.MediaType);
            json.WriteNumber("size", content.Length);
            json.WriteString("sha256", Convert.ToHexStringLower(SHA256.HashData(content)));
            json.WriteString("content_id", part.ContentId);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Reply(Utf8JsonWriter json, MimeMessage mail)
    {
        json.WriteStartObject("reply");
        json.WriteStartArray("spans");
        foreach (var span in ReplyFolder.Fold(mail))
        {
            json.WriteStartObject();
            json.WriteString("kind", span.Kind == ReplySpanKind.Visible ? "visible" : "folded");
            json.WriteString("text", span.Text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Report(Utf8JsonWriter json, MimeMessage mail)
    {
        if (ReportReader.Read(mail) is not { } report)
        {
            json.WriteNull("report");
            return;
        }

        json.WriteStartObject("report");
        json.WriteString("type", JsonNamingPolicy.SnakeCaseLower.ConvertName(report.Type.ToString()));
        json.WriteString("original_message_id", report.OriginalMessageId);
        json.WriteStartArray("recipients");
        foreach (var recipient in report.Recipients)
        {
            json.WriteStartObject();
            json.WriteString("address", recipient.Address);
            json.WriteString("action", recipient.Action);
            json.WriteString("status", recipient.Status);
            json.WriteString("diagnostic", recipient.Diagnostic);
            json.WriteBoolean("hard", recipient.IsHard);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Defects(Utf8JsonWriter json, MimeMessage mail)
    {
        json.WriteStartArray("defects");
        foreach (var defect in mail.Defects)
        {
            json.WriteStartObject();
            json.WriteString("code", JsonNamingPolicy.SnakeCaseLower.ConvertName(defect.Code.ToString()));
            json.WriteNumber("offset", defect.Offset);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
