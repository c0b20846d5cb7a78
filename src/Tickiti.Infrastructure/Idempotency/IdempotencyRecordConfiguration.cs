using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Tickiti.Domain.Idempotency;

namespace Tickiti.Infrastructure.Idempotency;

internal sealed class IdempotencyRecordConfiguration : IEntityTypeConfiguration<IdempotencyRecord>
{
    public void Configure(EntityTypeBuilder<IdempotencyRecord> builder)
    {
        builder.ToTable("IdempotencyRecords");
        builder.HasKey(record => new { record.TokenId, record.Key });
        builder.Property(record => record.Key).HasMaxLength(IdempotencyRecord.KeyMaxLength).IsUnicode(false);
        builder.Property(record => record.Action).HasMaxLength(IdempotencyRecord.ActionMaxLength).IsUnicode(false);
        builder.Property(record => record.PayloadHash).HasMaxLength(64).IsUnicode(false);
        builder.HasIndex(record => record.CreatedAt);
    }
}
