using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Tickiti.Domain.Common;
using Tickiti.Domain.Suppressions;

namespace Tickiti.Infrastructure.Suppressions;

internal sealed class SuppressionConfiguration : IEntityTypeConfiguration<Suppression>
{
    public void Configure(EntityTypeBuilder<Suppression> builder)
    {
        builder.ToTable("Suppressions");
        builder.Property(one => one.Email).HasMaxLength(EmailAddress.MaxLength);
        builder.Property(one => one.Note).HasMaxLength(Suppression.NoteMaxLength);
        builder.Property(one => one.Evidence).HasMaxLength(Suppression.EvidenceMaxLength);
        builder.HasIndex(one => new { one.Email, one.OrganizationId }).IsUnique();
        builder.HasIndex(one => one.CreatedAt);
    }
}
