using System.Buffers.Text;
using System.Text;
using Tickiti.Domain.Blobs;

namespace Tickiti.Application.Tickets;

/// <summary>A picture that stood in the content itself.</summary>
internal sealed record InlineImage(string ContentId, string Name, string MimeType, byte[] Content);

/// <summary>
/// Takes <c>data:</c> pictures out of content: they become attachments that the HTML shows by their content id (RFC 2392), which
/// mail programs show and sanitisers let through.
/// </summary>
internal static class InlineImages
{
    private const string Prefix = "data:image/";
    private const string Encoding = ";base64,";

    /// <summary>The content with references in the place of the pictures; what is no picture stays as it is.</summary>
    public static (string Html, IReadOnlyList<InlineImage> Images) Extract(string html)
    {
        if (!html.Contains(Prefix, StringComparison.OrdinalIgnoreCase))
        {
            return (html, []);
        }

        var images = new List<InlineImage>();
        var rest = new StringBuilder();
        var copied = 0;
        for (var at = html.IndexOf(Prefix, StringComparison.OrdinalIgnoreCase); at >= 0 && images.Count < ResponseFile.MaxCount;)
        {
            var end = at > 0 && html[at - 1] is '"' or '\'' && IsSource(html.AsSpan(0, at - 1)) ? html.IndexOf(html[at - 1], at) : -1;
            if (end > 0 && ImageIn(html.AsSpan(at, end - at)) is { } content && NameOf(content, images) is { } image)
            {
                rest.Append(html, copied, at - copied).Append("cid:").Append(image.ContentId);
                copied = end;
            }

            at = html.IndexOf(Prefix, Math.Max(end, at + 1), StringComparison.OrdinalIgnoreCase);
        }

        return (rest.Append(html, copied, html.Length - copied).ToString(), images);
    }

    private static bool IsSource(ReadOnlySpan<char> before)
    {
        before = before.TrimEnd();
        return before.EndsWith("=", StringComparison.Ordinal)
            && before[..^1].TrimEnd().EndsWith("src", StringComparison.OrdinalIgnoreCase);
    }

    private static byte[]? ImageIn(ReadOnlySpan<char> url)
    {
        var start = url.IndexOf(Encoding, StringComparison.OrdinalIgnoreCase);
        if (start < 0 || !Base64.IsValid(url[(start + Encoding.Length)..], out var length) || length > ResponseFile.MaxSize)
        {
            return null;
        }

        var content = new byte[length];
        return Convert.TryFromBase64Chars(url[(start + Encoding.Length)..], content, out var written) && written == length
            ? content
            : null;
    }

    // The type is what the bytes say, whatever the URL claims; a kind that can hold a script is none of them.
    private static InlineImage? NameOf(byte[] content, List<InlineImage> images)
    {
        var type = content.AsSpan() switch
        {
            [0x89, (byte)'P', (byte)'N', (byte)'G', ..] => "png",
            [0xFF, 0xD8, 0xFF, ..] => "jpeg",
            [(byte)'G', (byte)'I', (byte)'F', (byte)'8', ..] => "gif",
            [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => "webp",
            _ => null,
        };
        if (type is null)
        {
            return null;
        }

        var id = $"{Blob.HashOf(content).AsSpan(0, 32)}@tickiti";
        if (images.Find(one => one.ContentId == id) is { } same)
        {
            return same;
        }

        var image = new InlineImage(id, $"image-{images.Count + 1}.{(type == "jpeg" ? "jpg" : type)}", $"image/{type}", content);
        images.Add(image);
        return image;
    }
}
