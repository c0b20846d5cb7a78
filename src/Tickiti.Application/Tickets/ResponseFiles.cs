using System.Buffers.Text;
using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Blobs;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Attachment = Tickiti.Domain.Tickets.Attachment;
using FileNames = Tickiti.Mail.FileNames;

namespace Tickiti.Application.Tickets;

/// <summary>A file for a response: its bytes in base64, or the hash of bytes that were uploaded before.</summary>
public sealed record ResponseFile(string? Name, string? ContentType, string? ContentBase64, string? Sha256, long? FileSize)
{
    public const int MaxCount = 50;
    public const int MaxSize = 25 * 1024 * 1024;

    /// <summary>Of all files of a response together: its mail is composed in memory, and a hash costs its caller nothing.</summary>
    public const int MaxTotalSize = 75 * 1024 * 1024;

    public const string DefaultType = "application/octet-stream";
}

internal sealed class ResponseFileValidator : AbstractValidator<ResponseFile>
{
    public ResponseFileValidator()
    {
        RuleFor(file => file.Name).NotBlank().MustBeOneLine();
        RuleFor(file => file.ContentType).MustBeOneLine().MaximumLength(Attachment.MimeTypeMaxLength);
        RuleFor(file => file.Sha256).Must((file, hash) => hash is null != (file.ContentBase64 is null))
            .WithMessage("Give exactly one of content_base64 and sha256.");
        RuleFor(file => file.ContentBase64).Must(IsBase64WithinLimit)
            .WithMessage($"This must be valid base64 of at most {ResponseFile.MaxSize / 1024 / 1024} MiB.");
    }

    private static bool IsBase64WithinLimit(string? text) =>
        text is null || (Base64.IsValid(text, out var length) && length <= ResponseFile.MaxSize);
}

/// <summary>Makes attachments of what a caller gave.</summary>
internal sealed class ResponseFiles(ITickitiDb db, IIds ids, Actor actor)
{
    public async Task<Result<IReadOnlyList<Attachment>>> AttachAsync(
        long responseId, IReadOnlyList<ResponseFile> files, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var attachments = new List<Attachment>(files.Count);
        var total = 0L;
        foreach (var file in files)
        {
            var stored = file.ContentBase64 is null
                ? await FindAsync(file, cancellationToken)
                : await StageAsync(file.ContentBase64, now, cancellationToken);
            if (stored is not var (hash, size))
            {
                return Error.Field(
                    $"attachments[{attachments.Count}].sha256", $"You uploaded nothing with the hash '{file.Sha256}' and that size.");
            }

            total += size;
            if (total > ResponseFile.MaxTotalSize)
            {
                return Error.Field("attachments", $"Files of at most {ResponseFile.MaxTotalSize / 1024 / 1024} MiB together.");
            }

            attachments.Add(Attachment.Of(
                await ids.NextAsync<Attachment>(cancellationToken),
                responseId,
                FileNames.Clean(file.Name!) is { Length: > 0 } name ? name : "attachment",
                file.ContentType ?? ResponseFile.DefaultType,
                hash,
                size,
                isInline: false,
                contentId: null));
        }

        return attachments;
    }

    /// <summary>The pictures that stood in a content.</summary>
    public async Task<IReadOnlyList<Attachment>> AttachInlineAsync(
        long responseId, IReadOnlyList<InlineImage> images, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (images.Count == 0)
        {
            return [];
        }

        var attachments = new List<Attachment>(images.Count);
        foreach (var image in images)
        {
            attachments.Add(Attachment.Of(
                await ids.NextAsync<Attachment>(cancellationToken),
                responseId,
                image.Name,
                image.MimeType,
                await db.StageBlobAsync(image.Content, now, cancellationToken),
                image.Content.Length,
                isInline: true,
                image.ContentId));
        }

        return attachments;
    }

    // Knowing a hash is no right to what it names: only who brought the bytes may name them.
    private async Task<(string Hash, long Size)?> FindAsync(ResponseFile file, CancellationToken cancellationToken)
    {
        var hash = file.Sha256!.ToLowerInvariant();
        var size = await db.Blobs.AsNoTracking()
            .Where(blob => blob.Sha256 == hash && db.Uploads.Any(one => one.TokenId == actor.TokenId && one.Sha256 == hash))
            .Select(blob => (long?)blob.Size).FirstOrDefaultAsync(cancellationToken);
        return size is { } found && (file.FileSize ?? found) == found ? (hash, found) : null;
    }

    private async Task<(string Hash, long Size)?> StageAsync(string base64, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var content = Convert.FromBase64String(base64);
        return (await db.StageBlobAsync(content, now, cancellationToken), content.Length);
    }
}
