using System.Buffers;
using System.Globalization;
using System.Text;

namespace Tickiti.Mail;

/// <summary>A node of the tree that is written: leaf or multipart.</summary>
internal sealed class ComposedPart
{
    private const int LongestLine = 998;

    private readonly string _mediaType;
    private readonly string? _boundary;
    private readonly List<ComposedPart> _children = [];
    private readonly ReadOnlyMemory<byte> _content;
    private readonly TransferEncoding _encoding;
    private readonly ComposedFile? _file;

    private ComposedPart(string mediaType, string boundary, params IEnumerable<ComposedPart> children)
    {
        _mediaType = mediaType;
        _boundary = boundary;
        _children.AddRange(children);
    }

    private ComposedPart(string mediaType, ReadOnlyMemory<byte> content, TransferEncoding encoding, ComposedFile? file)
    {
        _mediaType = mediaType;
        _content = content;
        _encoding = encoding;
        _file = file;
    }

    public static ComposedPart Tree(MessageComposer mail, string boundary)
    {
        var count = 0;
        string Next() => string.Create(CultureInfo.InvariantCulture, $"{boundary}_{++count}");
        IEnumerable<ComposedPart> Files(List<ComposedFile> files) => files.Select(file => FilePart(file, mail, boundary));
        var inline = mail.Html is null ? [] : mail.Files.Where(file => file.ContentId is not null).ToList();
        var body = TextPart("text/plain", mail.Text ?? (mail.Html is null ? "" : HtmlToText.Convert(mail.Html)), mail, boundary);
        if (mail.Html is not null)
        {
            var html = TextPart("text/html", mail.Html, mail, boundary);
            var shown = inline.Count == 0
                ? html
                : new ComposedPart("multipart/related", Next(), Files(inline).Prepend(html));
            body = new ComposedPart("multipart/alternative", Next(), body, shown);
        }

        var attached = mail.Files.Except(inline).ToList();
        return attached.Count == 0
            ? body
            : new ComposedPart("multipart/mixed", Next(), Files(attached).Prepend(body));
    }

    public void WriteTo(HeaderWriter headers, IBufferWriter<byte> output)
    {
        WriteHeader(headers);
        output.Write("\r\n"u8);
        if (_boundary is null)
        {
            WriteContent(output);
            return;
        }

        foreach (var child in _children)
        {
            Delimiter(output, "\r\n");
            child.WriteTo(headers, output);
        }

        Delimiter(output, "--\r\n");
    }

    private static ComposedPart TextPart(string mediaType, string text, MessageComposer mail, string boundary)
    {
        var bytes = Encoding.UTF8.GetBytes(Crlf(text));
        var isClean = HasShortLines(bytes) && bytes.AsSpan().IndexOf("\nFrom "u8) < 0 && !bytes.AsSpan().StartsWith("From "u8)
            && bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(boundary)) < 0;
        var encoding = isClean && Ascii.IsValid(bytes) ? TransferEncoding.SevenBit
            : isClean && mail.AllowEightBit ? TransferEncoding.EightBit
            : QuotedPrintableEncoder.CountEscapes(bytes) * 2 <= bytes.Length / 3 ? TransferEncoding.QuotedPrintable
            : TransferEncoding.Base64;
        return new ComposedPart(mediaType, bytes, encoding, null);
    }

    /// <summary>Files are base64; an attached mail stays readable where it can (RFC 2046 §5.2.1).</summary>
    private static ComposedPart FilePart(ComposedFile file, MessageComposer mail, string boundary)
    {
        var content = file.Content.Span;
        var isMail = file.MediaType == "message/rfc822" && HasShortLines(content)
            && content.IndexOf(Encoding.ASCII.GetBytes(boundary)) < 0;
        var encoding = isMail && Ascii.IsValid(content) ? TransferEncoding.SevenBit
            : isMail && mail.AllowEightBit ? TransferEncoding.EightBit
            : TransferEncoding.Base64;
        return new ComposedPart(file.MediaType, file.Content, encoding, file);
    }

    private void WriteHeader(HeaderWriter headers)
    {
        headers.Begin("Content-Type");
        headers.Word(_mediaType);
        if (_boundary is not null)
        {
            headers.Parameter("boundary", _boundary);
            headers.End();
            return;
        }

        if (_file is null)
        {
            headers.Parameter("charset", "utf-8");
        }

        headers.End();
        headers.Tokens("Content-Transfer-Encoding", _encoding switch
        {
            TransferEncoding.SevenBit => "7bit",
            TransferEncoding.EightBit => "8bit",
            TransferEncoding.QuotedPrintable => "quoted-printable",
            _ => "base64",
        });
        if (_file is null)
        {
            return;
        }

        headers.Begin("Content-Disposition");
        headers.Word(_file.ContentId is null ? "attachment" : "inline");
        if (_file.FileName.Length > 0)
        {
            headers.Parameter("filename", _file.FileName);
        }

        headers.End();
        if (_file.ContentId is not null)
        {
            headers.Tokens("Content-ID", $"<{_file.ContentId}>");
        }
    }

    private void WriteContent(IBufferWriter<byte> output)
    {
        switch (_encoding)
        {
            case TransferEncoding.Base64:
                Base64Encoder.Encode(_content.Span, output);
                break;
            case TransferEncoding.QuotedPrintable:
                QuotedPrintableEncoder.Encode(_content.Span, output);
                break;
            default:
                TransferEncodings.Copy(_content.Span, output);
                break;
        }
    }

    private void Delimiter(IBufferWriter<byte> output, string end)
    {
        output.Write("\r\n--"u8);
        Encoding.ASCII.GetBytes(_boundary + end, output);
    }

    /// <summary>CRLF line ends, whatever the text has; NUL is not text.</summary>
    private static string Crlf(string text) =>
        text.ReplaceLineEndings("\n").Replace("\0", "", StringComparison.Ordinal).Replace("\n", "\r\n", StringComparison.Ordinal);

    private static bool HasShortLines(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var end = bytes.IndexOf((byte)'\n');
            var isBare = end == 0 || (end > 0 && bytes[end - 1] != '\r');
            if (isBare || (end < 0 ? bytes.Length : end - 1) > LongestLine || bytes[..Math.Max(end, 0)].Contains((byte)0))
            {
                return false;
            }

            bytes = end < 0 ? [] : bytes[(end + 1)..];
        }

        return true;
    }
}
