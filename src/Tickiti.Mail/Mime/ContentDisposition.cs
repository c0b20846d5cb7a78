using System.Text;

namespace Tickiti.Mail;

/// <summary>A Content-Disposition (RFC 2183).</summary>
public sealed class ContentDisposition
{
    private readonly ReadOnlyMemory<byte> _parameters;

    private ContentDisposition(string kind, ReadOnlyMemory<byte> parameters)
    {
        Kind = kind;
        _parameters = parameters;
    }

    /// <summary>"attachment", "inline" or what else stands there, in small letters.</summary>
    public string Kind { get; }

    public bool IsAttachment => Kind == "attachment";

    public MimeParameters Parameters => field ??= new MimeParameters(_parameters);

    public override string ToString() => Kind;

    internal static ContentDisposition Parse(ReadOnlyMemory<byte> value)
    {
        var span = value.Span;
        var end = span.IndexOfAny(Bytes.WordEnd);
        var kind = (end < 0 ? span : span[..end]).Trim((byte)'"');
        var rest = end < 0 ? default : value[end..];
        if (Bytes.EqualsIgnoreCase(kind, "attachment"u8))
        {
            return new ContentDisposition("attachment", rest);
        }

        if (Bytes.EqualsIgnoreCase(kind, "inline"u8))
        {
            return new ContentDisposition("inline", rest);
        }

        // "filename=x" with no kind in front is an attachment's.
        return kind.Contains((byte)'=')
            ? new ContentDisposition("attachment", value)
            : new ContentDisposition(Encoding.Latin1.GetString(kind).ToLowerInvariant(), rest);
    }
}
