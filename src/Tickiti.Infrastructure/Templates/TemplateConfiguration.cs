using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Tickiti.Domain.Templates;

namespace Tickiti.Infrastructure.Templates;

internal sealed class TemplateConfiguration : IEntityTypeConfiguration<Template>
{
    public void Configure(EntityTypeBuilder<Template> builder)
    {
        builder.ToTable("Templates");
        builder.Ignore(template => template.Present);
        builder.Property(template => template.Identifier).HasMaxLength(Template.IdentifierMaxLength).IsUnicode(false);
        builder.Property(template => template.IdentifierKey).HasMaxLength(Template.IdentifierMaxLength).IsUnicode(false);
        builder.Property(template => template.Subject).HasMaxLength(Template.SubjectMaxLength);
        builder.Property(template => template.Description).HasMaxLength(Template.DescriptionMaxLength);
        builder.HasIndex(template => template.IdentifierKey).IsUnique();
    }
}
