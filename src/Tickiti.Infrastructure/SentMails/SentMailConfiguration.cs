using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Tickiti.Domain.Blobs;
using Tickiti.Domain.Common;
using Tickiti.Domain.Mailboxes;
using Tickiti.Domain.SentMails;
using Tickiti.Domain.Tickets;

namespace Tickiti.Infrastructure.SentMails;

internal sealed class SentMailConfiguration : IEntityTypeConfiguration<SentMail>
{
    public void Configure(EntityTypeBuilder<SentMail> builder)
    {
        builder.ToTable("SentMails");
        builder.Property(mail => mail.MailboxName).HasMaxLength(MailboxSettings.NameMaxLength);
        builder.Property(mail => mail.FromAddress).HasMaxLength(EmailAddress.MaxLength);
        builder.Property(mail => mail.FromName).HasMaxLength(MailboxSettings.NameMaxLength);
        builder.Property(mail => mail.ReplyTo).HasMaxLength(EmailAddress.MaxLength);
        builder.Property(mail => mail.Subject).HasMaxLength(SentMail.SubjectMaxLength);
        builder.Property(mail => mail.MessageId).HasMaxLength(SentMail.MessageIdMaxLength);
        builder.Property(mail => mail.LastError).HasMaxLength(SentMail.LastErrorMaxLength);
        builder.Property(mail => mail.AutomaticTo).HasMaxLength(EmailAddress.MaxLength);
        builder.Ignore(mail => mail.Waiting);
        builder.Ignore(mail => mail.EngagesBrake);
        builder.Ignore(mail => mail.IsHeld);
        builder.HasMany(mail => mail.Recipients).WithOne().HasForeignKey(one => one.SentMailId);
        builder.HasMany(mail => mail.Attachments).WithOne().HasForeignKey(file => file.SentMailId);
        builder.HasIndex(mail => mail.MessageId).IsUnique();
        builder.HasIndex(mail => new { mail.MailboxId, mail.Status, mail.NextTryAt });
        builder.HasIndex(mail => new { mail.MailboxId, mail.SentAt });
        builder.HasIndex(mail => mail.CreatedAt);
        builder.HasIndex(mail => new { mail.TicketId, mail.Automatic, mail.Id });
        builder.HasIndex(mail => new { mail.AutomaticTo, mail.AutomaticNumber }).IsUnique()
            .HasFilter("\"AutomaticNumber\" IS NOT NULL");
    }
}

internal sealed class SentMailRecipientConfiguration : IEntityTypeConfiguration<SentMailRecipient>
{
    public void Configure(EntityTypeBuilder<SentMailRecipient> builder)
    {
        builder.ToTable("SentMailRecipients");
        builder.HasKey(one => new { one.SentMailId, one.Ordinal });
        builder.Property(one => one.Address).HasMaxLength(SentMailRecipient.AddressMaxLength);
        builder.Property(one => one.LastError).HasMaxLength(SentMail.LastErrorMaxLength);
    }
}

internal sealed class SentMailAttachmentConfiguration : IEntityTypeConfiguration<SentMailAttachment>
{
    public void Configure(EntityTypeBuilder<SentMailAttachment> builder)
    {
        builder.ToTable("SentMailAttachments");
        builder.HasKey(file => new { file.SentMailId, file.Ordinal });
        builder.Property(file => file.Name).HasMaxLength(Attachment.NameMaxLength);
        builder.Property(file => file.MimeType).HasMaxLength(Attachment.MimeTypeMaxLength);
        builder.Property(file => file.ContentId).HasMaxLength(Attachment.ContentIdMaxLength);
        builder.Property(file => file.Sha256).HasMaxLength(Blob.HashLength).IsUnicode(false);
        builder.HasOne<Blob>().WithMany().HasForeignKey(file => file.Sha256).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class SentMailAttemptConfiguration : IEntityTypeConfiguration<SentMailAttempt>
{
    public void Configure(EntityTypeBuilder<SentMailAttempt> builder)
    {
        builder.ToTable("SentMailAttempts");
        builder.HasKey(attempt => new { attempt.SentMailId, attempt.Number });
        builder.Property(attempt => attempt.Host).HasMaxLength(SentMailAttempt.HostMaxLength);
        builder.Property(attempt => attempt.Outcome).HasMaxLength(32).IsUnicode(false);
        builder.Property(attempt => attempt.EnhancedCode).HasMaxLength(16).IsUnicode(false);
        builder.Property(attempt => attempt.Words).HasMaxLength(SentMailAttempt.WordsMaxLength);
        builder.HasOne<SentMail>().WithMany().HasForeignKey(attempt => attempt.SentMailId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class SentMailEventConfiguration : IEntityTypeConfiguration<SentMailEvent>
{
    public void Configure(EntityTypeBuilder<SentMailEvent> builder)
    {
        builder.ToTable("SentMailEvents");
        builder.Property(one => one.Id).ValueGeneratedNever();
        builder.Property(one => one.Recipient).HasMaxLength(SentMailEvent.RecipientMaxLength);
        builder.Property(one => one.Status).HasMaxLength(SentMailEvent.StatusMaxLength);
        builder.Property(one => one.Words).HasMaxLength(SentMailEvent.WordsMaxLength);
        builder.Property(one => one.SourceKey).HasMaxLength(SentMailEvent.SourceKeyMaxLength).IsUnicode(false);
        builder.HasOne<SentMail>().WithMany().HasForeignKey(one => one.SentMailId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(one => new { one.SentMailId, one.SourceKey }).IsUnique();
    }
}
