using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Tickiti.Domain.Blobs;

namespace Tickiti.Infrastructure.Blobs;

internal sealed class BlobConfiguration : IEntityTypeConfiguration<Blob>
{
    public void Configure(EntityTypeBuilder<Blob> builder)
    {
        builder.ToTable("Blobs");
        builder.HasKey(blob => blob.Sha256);
        builder.Property(blob => blob.Sha256).HasMaxLength(Blob.HashLength).IsUnicode(false);
    }
}
