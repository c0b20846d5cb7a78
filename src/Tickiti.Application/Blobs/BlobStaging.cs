using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Blobs;

namespace Tickiti.Application.Blobs;

/// <summary>Bytes are stored once: what is there already, or staged already, is not added again.</summary>
public static class BlobStaging
{
    /// <returns>The hash that names the bytes.</returns>
    public static async Task<string> StageBlobAsync(
        this ITickitiDb db, byte[] content, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var hash = Blob.HashOf(content);
        var isThere = db.Blobs.Local.Any(blob => blob.Sha256 == hash)
            || await db.Blobs.AsNoTracking().AnyAsync(blob => blob.Sha256 == hash, cancellationToken);
        if (!isThere)
        {
            db.Blobs.Add(Blob.Of(content, now));
        }

        return hash;
    }
}
