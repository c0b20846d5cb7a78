using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Blobs;
using Tickiti.Application.Common;
using Tickiti.Domain.Blobs;
using Tickiti.Domain.Common;
using Tickiti.Mail;

namespace Tickiti.Application.Tickets;

/// <summary>Takes a file in, so that its sender may name it by its hash in responses for a day.</summary>
public sealed record UploadAttachment(string? Name, byte[] File) : ICommand<UploadedFile>;

public sealed record UploadedFile(string Sha256, string Name, long FileSize);

internal sealed class UploadAttachmentValidator : AbstractValidator<UploadAttachment>
{
    public UploadAttachmentValidator() =>
        RuleFor(command => command.File).Must(file => file.Length is > 0 and <= ResponseFile.MaxSize)
            .WithMessage($"A file of 1 byte to {ResponseFile.MaxSize / 1024 / 1024} MiB, in the part of that name.");
}

internal sealed class UploadAttachmentHandler(ITickitiDb db, Actor actor, TimeProvider clock) : ICommandHandler<UploadAttachment, UploadedFile>
{
    private const string Unnamed = "attachment";

    public async Task<Result<UploadedFile>> Handle(UploadAttachment command, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var name = FileNames.Clean(command.Name ?? "") is { Length: > 0 } clean ? clean : Unnamed;
        var hash = await db.StageBlobAsync(command.File, now, cancellationToken);
        var tokenId = actor.TokenId ?? throw new InvalidOperationException("A file is uploaded by a token.");
        if (await db.Uploads.FirstOrDefaultAsync(one => one.TokenId == tokenId && one.Sha256 == hash, cancellationToken) is { } earlier)
        {
            earlier.Renew(name, now);
        }
        else
        {
            db.Uploads.Add(new Upload(tokenId, hash, name, now));
        }

        return new UploadedFile(hash, name, command.File.Length);
    }
}
