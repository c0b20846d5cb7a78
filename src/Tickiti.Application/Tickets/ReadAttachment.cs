using System.Globalization;
using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Tickiti.Application.Blobs;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Tickets;

namespace Tickiti.Application.Tickets;

/// <summary>A file of a ticket, whole or a range of its bytes.</summary>
public sealed record ReadAttachment(long? TicketNumber, long? ResponseAttachmentId) : IQuery<AttachmentContent>
{
    /// <summary>Reads also what is blocked because of its extension.</summary>
    public const string ReviewIntent = "review_ok";

    public string? Intent { get; init; }

    /// <summary>Of the first byte wanted; with a length or offset the read is a range.</summary>
    public long? Offset { get; init; }

    public long? Length { get; init; }
}

/// <param name="FileSize">Of the whole file, also where a range of it was read.</param>
public sealed record AttachmentContent(
    string Id, string ResponseId, string Name, string MimeType, string Sha256, long FileSize, bool IsInline, string ContentBase64);

internal sealed class ReadAttachmentValidator : AbstractValidator<ReadAttachment>
{
    public ReadAttachmentValidator()
    {
        RuleFor(query => query.TicketNumber).MustBeGiven();
        RuleFor(query => query.ResponseAttachmentId).MustBeGiven();
        RuleFor(query => query.Intent).Must(intent => intent is null or ReadAttachment.ReviewIntent)
            .WithMessage($"'{ReadAttachment.ReviewIntent}' is the only intent there is.");
        RuleFor(query => query.Offset).Must(offset => offset is null or >= 0).WithMessage("Not below 0.");
        RuleFor(query => query.Length).Must(length => length is null or >= 1).WithMessage("At least 1.");
    }
}

internal sealed class ReadAttachmentHandler(ITickitiDb db, IOptions<AttachmentOptions> options)
    : IQueryHandler<ReadAttachment, AttachmentContent>
{
    public async Task<Result<AttachmentContent>> Handle(ReadAttachment query, CancellationToken cancellationToken)
    {
        var (id, ticketId) = (query.ResponseAttachmentId!.Value, Ticket.IdOf(query.TicketNumber!.Value));
        var file = await db.Attachments.AsNoTracking()
            .Where(one => one.Id == id && db.Responses.Any(response => response.Id == one.ResponseId && response.TicketId == ticketId))
            .FirstOrDefaultAsync(cancellationToken);
        if (file is null)
        {
            return TicketErrors.AttachmentNotFound(id);
        }

        if (query.Intent != ReadAttachment.ReviewIntent && IsBlocked(file.Name))
        {
            return TicketErrors.AttachmentBlocked(file.Name);
        }

        var range = BlobRange.Of(query.Offset, query.Length, file.FileSize, TicketErrors.AttachmentTooLarge);
        if (range.Error is { } refused)
        {
            return refused;
        }

        return new AttachmentContent(
            id.ToString(CultureInfo.InvariantCulture),
            file.ResponseId.ToString(CultureInfo.InvariantCulture),
            file.Name,
            file.MimeType,
            file.Sha256,
            file.FileSize,
            file.IsInline,
            Convert.ToBase64String(await range.Value.ReadAsync(db, file.Sha256, cancellationToken)));
    }

    private bool IsBlocked(string name)
    {
        var extension = Path.GetExtension(name).TrimStart('.');
        return extension.Length > 0
            && options.Value.BlockedExtensions.Split(' ').Contains(extension, StringComparer.OrdinalIgnoreCase);
    }
}
