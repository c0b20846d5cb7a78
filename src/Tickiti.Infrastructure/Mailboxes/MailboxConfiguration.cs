using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Tickiti.Domain.Common;
using Tickiti.Domain.Mailboxes;
using Tickiti.Domain.Queues;

namespace Tickiti.Infrastructure.Mailboxes;

internal sealed class MailboxConfiguration : IEntityTypeConfiguration<Mailbox>
{
    private const int ProtectedMaxLength = 8000;

    public void Configure(EntityTypeBuilder<Mailbox> builder)
    {
        builder.ToTable("Mailboxes");
        builder.Property(mailbox => mailbox.Name).HasMaxLength(MailboxSettings.NameMaxLength);
        builder.Property(mailbox => mailbox.NameKey).HasMaxLength(MailboxSettings.NameMaxLength);
        builder.Property(mailbox => mailbox.FromName).HasMaxLength(MailboxSettings.NameMaxLength);
        builder.Property(mailbox => mailbox.Address).HasMaxLength(EmailAddress.MaxLength);
        builder.Property(mailbox => mailbox.AddressKey).HasMaxLength(EmailAddress.MaxLength);
        builder.Property(mailbox => mailbox.PopPassword).HasMaxLength(ProtectedMaxLength).IsUnicode(false);
        builder.Property(mailbox => mailbox.SmtpPassword).HasMaxLength(ProtectedMaxLength).IsUnicode(false);
        builder.Property(mailbox => mailbox.ClientSecret).HasMaxLength(ProtectedMaxLength).IsUnicode(false);
        builder.ComplexProperty(mailbox => mailbox.Pop, pop =>
        {
            pop.Property(settings => settings.Server).HasMaxLength(MailboxSettings.ServerMaxLength);
            pop.Property(settings => settings.Username).HasMaxLength(MailboxSettings.ServerMaxLength);
        });
        builder.ComplexProperty(mailbox => mailbox.Smtp, smtp =>
        {
            smtp.Property(settings => settings.Server).HasMaxLength(MailboxSettings.ServerMaxLength);
            smtp.Property(settings => settings.Username).HasMaxLength(MailboxSettings.ServerMaxLength);
        });
        builder.HasOne<Queue>().WithMany().HasForeignKey(mailbox => mailbox.QueueId).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(mailbox => mailbox.NameKey).IsUnique();
        builder.HasIndex(mailbox => mailbox.AddressKey).IsUnique();
    }
}

internal sealed class MailboxHealthConfiguration : IEntityTypeConfiguration<MailboxHealth>
{
    public void Configure(EntityTypeBuilder<MailboxHealth> builder)
    {
        builder.ToTable("MailboxHealth");
        builder.HasKey(health => new { health.MailboxId, health.Direction });
        builder.Ignore(health => health.IsHastened);
        builder.Property(health => health.LastError).HasMaxLength(MailboxHealth.LastErrorMaxLength);
        builder.HasOne<Mailbox>().WithMany().HasForeignKey(health => health.MailboxId).OnDelete(DeleteBehavior.Cascade);
    }
}
