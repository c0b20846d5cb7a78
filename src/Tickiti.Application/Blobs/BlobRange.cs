using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;

namespace Tickiti.Application.Blobs;

/// <summary>Some of the bytes of a blob: no answer holds more than <see cref="MaxLength"/>.</summary>
public readonly record struct BlobRange(int Start, int Length)
{
    public const int MaxLength = 25 * 1024 * 1024;

    /// <param name="offset">Of the first byte wanted; null for the beginning.</param>
    /// <param name="length">How many; null for the rest.</param>
    /// <param name="size">Of the blob.</param>
    /// <param name="tooLarge">The answer where that is more than one answer holds.</param>
    public static Result<BlobRange> Of(long? offset, long? length, long size, Error tooLarge)
    {
        var start = offset ?? 0;
        if (start > size)
        {
            return Error.Field("offset", $"The file has {size} bytes.");
        }

        var count = Math.Min(length ?? long.MaxValue, size - start);
        return count > MaxLength ? tooLarge : new BlobRange((int)start, (int)count);
    }

    public async Task<byte[]> ReadAsync(ITickitiDb db, string sha256, CancellationToken cancellationToken)
    {
        var (start, length) = this;
        return length == 0
            ? []
            : await db.Blobs.AsNoTracking().Where(blob => blob.Sha256 == sha256)
                .Select(blob => DatabaseFunctions.Slice(blob.Content, start + 1, length))
                .FirstAsync(cancellationToken);
    }
}
