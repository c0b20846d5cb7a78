using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Tickiti.Application.Common;
using Tickiti.Domain.Blobs;
using Tickiti.Domain.Common;
using Tickiti.Domain.Queues;
using Tickiti.Domain.Tickets;
using Tickiti.Domain.Users;

namespace Tickiti.Infrastructure.Tickets;

internal sealed class TicketConfiguration : IEntityTypeConfiguration<Ticket>
{
    public void Configure(EntityTypeBuilder<Ticket> builder)
    {
        builder.ToTable("Tickets");
        builder.Property(ticket => ticket.SecureId).HasMaxLength(32).IsUnicode(false);
        builder.Property(ticket => ticket.Subject).HasMaxLength(Ticket.SubjectMaxLength);
        builder.Property(ticket => ticket.OriginatorEmail).HasMaxLength(EmailAddress.MaxLength);
        builder.HasOne<Queue>().WithMany().HasForeignKey(ticket => ticket.QueueId).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<User>().WithMany().HasForeignKey(ticket => ticket.AssignedToId).OnDelete(DeleteBehavior.Restrict);
        builder.HasMany(ticket => ticket.Participants).WithOne().HasForeignKey(one => one.TicketId);
        builder.HasIndex(ticket => ticket.Number).IsUnique();
        builder.HasIndex(ticket => ticket.SecureId).IsUnique();
        builder.HasIndex(ticket => new { ticket.QueueId, ticket.Id });
        builder.HasIndex(ticket => new { ticket.Status, ticket.Id });
        builder.HasIndex(ticket => new { ticket.AssignedToId, ticket.Id });
        builder.HasIndex(ticket => new { ticket.Priority, ticket.Id });
        builder.HasIndex(ticket => new { ticket.OriginatorEmail, ticket.Id });
        builder.HasIndex(ticket => new { ticket.CreatedAt, ticket.Id });
        builder.HasIndex(ticket => new { ticket.UpdatedAt, ticket.Id });
        builder.HasIndex(ticket => ticket.CloseOn).HasFilter("\"CloseOn\" IS NOT NULL");
    }
}

internal sealed class ParticipantConfiguration : IEntityTypeConfiguration<Participant>
{
    public void Configure(EntityTypeBuilder<Participant> builder)
    {
        builder.ToTable("Participants");
        builder.HasKey(one => new { one.TicketId, one.Email });
        builder.Property(one => one.Email).HasMaxLength(EmailAddress.MaxLength);
        builder.HasIndex(one => new { one.Email, one.TicketId });
    }
}

internal sealed class ResponseConfiguration : IEntityTypeConfiguration<Response>
{
    public void Configure(EntityTypeBuilder<Response> builder)
    {
        builder.ToTable("Responses");
        builder.Property(response => response.AuthorEmail).HasMaxLength(EmailAddress.MaxLength);
        builder.HasOne<Ticket>().WithMany().HasForeignKey(response => response.TicketId).OnDelete(DeleteBehavior.Cascade);
        builder.HasMany(response => response.Attachments).WithOne().HasForeignKey(file => file.ResponseId);
        builder.HasIndex(response => new { response.TicketId, response.Id });
        builder.HasIndex(response => response.CreatedAt);
    }
}

internal sealed class ResponsePlaceConfiguration : IEntityTypeConfiguration<ResponsePlace>
{
    public void Configure(EntityTypeBuilder<ResponsePlace> builder) => builder.HasNoKey().ToView(ResponsePlaceSchema.Name);
}

internal sealed class AttachmentConfiguration : IEntityTypeConfiguration<Attachment>
{
    public void Configure(EntityTypeBuilder<Attachment> builder)
    {
        builder.ToTable("Attachments");
        builder.Property(file => file.Id).ValueGeneratedNever();
        builder.Property(file => file.Name).HasMaxLength(Attachment.NameMaxLength);
        builder.Property(file => file.MimeType).HasMaxLength(Attachment.MimeTypeMaxLength);
        builder.Property(file => file.ContentId).HasMaxLength(Attachment.ContentIdMaxLength);
        builder.Property(file => file.Sha256).HasMaxLength(Blob.HashLength).IsUnicode(false);
        builder.HasOne<Blob>().WithMany().HasForeignKey(file => file.Sha256).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(file => file.ResponseId);
    }
}
