using Tickiti.Domain.Common;

namespace Tickiti.Domain.Tickets;

/// <summary>One contribution to a ticket: its opening content, an answer, a customer's reply, or a note among staff.</summary>
public sealed class Response : Aggregate
{
    private readonly List<Attachment> _attachments = [];

    private Response()
    {
    }

    public long TicketId { get; private set; }

    /// <summary>Normalised, or <see cref="Ticket.UnknownOriginator"/>.</summary>
    public string AuthorEmail { get; private init; } = "";

    /// <summary>A note among staff, never mailed to the customer.</summary>
    public bool IsInternal { get; private init; }

    public bool IsPinned { get; private set; }

    public bool IsStaff { get; private init; }

    public bool IsEmailSourced { get; private init; }

    /// <summary>As it came; sanitised where it is read.</summary>
    public string Html { get; private init; } = "";

    public string Text { get; private init; } = "";

    /// <summary>How <see cref="Text"/> folds: <see cref="TextSpans"/>.</summary>
    public string Spans { get; private init; } = "";

    public ThreadConfidence? ThreadConfidence { get; private init; }

    /// <summary>A public answer that no mailbox could be found to send by.</summary>
    public bool IsNotSent { get; private set; }

    public DateTimeOffset CreatedAt { get; private init; }

    public DateTimeOffset UpdatedAt { get; private set; }

    public IReadOnlyList<Attachment> Attachments => _attachments;

    internal static Response To(Ticket ticket, long id, NewResponse content, DateTimeOffset now)
    {
        var response = new Response
        {
            Id = id,
            TicketId = ticket.Id,
            AuthorEmail = content.Author?.Key ?? Ticket.UnknownOriginator,
            IsInternal = content.IsInternal,
            IsStaff = content.IsStaff,
            IsEmailSourced = content.IsEmailSourced,
            Html = content.Html,
            Text = content.Text,
            Spans = content.Spans,
            ThreadConfidence = content.ThreadConfidence,
            CreatedAt = now,
            UpdatedAt = now,
        };
        response._attachments.AddRange(content.Attachments);
        return response;
    }

    /// <summary>It belongs to another ticket now.</summary>
    public void MoveTo(Ticket ticket, DateTimeOffset now)
    {
        TicketId = ticket.Id;
        UpdatedAt = now;
        Raise("response.moved", ticket.Id);
    }

    /// <summary>There is no mailbox to send it by; staff see the flag.</summary>
    public void MarkNotSent() => IsNotSent = true;
}

/// <summary>What a response says.</summary>
public sealed record NewResponse(EmailAddress? Author, string Html, string Text)
{
    public bool IsInternal { get; init; }

    public bool IsStaff { get; init; }

    public bool IsEmailSourced { get; init; }

    public string Spans { get; init; } = "";

    public ThreadConfidence? ThreadConfidence { get; init; }

    public IReadOnlyList<Attachment> Attachments { get; init; } = [];
}

/// <summary>A file of a response; its bytes are a blob.</summary>
public sealed class Attachment
{
    public const int NameMaxLength = 255;
    public const int MimeTypeMaxLength = 127;
    public const int ContentIdMaxLength = 255;

    private Attachment()
    {
    }

    public long Id { get; private init; }

    public long ResponseId { get; private init; }

    public string Name { get; private init; } = "";

    public string MimeType { get; private init; } = "";

    public string Sha256 { get; private init; } = "";

    /// <summary>In bytes.</summary>
    public long FileSize { get; private init; }

    /// <summary>The HTML shows it by its content id.</summary>
    public bool IsInline { get; private init; }

    public string? ContentId { get; private init; }

    public static Attachment Of(
        long id, long responseId, string name, string mimeType, string sha256, long fileSize, bool isInline, string? contentId) =>
        new()
        {
            Id = id,
            ResponseId = responseId,
            Name = name,
            MimeType = mimeType,
            Sha256 = sha256,
            FileSize = fileSize,
            IsInline = isInline,
            ContentId = contentId,
        };
}
