using System.Buffers;
using System.Globalization;
using System.Text;

namespace Tickiti.Mail;

/// <summary>A node of the tree that is written: leaf or multipart.</summary>
internal sealed class ComposedPart
{
    private const int LongestLine = 998;

    private readonly string _mediaType;
    private readonly List<(string Name, string Value)> _parameters = [];
    private readonly List<ComposedPart> _children = [];
    private readonly ReadOnlyMemory<byte> _content;
    private readonly TransferEncoding _encoding;
    private readonly ComposedFile? _file;

    private ComposedPart(string mediaType, string boundary, params IEnumerable<ComposedPart> children)
    {
        _mediaType = mediaType;
        _parameters.Add(("boundary", boundary));
        _children.AddRange(children);
        // RFC 2045 §6.4: the whole says what is in any of its parts.
        _encoding = _children.Any(child => child._encoding == TransferEncoding.EightBit)
            ? TransferEncoding.EightBit
            : TransferEncoding.SevenBit;
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
        IEnumerable<ComposedPart> Files(IEnumerable<ComposedFile> files) => files.Select(file => FilePart(file, mail, boundary));
        var inline = mail.Html is null ? [] : mail.Files.Where(file => file.ContentId is not null).ToList();
        var forms = new List<ComposedPart> { PlainPart(mail, boundary) };
        if (mail.Html is not null)
        {
            var html = TextPart("text/html", mail.Html, mail, boundary);
            forms.Add(inline.Count == 0 ? html : new ComposedPart("multipart/related", Next(), Files(inline).Prepend(html)));
        }

        if (mail.Calendar is { } calendar)
        {
            var invitation = TextPart("text/calendar", calendar.Content, mail, boundary);
            invitation._parameters.Add(("method", calendar.Method));
            forms.Add(invitation);
        }

        var body = forms.Count == 1 ? forms[0] : new ComposedPart("multipart/alternative", Next(), forms);
        var attached = mail.Files.Except(inline).ToList();
        return attached.Count == 0
            ? body
            : new ComposedPart("multipart/mixed", Next(), Files(attached).Prepend(body));
    }

    public void WriteTo(HeaderWriter headers, IBufferWriter<byte> output)
    {
        WriteHeader(headers);
        output.Write("\r\n"u8);
        if (_children.Count == 0)
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

    private static ComposedPart PlainPart(MessageComposer mail, string boundary)
    {
        var text = mail.Text ?? (mail.Html is null ? "" : HtmlToText.Convert(mail.Html));
        if (!mail.FlowsText)
        {
            return TextPart("text/plain", text, mail, boundary);
        }

        var flowed = TextPart("text/plain", FlowedText.Flow(Clean(text)), mail, boundary);
        flowed._parameters.Add(("format", "flowed"));
        return flowed;
    }

    private static ComposedPart TextPart(string mediaType, string text, MessageComposer mail, string boundary)
    {
        var bytes = Encoding.UTF8.GetBytes(Clean(text).Replace("\n", "\r\n", StringComparison.Ordinal));
        var isClean = HasPlainLines(bytes) && bytes.AsSpan().IndexOf("\nFrom "u8) < 0 && !bytes.AsSpan().StartsWith("From "u8)
            && bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(boundary)) < 0;
        var encoding = isClean && Ascii.IsValid(bytes) ? TransferEncoding.SevenBit
            : isClean && mail.AllowEightBit ? TransferEncoding.EightBit
            : QuotedPrintableEncoder.CountEscapes(bytes) * 2 <= bytes.Length / 3 ? TransferEncoding.QuotedPrintable
            : TransferEncoding.Base64;
        var part = new ComposedPart(mediaType, bytes, encoding, null);
        part._parameters.Add(("charset", "utf-8"));
        return part;
    }

    /// <summary>Files are base64; a mail within the mail may not be encoded (RFC 2046 §5.2.1).</summary>
    private static ComposedPart FilePart(ComposedFile file, MessageComposer mail, string boundary)
    {
        if (file.MediaType != ComposedFile.MailType)
        {
            return new ComposedPart(file.MediaType, file.Content, TransferEncoding.Base64, file);
        }

        var content = file.Content.Span;
        var isClean = HasPlainLines(content) && content.IndexOf(Encoding.ASCII.GetBytes(boundary)) < 0;
        return isClean && Ascii.IsValid(content)
                ? new ComposedPart(file.MediaType, file.Content, TransferEncoding.SevenBit, file)
            : isClean && mail.AllowEightBit
                ? new ComposedPart(file.MediaType, file.Content, TransferEncoding.EightBit, file)
            : new ComposedPart("application/octet-stream", file.Content, TransferEncoding.Base64, file);
    }

    private void WriteHeader(HeaderWriter headers)
    {
        headers.Begin("Content-Type");
        headers.Word(_mediaType);
        foreach (var (name, value) in _parameters)
        {
            headers.Parameter(name, value);
        }

        headers.End();
        if (_children.Count == 0 || _encoding == TransferEncoding.EightBit)
        {
            headers.Tokens("Content-Transfer-Encoding", NameOf(_encoding));
        }

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

    private static string NameOf(TransferEncoding encoding) => encoding switch
    {
        TransferEncoding.SevenBit => "7bit",
        TransferEncoding.EightBit => "8bit",
        TransferEncoding.QuotedPrintable => "quoted-printable",
        _ => "base64",
    };

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
        Encoding.ASCII.GetBytes(_parameters[0].Value + end, output);
    }

    /// <summary>What every reader makes of it: LF line ends, no controls.</summary>
    private static string Clean(string text) => TextCleaner.CleanString(text).ReplaceLineEndings("\n");

    /// <summary>Whether the lines may go over the wire as they are: ended by CRLF, not too long, without NUL.</summary>
    private static bool HasPlainLines(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var end = bytes.IndexOf("\r\n"u8);
            var line = end < 0 ? bytes : bytes[..end];
            if (line.Length > LongestLine || line.IndexOfAny("\r\n\0"u8) >= 0)
            {
                return false;
            }

            bytes = end < 0 ? [] : bytes[(end + 2)..];
        }

        return true;
    }
}
