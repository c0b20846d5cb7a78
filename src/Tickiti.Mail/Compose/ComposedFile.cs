namespace Tickiti.Mail;

/// <summary>A file of a mail to be written; with a Content-ID it is shown inline where the HTML says "cid:…".</summary>
public sealed class ComposedFile
{
    internal const string MailType = "message/rfc822";

    public ComposedFile(string fileName, string mediaType, ReadOnlyMemory<byte> content, string? contentId = null)
    {
        ArgumentNullException.ThrowIfNull(fileName);
        ArgumentNullException.ThrowIfNull(mediaType);
        FileName = FileNames.Clean(HeaderText.Collapse(fileName));
        MediaType = RequireMediaType(mediaType);
        Content = content;
        ContentId = contentId is null ? null : RequireContentId(contentId);
    }

    public string FileName { get; }

    public string MediaType { get; }

    public ReadOnlyMemory<byte> Content { get; }

    public string? ContentId { get; }

    /// <summary>
    /// A mail that is forwarded as it came. It travels as a mail (RFC 2046 §5.2.1) where its lines can go over the wire as they
    /// are; else as a file of the same bytes, for a mail within a mail may not be encoded. Where all its lines end in LF, they
    /// end in CRLF from here on.
    /// </summary>
    public static ComposedFile Forwarded(ReadOnlyMemory<byte> mail, string fileName = "forwarded.eml") =>
        new(fileName, MailType, mail.Span.Contains((byte)'\r') ? mail : WithCrlf(mail.Span));

    private static byte[] WithCrlf(ReadOnlySpan<byte> text)
    {
        var result = new byte[text.Length + text.Count((byte)'\n')];
        var length = 0;
        foreach (var value in text)
        {
            if (value == '\n')
            {
                result[length++] = (byte)'\r';
            }

            result[length++] = value;
        }

        return result;
    }

    private static string RequireMediaType(string mediaType)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(mediaType);
        return ContentType.TryParse(bytes, out var parsed) && parsed.MediaType.Length == mediaType.Length
            && !parsed.IsMultipart && mediaType.AsSpan().IndexOfAnyExceptInRange('!', '~') < 0
            ? parsed.MediaType
            : throw new ArgumentException("Not a media type such as image/png.", nameof(mediaType));
    }

    private static string RequireContentId(string id)
    {
        var bare = id.StartsWith('<') && id.EndsWith('>') ? id[1..^1] : id;
        return bare.Length is > 0 and <= 200 && bare.AsSpan().IndexOfAnyExceptInRange('!', '~') < 0
            && bare.AsSpan().IndexOfAny("<>\"'%") < 0
            ? bare
            : throw new ArgumentException("A Content-ID is printable ASCII without spaces, quotes and angle brackets.", nameof(id));
    }
}
