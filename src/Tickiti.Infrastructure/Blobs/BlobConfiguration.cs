using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Tickiti.Domain.Blobs;
using Tickiti.Domain.Tickets;
using Tickiti.Infrastructure.Persistence;

namespace Tickiti.Infrastructure.Blobs;

internal sealed class BlobConfiguration : IEntityTypeConfiguration<Blob>
{
    public void Configure(EntityTypeBuilder<Blob> builder)
    {
        builder.ToTable("Blobs");
        builder.HasKey(blob => blob.Sha256);
        builder.Property(blob => blob.Sha256).HasMaxLength(Blob.HashLength).IsUnicode(false);
        builder.Property(blob => blob.Content).Metadata.SetValueComparer(typeof(StoredBytesComparer));
    }
}

internal sealed class UploadConfiguration : IEntityTypeConfiguration<Upload>
{
    public void Configure(EntityTypeBuilder<Upload> builder)
    {
        builder.ToTable("Uploads");
        builder.HasKey(upload => new { upload.TokenId, upload.Sha256 });
        builder.Property(upload => upload.Sha256).HasMaxLength(Blob.HashLength).IsUnicode(false);
        builder.Property(upload => upload.Name).HasMaxLength(Attachment.NameMaxLength);
        builder.HasOne<Blob>().WithMany().HasForeignKey(upload => upload.Sha256).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(upload => upload.CreatedAt);
    }
}
