using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Tickiti.Mail;

/// <summary>
/// Writes a mail. The bytes depend on what was set and on nothing else: written twice, or to another kind of target, they are
/// the same. Nothing that is set can add a header or end one: ids, addresses and custom headers with a line break are
/// refused (<see cref="ArgumentException"/>), in names and subjects white space of any kind becomes one space.
/// </summary>
public sealed class MessageComposer
{
    /// <summary>RFC 5322 §2.1.1.</summary>
    private const int LongestLine = 998;

    private static readonly HashSet<string> Own = new(StringComparer.OrdinalIgnoreCase)
    {
        "From", "Sender", "Reply-To", "To", "Cc", "Bcc", "Subject", "Date", "Message-ID", "In-Reply-To", "References",
        "MIME-Version", "Content-Type", "Content-Transfer-Encoding", "Content-Disposition", "Content-ID",
    };

    private readonly List<(string Name, string Value)> _headers = [];
    private string _messageId;

    public MessageComposer(string messageId, DateTimeOffset date)
    {
        _messageId = HeaderText.RequireId(messageId);
        Date = date;
    }

    /// <summary>Without angle brackets.</summary>
    public string MessageId
    {
        get => _messageId;
        set => _messageId = HeaderText.RequireId(value);
    }

    public DateTimeOffset Date { get; set; }

    public AddressCollection From { get; } = [];

    public MailAddress? Sender { get; set => field = value is null ? null : HeaderText.RequireAddress(value); }

    public AddressCollection ReplyTo { get; } = [];

    public AddressCollection To { get; } = [];

    public AddressCollection Cc { get; } = [];

    public string Subject { get; set => field = HeaderText.Collapse(value); } = "";

    public MessageIdCollection InReplyTo { get; } = [];

    /// <summary>Written up to 998 bytes: the first id, and of the others the last ones.</summary>
    public MessageIdCollection References { get; } = [];

    /// <summary>Where null, the text is made from <see cref="Html"/>.</summary>
    public string? Text { get; set; }

    public string? Html { get; set; }

    /// <summary>An invitation, or an answer to one; shown instead of text and HTML by programs that understand it.</summary>
    public ComposedCalendar? Calendar { get; set; }

    public IList<ComposedFile> Files { get; } = [];

    /// <summary>
    /// The text's long lines are written in pieces that readers join again (format=flowed, RFC 3676); blanks at the ends of
    /// lines are lost. Without it lines stay as long as they are.
    /// </summary>
    public bool FlowsText { get; set; }

    /// <summary>The server has 8BITMIME: bodies need not be encoded.</summary>
    public bool AllowEightBit { get; set; }

    /// <summary>The server has SMTPUTF8: headers may be UTF-8.</summary>
    public bool AllowUtf8Headers { get; set; }

    /// <summary>Whether an address has a local part that only SMTPUTF8 can carry.</summary>
    public bool RequiresUtf8Headers =>
        From.Concat(To).Concat(Cc).Concat(ReplyTo).Append(Sender).OfType<MailAddress>()
            .Any(address => !Ascii.IsValid(address.LocalPart));

    public void AddHeader(string name, string value)
    {
        HeaderText.RequireName(name);
        if (Own.Contains(name))
        {
            throw new ArgumentException("This header has a property of its own.", nameof(name));
        }

        _headers.Add((name, HeaderText.RequireOneLine(value)));
    }

    public byte[] ToArray()
    {
        using var bytes = new PooledBytes(4096);
        WriteTo(bytes);
        return bytes.Span.ToArray();
    }

    public void WriteTo(Stream stream)
    {
        using var writer = new StreamWriterBuffer(stream);
        WriteTo(writer);
        writer.Flush();
    }

    /// <exception cref="InvalidOperationException">No sender, or an address that needs <see cref="AllowUtf8Headers"/>.</exception>
    public void WriteTo(IBufferWriter<byte> output)
    {
        if (From.Count == 0)
        {
            throw new InvalidOperationException("A mail has a From.");
        }

        if (RequiresUtf8Headers && !AllowUtf8Headers)
        {
            throw new InvalidOperationException("An address needs SMTPUTF8.");
        }

        var headers = new HeaderWriter(output, AllowUtf8Headers);
        headers.Tokens("Date", FormatDate(Date).Split(' '));
        headers.Addresses("From", From);
        headers.Addresses("Sender", Sender is null ? [] : [Sender]);
        headers.Addresses("Reply-To", ReplyTo);
        headers.Addresses("To", To);
        headers.Addresses("Cc", Cc);
        headers.Tokens("Message-ID", $"<{MessageId}>");
        if (InReplyTo.Count > 0)
        {
            headers.Tokens("In-Reply-To", Bounded(InReplyTo));
        }

        if (References.Count > 0)
        {
            headers.Tokens("References", Bounded(References));
        }

        headers.Unstructured("Subject", Subject);
        foreach (var (name, value) in _headers)
        {
            headers.Unstructured(name, value);
        }

        headers.Tokens("MIME-Version", "1.0");
        ComposedPart.Tree(this, Boundary()).WriteTo(headers, output);
    }

    private static string FormatDate(DateTimeOffset date) =>
        date.ToString("ddd, dd MMM yyyy HH:mm:ss ", CultureInfo.InvariantCulture)
        + date.ToString("zzz", CultureInfo.InvariantCulture).Replace(":", "", StringComparison.Ordinal);

    /// <summary>The first id and the last ones, folded within 998 bytes.</summary>
    private static List<string> Bounded(MessageIdCollection ids)
    {
        const int Frame = 5;
        var room = LongestLine - "References:".Length - ids[0].Length - Frame;
        var kept = new List<string>();
        for (var i = ids.Count - 1; i > 0 && room >= ids[i].Length + Frame; i--)
        {
            room -= ids[i].Length + Frame;
            kept.Add($"<{ids[i]}>");
        }

        kept.Add($"<{ids[0]}>");
        kept.Reverse();
        return kept;
    }

    /// <summary>"=_" can stand in no encoded body; the rest is the mail's own.</summary>
    private string Boundary() =>
        "=_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(MessageId)).AsSpan(0, 12));
}
