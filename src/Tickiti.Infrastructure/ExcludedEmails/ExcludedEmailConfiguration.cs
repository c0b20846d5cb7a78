using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Tickiti.Domain.ExcludedEmails;

namespace Tickiti.Infrastructure.ExcludedEmails;

internal sealed class ExcludedEmailConfiguration : IEntityTypeConfiguration<ExcludedEmail>
{
    // Composing may make a text longer: up to three characters of one (UAX #15).
    private const int KeyMaxLength = 3 * ExcludedEmail.MaxLength;

    public void Configure(EntityTypeBuilder<ExcludedEmail> builder)
    {
        builder.ToTable("ExcludedEmails");
        builder.Property(one => one.Email).HasMaxLength(ExcludedEmail.MaxLength);
        builder.Property(one => one.EmailKey).HasMaxLength(KeyMaxLength);
        builder.HasIndex(one => one.EmailKey).IsUnique();
    }
}
