using System.Buffers;

namespace Tickiti.Mail;

/// <summary>Files that were packed into another part, as parts of their own: a buffer with a header that says what they are.</summary>
internal static class UnpackedPart
{
    public static MimePart OfText(string? name, string mediaType, ReadOnlySpan<byte> content, string? charset) =>
        Of(name, mediaType, null, TransferEncoding.Binary, content, charset);

    public static MimePart Of(
        string? name,
        string? mediaType,
        string? contentId,
        TransferEncoding encoding,
        ReadOnlySpan<byte> content,
        string? charset = null)
    {
        using var bytes = new PooledBytes(content.Length + 512);
        var headers = new HeaderWriter(bytes, allowUtf8: true);
        headers.Begin("Content-Type");
        headers.Word(IsMediaType(mediaType) ? mediaType! : "application/octet-stream");
        if (charset is not null)
        {
            headers.Parameter("charset", charset);
        }

        headers.End();
        if (encoding == TransferEncoding.UuEncode)
        {
            headers.Tokens("Content-Transfer-Encoding", "x-uuencode");
        }

        if (!string.IsNullOrWhiteSpace(name))
        {
            headers.Begin("Content-Disposition");
            headers.Word("attachment");
            headers.Parameter("filename", HeaderText.Collapse(name));
            headers.End();
        }

        if (contentId is { Length: > 0 and < 200 } && contentId.AsSpan().IndexOfAnyExceptInRange('!', '~') < 0)
        {
            headers.Tokens("Content-ID", $"<{contentId.Trim('<', '>')}>");
        }

        bytes.Write("\r\n"u8);
        var bodyStart = bytes.Length;
        bytes.Write(content);
        var source = new MimeSource(bytes.Span.ToArray(), MimeLimits.Default, depth: 0);
        var slots = HeaderScanner.Scan(source, 0, bodyStart, isRoot: false, out _);
        return new MimePart(source, 0, bodyStart, slots, fallback: null) { End = source.Raw.Length };
    }

    private static bool IsMediaType(string? mediaType) =>
        mediaType is { Length: > 2 and < 100 } && mediaType.AsSpan().IndexOfAnyExceptInRange('!', '~') < 0
        && ContentType.TryParse(System.Text.Encoding.ASCII.GetBytes(mediaType), out var type) && !type.IsMultipart;
}
