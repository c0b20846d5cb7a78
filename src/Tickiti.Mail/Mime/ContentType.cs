using System.Buffers;
using System.Text;

namespace Tickiti.Mail;

/// <summary>A Content-Type (RFC 2045 §5); what cannot be read as one is text/plain.</summary>
public sealed class ContentType
{
    private static readonly SearchValues<byte> NeverInSubtype = SearchValues.Create("/=\"<>@,:"u8);

    private static readonly string[] Common =
    [
        "text/plain", "text/html", "multipart/mixed", "multipart/alternative", "multipart/related", "multipart/report",
        "multipart/signed", "message/rfc822", "message/delivery-status", "text/rfc822-headers", "image/png",
        "image/jpeg",
        "image/gif", "application/octet-stream", "application/pdf", "text/calendar", "application/zip",
    ];

    private readonly ReadOnlyMemory<byte> _parameters;

    private ContentType(string mediaType, ReadOnlyMemory<byte> parameters)
    {
        MediaType = mediaType;
        _parameters = parameters;
    }

    internal static ContentType TextPlain { get; } = new("text/plain", default);

    internal static ContentType Rfc822 { get; } = new("message/rfc822", default);

    /// <summary>Type and subtype in small letters: "text/html".</summary>
    public string MediaType { get; }

    public string Type => MediaType[..MediaType.IndexOf('/')];

    public string Subtype => MediaType[(MediaType.IndexOf('/') + 1)..];

    public MimeParameters Parameters => field ??= new MimeParameters(_parameters);

    public string? Charset => Parameters["charset"];

    public bool IsText => MediaType.StartsWith("text/", StringComparison.Ordinal);

    public bool IsMultipart => MediaType.StartsWith("multipart/", StringComparison.Ordinal);

    public override string ToString() => MediaType;

    /// <summary>False where the value is no media type; what it says of name and charset is kept.</summary>
    internal static bool TryParse(ReadOnlyMemory<byte> value, out ContentType type)
    {
        var span = value.Span;
        var end = span.IndexOfAny(Bytes.WordEnd);
        var name = end < 0 ? span : span[..end];
        var rest = end < 0 ? default : value[end..];
        foreach (var common in Common)
        {
            if (Ascii.EqualsIgnoreCase(name, common))
            {
                type = new ContentType(common, rest);
                return true;
            }
        }

        var slash = name.IndexOf((byte)'/');
        if (name.SequenceEqual("text"u8))
        {
            type = new ContentType("text/plain", rest);
            return true;
        }

        if (slash <= 0 || slash == name.Length - 1 || name.Length > 200 || !Ascii.IsValid(name)
            || name[(slash + 1)..].IndexOfAny(NeverInSubtype) >= 0)
        {
            var isFile = !new MimeParameters(rest).Token("name"u8).IsEmpty;
            type = new ContentType(isFile ? "application/octet-stream" : "text/plain", rest);
            return false;
        }

        type = new ContentType(Encoding.ASCII.GetString(name).ToLowerInvariant(), rest);
        return true;
    }
}
