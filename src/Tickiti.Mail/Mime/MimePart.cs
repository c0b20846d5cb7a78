using System.Buffers;
using System.Text;

namespace Tickiti.Mail;

/// <summary>
/// A node of the MIME tree: slices of the one buffer, decoded when asked. Like <see cref="MimeMessage"/>, for one thread at a time.
/// </summary>
public sealed class MimePart
{
    // The pool keeps what it once gave away: not for contents of many megabytes.
    private const int LargestPooled = 1024 * 1024;

    private readonly MimeSource _source;
    private ContentType? _contentType;
    private int _length = -1;

    internal MimePart(MimeSource source, int start, int bodyStart, HeaderSlot[] slots, ContentType? fallback)
    {
        _source = source;
        Start = start;
        BodyStart = bodyStart;
        Headers = new HeaderList(source, slots);
        _contentType = ReadContentType(fallback);
    }

    public HeaderList Headers { get; }

    public ContentType ContentType => _contentType ??= ContentType.TextPlain;

    public ContentDisposition? Disposition =>
        field ??= Headers.TryFind("Content-Disposition"u8, out var header)
            ? ContentDisposition.Parse(Trimmed(header))
            : null;

    /// <summary>Without angle brackets, percent signs decoded; null where there is none.</summary>
    public string? ContentId => field ??= MessageIds.First(Headers.ValueOf("Content-ID"u8));

    public TransferEncoding TransferEncoding =>
        TransferEncodings.Parse(Headers.ValueOf("Content-Transfer-Encoding"u8));

    /// <summary>
    /// The name given to the file, decoded, and cleaned by <see cref="FileNames.Clean"/>; null where there is none.
    /// </summary>
    public string? FileName => field ??= ReadFileName();

    /// <summary>The parts of a multipart; empty for all else. An attached mail is a leaf, see <see cref="Message"/>.</summary>
    public IReadOnlyList<MimePart> Children { get; internal set; } = [];

    public bool IsMultipart => Children.Count > 0;

    /// <summary>The part with its header, exactly as it came.</summary>
    public ReadOnlyMemory<byte> Raw => _source.Raw[Start..End];

    /// <summary>The content as it came, still encoded, without the line break that belongs to the boundary.</summary>
    public ReadOnlyMemory<byte> RawContent => _source.Raw[BodyStart..End];

    /// <summary>Where the part begins in <see cref="MimeMessage.Raw"/>.</summary>
    public int Offset => Start;

    /// <summary>Bytes of the content when decoded; found by decoding it to nowhere once.</summary>
    public long DecodedLength
    {
        get
        {
            if (_length < 0)
            {
                if (IsIdentity)
                {
                    _length = RawContent.Length;
                }
                else
                {
                    using var counter = new CountingWriter();
                    Decode(counter);
                    _length = counter.Count;
                }
            }

            return _length;
        }
    }

    /// <summary>The attached mail of a message/rfc822 (or message/global) part, else null.</summary>
    public MimeMessage? Message => field ??= ReadMessage();

    /// <summary>A multipart in whose content no boundary was found.</summary>
    internal bool LacksParts { get; set; }

    internal int Start { get; }

    internal int BodyStart { get; }

    internal int End { get; set; }

    internal bool IsIdentity =>
        TransferEncoding is TransferEncoding.SevenBit or TransferEncoding.EightBit or TransferEncoding.Binary;

    internal bool IsMessage => ContentType.MediaType is "message/rfc822" or "message/global" or "message/news";

    /// <summary>A mail that a report gives back, or its header alone (RFC 6522 §3); also under the names that servers misspell.</summary>
    internal bool IsReturned =>
        IsMessage || ContentType.MediaType is "text/rfc822-headers" or "text/rfc822-header" or "message/rfc822-headers"
            or "message/global-headers";

    /// <summary>Outlook's winmail.dat, whatever it is declared as.</summary>
    internal bool IsTnef =>
        ContentType.MediaType is "application/ms-tnef" or "application/vnd.ms-tnef"
        || TnefReader.IsTnef(RawContent.Span)
        || string.Equals(FileName, "winmail.dat", StringComparison.OrdinalIgnoreCase);

    /// <summary>Text that a person may read as the mail itself; elsewhere than at its root a name makes it a file.</summary>
    internal bool IsReadable =>
        ContentType.MediaType is "text/plain" or "text/html" or "text/enriched" or "text/markdown"
        && Disposition is not { IsAttachment: true };

    /// <summary>Writes the decoded content, in pieces of bounded size.</summary>
    public void Decode(IBufferWriter<byte> output) =>
        TransferEncodings.Decode(TransferEncoding, RawContent.Span, output);

    public void Decode(Stream output)
    {
        if (IsIdentity)
        {
            output.Write(RawContent.Span);
            return;
        }

        using var writer = new StreamWriterBuffer(output);
        Decode(writer);
        writer.Flush();
    }

    public byte[] ToArray()
    {
        if (IsIdentity)
        {
            return RawContent.ToArray();
        }

        if (RawContent.Length > LargestPooled)
        {
            // Decoded twice, once to nowhere, so that an array of the right length is all the memory it takes.
            var content = GC.AllocateUninitializedArray<byte>((int)DecodedLength);
            Decode(new MemoryStream(content));
            return content;
        }

        using var bytes = new PooledBytes(RawContent.Length);
        Decode(bytes);
        return bytes.Span.ToArray();
    }

    /// <summary>The content as text: declared charset → UTF-8 → windows-1252, LF line ends, no controls, format=flowed joined.</summary>
    public string ReadText()
    {
        var text = new CharBuffer(stackalloc char[512]);
        try
        {
            AppendText(ref text);
            return new string(text.Written);
        }
        finally
        {
            text.Dispose();
        }
    }

    /// <summary>The same text as <see cref="ReadText"/>, as UTF-8 and without a string in between.</summary>
    public void WriteText(IBufferWriter<byte> utf8)
    {
        var text = new CharBuffer(stackalloc char[512]);
        try
        {
            AppendText(ref text);
            Encoding.UTF8.GetBytes(text.Written, utf8);
        }
        finally
        {
            text.Dispose();
        }
    }

    internal void AppendText(ref CharBuffer text)
    {
        var start = text.Length;
        if (IsIdentity)
        {
            AppendText(RawContent.Span, ref text);
        }
        else
        {
            using var bytes = new PooledBytes(RawContent.Length);
            Decode(bytes);
            AppendText(bytes.Span, ref text);
        }

        text.Length = start + TextCleaner.Clean(text.Written[start..]);
        if (ContentType.MediaType == "text/plain"
            && Bytes.EqualsIgnoreCase(ContentType.Parameters.Token("format"u8), "flowed"u8))
        {
            var deletesSpaces = Bytes.EqualsIgnoreCase(ContentType.Parameters.Token("delsp"u8), "yes"u8);
            text.Length = start + FlowedText.Unflow(text.Written[start..], deletesSpaces);
        }
    }

    private void AppendText(ReadOnlySpan<byte> bytes, ref CharBuffer text)
    {
        var charset = ContentType.Parameters.Token("charset"u8);
        if (charset.IsEmpty && ContentType.MediaType == "text/html")
        {
            charset = CharsetName.OfHtml(bytes);
        }

        if (bytes.StartsWith("\uFEFF"u8))
        {
            bytes = bytes[3..];
            charset = "utf-8"u8;
        }

        Charsets.Decode(bytes, charset, ref text);
    }

    private ContentType? ReadContentType(ContentType? fallback)
    {
        if (!Headers.TryFind("Content-Type"u8, out var header))
        {
            return fallback;
        }

        if (!ContentType.TryParse(Trimmed(header), out var type))
        {
            _source.Report(MimeDefectCode.InvalidContentType, header.Offset);
        }

        return type;
    }

    private string? ReadFileName()
    {
        var name = Disposition?.Parameters.Find("filename"u8);
        if (string.IsNullOrWhiteSpace(name))
        {
            name = ContentType.Parameters.Find("name"u8);
        }

        return string.IsNullOrWhiteSpace(name) ? null : FileNames.Clean(name);
    }

    private MimeMessage? ReadMessage()
    {
        if (!IsMessage || _source.Depth + 1 > _source.Limits.MaxDepth)
        {
            return null;
        }

        var raw = IsIdentity ? RawContent : ToArray();
        return MimeMessage.Parse(raw, _source.Limits, _source.Depth + 1);
    }

    private static ReadOnlyMemory<byte> Trimmed(Header header) => header.RawValue.Trim(" \t\r\n"u8);
}
