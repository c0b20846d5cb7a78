using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Tickiti.Domain.Blobs;
using Tickiti.Domain.Common;
using Tickiti.Domain.IncomingMails;

namespace Tickiti.Infrastructure.IncomingMails;

internal sealed class IncomingMailConfiguration : IEntityTypeConfiguration<IncomingMail>
{
    public void Configure(EntityTypeBuilder<IncomingMail> builder)
    {
        builder.ToTable("IncomingMails");
        builder.Property(mail => mail.SourceStore).HasMaxLength(MailSource.StoreMaxLength);
        builder.Property(mail => mail.SourceUid).HasMaxLength(MailSource.UidMaxLength);
        builder.Property(mail => mail.SourceKey).HasMaxLength(MailSource.KeyLength).IsUnicode(false);
        builder.Property(mail => mail.MessageId).HasMaxLength(IncomingMail.MessageIdMaxLength);
        builder.Property(mail => mail.MessageIdKey).HasMaxLength(IncomingMail.MessageIdKeyLength).IsUnicode(false);
        builder.Property(mail => mail.ContentHash).HasMaxLength(Blob.HashLength).IsUnicode(false);
        builder.Property(mail => mail.FirstCopyKey).HasMaxLength(Blob.HashLength).IsUnicode(false);
        builder.Property(mail => mail.RawSha256).HasMaxLength(Blob.HashLength).IsUnicode(false);
        builder.Property(mail => mail.Sender).HasMaxLength(EmailAddress.MaxLength);
        builder.Property(mail => mail.Recipient).HasMaxLength(EmailAddress.MaxLength);
        builder.Property(mail => mail.Subject).HasMaxLength(IncomingMail.SubjectMaxLength);
        builder.Property(mail => mail.Reason).HasMaxLength(IncomingMail.ReasonMaxLength);
        builder.HasOne<Blob>().WithMany().HasForeignKey(mail => mail.RawSha256).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(mail => new { mail.MailboxId, mail.SourceKey, mail.SourceSize }).IsUnique();
        builder.HasIndex(mail => mail.FirstCopyKey).IsUnique();
        builder.HasIndex(mail => mail.ContentHash);
        builder.HasIndex(mail => mail.MessageIdKey);
        builder.HasIndex(mail => mail.RawSha256);
        builder.HasIndex(mail => mail.TicketId);
        builder.HasIndex(mail => new { mail.Disposition, mail.Id });
        builder.HasIndex(mail => new { mail.MailboxId, mail.IsOnServer, mail.DeleteDueAt });
    }
}
