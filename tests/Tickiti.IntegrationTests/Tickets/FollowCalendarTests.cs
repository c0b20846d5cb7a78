using NUnit.Framework;
using Shouldly;
using Tickiti.Application.Tickets;
using Tickiti.Domain.Tickets;
using Tickiti.Infrastructure.Persistence;

namespace Tickiti.IntegrationTests.Tickets;

[TestFixture(DatabaseProvider.Sqlite)]
[TestFixture(DatabaseProvider.PostgreSql)]
public sealed class FollowCalendarTests(DatabaseProvider provider) : TicketTestsBase(provider)
{
    [Test]
    public async Task FollowCalendar_WhenTheDayHasCome_ReopensAndClosesOnce()
    {
        var held = await OpenAsync(one => one with { Status = "on-hold", OnHoldUntil = new DateOnly(2026, 5, 3) });
        var longer = await OpenAsync(one => one with { Status = "on-hold", OnHoldUntil = new DateOnly(2026, 5, 4) });
        var closing = await OpenAsync();
        await SendAsync(new CloseTicket(closing.TicketNumber, new DateOnly(2026, 5, 3)));

        (await SendAsync(new FollowCalendar())).ShouldBe(new CalendarFollowed(0, 0, false));
        Clock.Advance(TimeSpan.FromHours(14));
        (await SendAsync(new FollowCalendar())).ShouldBe(new CalendarFollowed(1, 1, false));
        (await SendAsync(new FollowCalendar())).ShouldBe(new CalendarFollowed(0, 0, false));

        (await LoadAsync(held)).Status.ShouldBe(TicketStatus.Open);
        (await LoadAsync(longer)).Status.ShouldBe(TicketStatus.OnHold);
        (await LoadAsync(closing)).Status.ShouldBe(TicketStatus.Closed);
    }
}
