using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Tickiti.Domain.Interventions;
using Tickiti.Domain.Queues;
using Tickiti.Domain.Tickets;

namespace Tickiti.Infrastructure.Interventions;

internal sealed class InterventionConfiguration : IEntityTypeConfiguration<Intervention>
{
    public void Configure(EntityTypeBuilder<Intervention> builder)
    {
        builder.ToTable("Interventions");
        builder.Ignore(intervention => intervention.Present);
        builder.Property(intervention => intervention.Name).HasMaxLength(Intervention.NameMaxLength).IsUnicode(false);
        builder.Property(intervention => intervention.NameKey).HasMaxLength(Intervention.NameMaxLength).IsUnicode(false);
        builder.Property(intervention => intervention.Title).HasMaxLength(Intervention.TitleMaxLength);
        builder.Property(intervention => intervention.RemoteEpilogUrl).HasMaxLength(Intervention.UrlMaxLength);
        builder.HasOne<Queue>().WithMany().HasForeignKey(intervention => intervention.QueueId).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(intervention => intervention.NameKey).IsUnique();
    }
}

internal sealed class InterventionTicketConfiguration : IEntityTypeConfiguration<InterventionTicket>
{
    public void Configure(EntityTypeBuilder<InterventionTicket> builder)
    {
        builder.ToTable("InterventionTickets");
        builder.HasKey(one => one.TicketId);
        builder.Property(one => one.TicketId).ValueGeneratedNever();
        builder.Property(one => one.Uid).HasMaxLength(InterventionTicket.UidMaxLength);
        builder.HasOne<Ticket>().WithMany().HasForeignKey(one => one.TicketId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class EpilogCallConfiguration : IEntityTypeConfiguration<EpilogCall>
{
    public void Configure(EntityTypeBuilder<EpilogCall> builder)
    {
        builder.ToTable("EpilogCalls");
        builder.Property(call => call.LastError).HasMaxLength(EpilogCall.LastErrorMaxLength);
        builder.HasOne<Ticket>().WithMany().HasForeignKey(call => call.TicketId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(call => new { call.Status, call.NextTryAt });
        builder.HasIndex(call => new { call.InterventionId, call.Id });
        builder.HasIndex(call => call.TicketId);
    }
}

internal sealed class EpilogAttemptConfiguration : IEntityTypeConfiguration<EpilogAttempt>
{
    public void Configure(EntityTypeBuilder<EpilogAttempt> builder)
    {
        builder.ToTable("EpilogAttempts");
        builder.HasKey(attempt => new { attempt.CallId, attempt.Number });
        builder.Property(attempt => attempt.Address).HasMaxLength(EpilogAttempt.AddressMaxLength).IsUnicode(false);
        builder.Property(attempt => attempt.Words).HasMaxLength(EpilogAttempt.WordsMaxLength);
        builder.HasOne<EpilogCall>().WithMany().HasForeignKey(attempt => attempt.CallId).OnDelete(DeleteBehavior.Cascade);
    }
}
