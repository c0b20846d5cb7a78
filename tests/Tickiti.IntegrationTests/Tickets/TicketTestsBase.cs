using Microsoft.EntityFrameworkCore;
using NUnit.Framework;
using Tickiti.Application.Tickets;
using Tickiti.Domain.SentMails;
using Tickiti.Domain.Tickets;
using Tickiti.Infrastructure.Persistence;

namespace Tickiti.IntegrationTests.Tickets;

/// <summary>One database for a fixture; each test opens tickets of its own.</summary>
public abstract class TicketTestsBase(DatabaseProvider provider)
{
    protected TestHost Host { get; private set; } = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => Host = await TestHost.StartAsync(provider);

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (Host is not null)
        {
            await Host.DisposeAsync();
        }
    }

    protected Task<OpenedTicket> OpenAsync(Func<OpenTicket, OpenTicket>? with = null)
    {
        var command = new OpenTicket("Marcus@customer.example", "Carbon plate cracked", "<p>It snapped at mile 14.</p>");
        return Host.SendAsync(with is null ? command : with(command));
    }

    protected static RespondToTicket Answer(OpenedTicket ticket) =>
        new("support@desk.example", "<p>We look into it.</p>") { TicketNumber = ticket.TicketNumber };

    protected Task<Ticket> LoadAsync(OpenedTicket ticket) => Host.WithDbAsync(
        db => db.Tickets.AsNoTracking().Include(one => one.Participants).SingleAsync(one => one.Id == ticket.TicketId));

    protected Task<IReadOnlyList<SentMail>> MailsAsync(OpenedTicket ticket) => Host.WithDbAsync<IReadOnlyList<SentMail>>(
        async db => await db.SentMails.AsNoTracking().Include(mail => mail.Recipients).Include(mail => mail.Attachments)
            .Where(mail => mail.TicketId == ticket.TicketId).OrderBy(mail => mail.Id).ToListAsync());

    protected Task<IReadOnlyList<string>> EventsAsync(OpenedTicket ticket) => Host.WithDbAsync<IReadOnlyList<string>>(
        async db => await db.AuditEntries.AsNoTracking().Where(entry => entry.TicketId == ticket.TicketId)
            .OrderBy(entry => entry.Id).Select(entry => entry.Name).ToListAsync());
}
