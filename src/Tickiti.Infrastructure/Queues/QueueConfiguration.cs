using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Tickiti.Domain.Mailboxes;
using Tickiti.Domain.Queues;

namespace Tickiti.Infrastructure.Queues;

internal sealed class QueueConfiguration : IEntityTypeConfiguration<Queue>
{
    public void Configure(EntityTypeBuilder<Queue> builder)
    {
        builder.ToTable("Queues");
        builder.Property(queue => queue.Name).HasMaxLength(Queue.NameMaxLength);
        builder.Property(queue => queue.NameKey).HasMaxLength(Queue.NameMaxLength);
        builder.HasOne<Mailbox>().WithMany().HasForeignKey(queue => queue.OutgoingMailboxId).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(queue => queue.NameKey).IsUnique();
    }
}
