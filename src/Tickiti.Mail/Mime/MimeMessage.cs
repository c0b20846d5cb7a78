using System.Buffers;

namespace Tickiti.Mail;

/// <summary>
/// A mail as it came, read lazily over one buffer that must not change meanwhile. Reading never throws: what departs from
/// the standards is read as well as it can be and listed in <see cref="Defects"/>. For one thread at a time.
/// </summary>
public sealed class MimeMessage
{
    private readonly MimeSource _source;
    private readonly MimePart _root;
    private bool _hasTree;
    private MailBody? _content;
    private IReadOnlyList<Attachment>? _attachments;

    private MimeMessage(MimeSource source)
    {
        _source = source;
        var slots = HeaderScanner.Scan(source, 0, source.Raw.Length, isRoot: true, out var bodyStart);
        _root = new MimePart(source, 0, bodyStart, slots, fallback: null) { End = source.Raw.Length };
    }

    public ReadOnlyMemory<byte> Raw => _source.Raw;

    /// <summary>Everything in front of the body, with the blank line.</summary>
    public ReadOnlyMemory<byte> HeaderBlock => Raw[.._root.BodyStart];

    public HeaderList Headers => _root.Headers;

    /// <summary>Decoded; null where there is no Subject field.</summary>
    public string? Subject => field ??= Headers.TryFind("Subject"u8, out var header) ? header.Value : null;

    public IReadOnlyList<MailAddress> From => field ??= Addresses("From"u8);

    public MailAddress? Sender => Addresses("Sender"u8) is [var sender, ..] ? sender : null;

    public IReadOnlyList<MailAddress> ReplyTo => field ??= Addresses("Reply-To"u8);

    /// <summary>Groups are flattened into their members.</summary>
    public IReadOnlyList<MailAddress> To => field ??= Addresses("To"u8);

    public IReadOnlyList<MailAddress> Cc => field ??= Addresses("Cc"u8);

    public IReadOnlyList<MailAddress> Bcc => field ??= Addresses("Bcc"u8);

    /// <summary>Without angle brackets, as all ids here.</summary>
    public string? MessageId => field ??= MessageIds.First(Headers.ValueOf("Message-ID"u8));

    public IReadOnlyList<string> InReplyTo => field ??= MessageIds.Parse(Headers.ValueOf("In-Reply-To"u8));

    public IReadOnlyList<string> References => field ??= MessageIds.Parse(Headers.ValueOf("References"u8));

    public DateTimeOffset? Date => MailDate.Parse(Headers.ValueOf("Date"u8));

    /// <summary>The address in Return-Path; empty for the null sender of reports ("&lt;&gt;"), null where the field is missing.</summary>
    public string? ReturnPath =>
        Headers.TryFind("Return-Path"u8, out var header) ? AddressParser.ReadPath(header.ValueBytes) : null;

    /// <summary>What the list headers say; null where the mail came over no list.</summary>
    public MailingList? MailingList => field ??= MailingList.Read(Headers);

    /// <summary>The root of the tree of parts.</summary>
    public MimePart Body
    {
        get
        {
            if (!_hasTree)
            {
                _hasTree = true;
                MimeParser.ReadTree(_source, _root);
            }

            return _root;
        }
    }

    /// <summary>Every part that is no multipart, in order. An attached mail is one leaf.</summary>
    public IReadOnlyList<MimePart> LeafParts => Content.Leaves;

    /// <summary>What a person reads as plain text: the inline text parts joined. Null where the mail has none.</summary>
    public string? TextBody => Content.Text;

    /// <summary>What a person reads as HTML, as it came. Null where the mail has none.</summary>
    public string? HtmlBody => Content.Html;

    /// <summary>Every leaf that is not part of <see cref="TextBody"/> or <see cref="HtmlBody"/>.</summary>
    public IReadOnlyList<Attachment> Attachments => _attachments ??= Attachment.Of(Content);

    /// <summary>What was found so far with header and structure read.</summary>
    public IReadOnlyList<MimeDefect> Defects
    {
        get
        {
            _ = Body;
            return _source.Defects;
        }
    }

    private MailBody Content => _content ??= new MailBody(Body);

    public static MimeMessage Parse(ReadOnlyMemory<byte> raw, MimeLimits? limits = null) =>
        Parse(raw, limits ?? MimeLimits.Default, depth: 0);

    internal static MimeMessage Parse(ReadOnlyMemory<byte> raw, MimeLimits limits, int depth) =>
        new(new MimeSource(raw, limits, depth));

    /// <summary>Writes <see cref="TextBody"/> as UTF-8 without making a string of it; false where the mail has none.</summary>
    public bool WriteTextBody(IBufferWriter<byte> utf8) => Content.WriteText(utf8);

    /// <summary>What a person reads, as text: <see cref="TextBody"/>, else the HTML converted; empty where there is neither.</summary>
    public string ReadableText() => TextBody ?? (HtmlBody is { } html ? HtmlToText.Convert(html) : "");

    /// <summary>Writes <see cref="HtmlBody"/> as UTF-8 without making a string of it; false where the mail has none.</summary>
    public bool WriteHtmlBody(IBufferWriter<byte> utf8) => Content.WriteHtml(utf8);

    private List<MailAddress> Addresses(ReadOnlySpan<byte> name)
    {
        var found = new List<MailAddress>();
        foreach (var header in Headers)
        {
            if (header.Is(name))
            {
                AddressParser.Parse(header.ValueBytes, found, _source.Limits.MaxAddresses);
                if (found.Count >= _source.Limits.MaxAddresses)
                {
                    _source.Report(MimeDefectCode.TooManyAddresses, header.Offset);
                    break;
                }
            }
        }

        return found;
    }
}
