using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Tickiti.Domain.IgnoredSubjects;

namespace Tickiti.Infrastructure.IgnoredSubjects;

internal sealed class IgnoredSubjectConfiguration : IEntityTypeConfiguration<IgnoredSubject>
{
    // Composing may make a text longer: up to three characters of one (UAX #15).
    private const int KeyMaxLength = 3 * IgnoredSubject.MaxLength;

    public void Configure(EntityTypeBuilder<IgnoredSubject> builder)
    {
        builder.ToTable("IgnoredSubjects");
        builder.Property(one => one.Subject).HasMaxLength(IgnoredSubject.MaxLength);
        builder.Property(one => one.SubjectKey).HasMaxLength(KeyMaxLength);
        builder.HasIndex(one => one.SubjectKey).IsUnique();
    }
}
