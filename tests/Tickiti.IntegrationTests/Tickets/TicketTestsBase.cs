using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Shouldly;
using Tickiti.Application.Common;
using Tickiti.Application.Tickets;
using Tickiti.Domain.Common;
using Tickiti.Domain.SentMails;
using Tickiti.Domain.Tickets;
using Tickiti.Infrastructure.Persistence;
using Tickiti.IntegrationTests.Common;
using Tickiti.Testing;

namespace Tickiti.IntegrationTests.Tickets;

/// <summary>One database for a fixture; each test opens tickets of its own.</summary>
public abstract class TicketTestsBase(DatabaseProvider provider)
{
    protected ManualClock Clock { get; } = new(new DateTimeOffset(2026, 5, 2, 10, 0, 0, TimeSpan.Zero));

    protected TestDatabase Database { get; private set; } = null!;

    protected TestNode Node { get; private set; } = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        WireNames.UseInValidators();
        Database = await TestDatabase.CreateAsync(provider);
        Node = await Database.StartNodeAsync(services =>
        {
            services.AddSingleton<TimeProvider>(Clock);
            Configure(services);
        });
        await PrepareAsync();
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (Database is not null)
        {
            await Database.DisposeAsync();
        }
    }

    /// <summary>What a fixture has otherwise than the product.</summary>
    protected virtual void Configure(IServiceCollection services)
    {
    }

    /// <summary>What a fixture's database has otherwise than the product's.</summary>
    protected virtual Task PrepareAsync() => Task.CompletedTask;

    protected Task<Result<T>> TrySendAsync<T>(IRequest<Result<T>> request) =>
        Node.InScopeAsync(scope => scope.GetRequiredService<IMediator>().Send(request));

    protected Task<Result<T>> SendAsAsync<T>(long tokenId, IRequest<Result<T>> request) => Node.InScopeAsync(scope =>
    {
        scope.GetRequiredService<Actor>().TokenId = tokenId;
        return scope.GetRequiredService<IMediator>().Send(request);
    });

    /// <summary>Fails where the request is refused.</summary>
    protected async Task<T> SendAsync<T>(IRequest<Result<T>> request)
    {
        var result = await TrySendAsync(request);
        result.Error.ShouldBeNull();
        return result.Value;
    }

    protected Task<T> WithDbAsync<T>(Func<ITickitiDb, Task<T>> use) =>
        Node.InScopeAsync(scope => use(scope.GetRequiredService<ITickitiDb>()));

    protected Task<OpenedTicket> OpenAsync(Func<OpenTicket, OpenTicket>? with = null)
    {
        var command = new OpenTicket("Marcus@customer.example", "Carbon plate cracked", "<p>It snapped at mile 14.</p>");
        return SendAsync(with is null ? command : with(command));
    }

    protected static RespondToTicket Answer(OpenedTicket ticket) =>
        new("support@desk.example", "<p>We look into it.</p>") { TicketNumber = ticket.TicketNumber };

    protected Task<Ticket> LoadAsync(OpenedTicket ticket) => WithDbAsync(
        db => db.Tickets.AsNoTracking().Include(one => one.Participants).SingleAsync(one => one.Id == ticket.TicketId));

    protected Task<IReadOnlyList<SentMail>> MailsAsync(OpenedTicket ticket) => WithDbAsync<IReadOnlyList<SentMail>>(
        async db => await db.SentMails.AsNoTracking().Include(mail => mail.Recipients).Include(mail => mail.Attachments)
            .Where(mail => mail.TicketId == ticket.TicketId).OrderBy(mail => mail.Id).ToListAsync());

    protected Task<IReadOnlyList<string>> EventsAsync(OpenedTicket ticket) => WithDbAsync<IReadOnlyList<string>>(
        async db => await db.AuditEntries.AsNoTracking().Where(entry => entry.TicketId == ticket.TicketId)
            .OrderBy(entry => entry.Id).Select(entry => entry.Name).ToListAsync());
}
