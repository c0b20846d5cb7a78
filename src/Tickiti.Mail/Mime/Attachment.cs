namespace Tickiti.Mail;

/// <summary>A file of a mail.</summary>
public sealed record Attachment(MimePart Part, bool IsInline)
{
    public string? FileName => Part.FileName;

    public string MediaType => Part.ContentType.MediaType;

    public string? ContentId => Part.ContentId;

    public ContentDisposition? Disposition => Part.Disposition;

    /// <summary>A part is inline only where the HTML uses its Content-ID.</summary>
    internal static IReadOnlyList<Attachment> Of(MailBody body)
    {
        if (body.Files.Count == 0)
        {
            return [];
        }

        var hasIds = body.Files.Any(part => part.ContentId is not null);
        var used = hasIds && body.Html is { } html ? ContentIds.UsedIn(html) : [];
        return body.Files
            .Select(part => new Attachment(part, part.ContentId is { } id && used.Contains(id)))
            .ToList();
    }
}
