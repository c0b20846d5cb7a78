using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Blobs;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.IncomingMails;

namespace Tickiti.Application.IncomingMails;

/// <summary>The bytes of a mail in quarantine, whole or a range of them.</summary>
public sealed record ReadQuarantined(long? Id) : IQuery<RawMail>
{
    /// <summary>Of the first byte wanted.</summary>
    public long? Offset { get; init; }

    public long? Length { get; init; }
}

/// <param name="FileSize">Of the whole mail, also where a range of it was read.</param>
public sealed record RawMail(long Id, string Sha256, long FileSize, string ContentBase64);

internal sealed class ReadQuarantinedValidator : AbstractValidator<ReadQuarantined>
{
    public ReadQuarantinedValidator()
    {
        RuleFor(query => query.Id).MustBeGiven();
        RuleFor(query => query.Offset).Must(offset => offset is null or >= 0).WithMessage("Not below 0.");
        RuleFor(query => query.Length).Must(length => length is null or >= 1).WithMessage("At least 1.");
    }
}

internal sealed class ReadQuarantinedHandler(ITickitiDb db) : IQueryHandler<ReadQuarantined, RawMail>
{
    public async Task<Result<RawMail>> Handle(ReadQuarantined query, CancellationToken cancellationToken)
    {
        var id = query.Id!.Value;
        var mail = await db.IncomingMails.AsNoTracking().That(new QuarantinedMailWithId(id))
            .Select(one => new { one.RawSha256, Size = db.Blobs.Where(blob => blob.Sha256 == one.RawSha256).Select(blob => blob.Size).FirstOrDefault() })
            .FirstOrDefaultAsync(cancellationToken);
        if (mail is null)
        {
            return IncomingMailErrors.NotInQuarantine(id);
        }

        if (mail.RawSha256 is not { } hash)
        {
            return IncomingMailErrors.NotStored;
        }

        var range = BlobRange.Of(query.Offset, query.Length, mail.Size, IncomingMailErrors.RawTooLarge);
        return range.Error is { } refused
            ? refused
            : new RawMail(id, hash, mail.Size, Convert.ToBase64String(await range.Value.ReadAsync(db, hash, cancellationToken)));
    }
}
