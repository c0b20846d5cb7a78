using NUnit.Framework;
using Shouldly;
using Tickiti.Domain.SentMails;

namespace Tickiti.UnitTests.SentMails;

public sealed class BrakeTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 20, 10, 0, 0, TimeSpan.Zero);

    [TestCase(7, 10, 10)]
    [TestCase(null, 30, 10)]
    public void State_WithinTenMinutes_LetsSoManyGo(long? ticketId, int most, int minutes)
    {
        var went = Run(ticketId, 100, TimeSpan.FromSeconds(1));

        went.Count.ShouldBe(most);
        Brake.StateFor(Newest(went), ticketId, went[0].At.AddMinutes(minutes)).ShouldNotBe(BrakeState.Holds);
    }

    // A loop of one mail every 20 seconds, for twelve hours: no window is ever overfull.
    [TestCase(7, 10, 10, 15, 30, 25, 60, 50, 180, 100, 600)]
    [TestCase(null, 30, 10, 60, 30, 120, 60, 240, 180, 360, 600)]
    public void State_WhileALoopGoesOn_KeepsEveryLimit(long? ticketId, params int[] limits)
    {
        var went = Run(ticketId, 12 * 60 * 3, TimeSpan.FromSeconds(20));

        foreach (var limit in limits.Chunk(2))
        {
            var fullest = went.Max(one => went.Count(other => other.At >= one.At && other.At < one.At.AddMinutes(limit[1])));
            fullest.ShouldBeLessThanOrEqualTo(limit[0]);
        }

        went.Count.ShouldBeGreaterThanOrEqualTo(limits[^2]);
    }

    [Test]
    public void State_OfOtherTickets_CountsForTheRecipientAlone()
    {
        var went = Enumerable.Range(0, 29).Select(i => ((long?)(100 + i), Start)).ToList();

        Brake.StateFor(went, 7, Start).ShouldBe(BrakeState.Engages);
        went.Insert(0, (99, Start));
        Brake.StateFor(went, 7, Start).ShouldBe(BrakeState.Holds);
    }

    [Test]
    public void State_WhenMailKeepsComing_EngagesOnce()
    {
        var (engaged, went) = (0, new List<(long? TicketId, DateTimeOffset At)>());
        for (var i = 0; i < 40; i++)
        {
            var at = Start.AddSeconds(30 * i);
            var state = Brake.StateFor(Newest(went), 7, at);
            engaged += state == BrakeState.Engages ? 1 : 0;
            if (state != BrakeState.Holds)
            {
                went.Add((7, at));
            }
        }

        went.Count.ShouldBeGreaterThan(10);
        engaged.ShouldBe(1);
    }

    private static List<(long? TicketId, DateTimeOffset At)> Run(long? ticketId, int count, TimeSpan every)
    {
        var went = new List<(long? TicketId, DateTimeOffset At)>();
        for (var i = 0; i < count; i++)
        {
            if (Brake.StateFor(Newest(went), ticketId, Start + (i * every)) != BrakeState.Holds)
            {
                went.Add((ticketId, Start + (i * every)));
            }
        }

        return went;
    }

    private static IEnumerable<(long? TicketId, DateTimeOffset At)> Newest(List<(long? TicketId, DateTimeOffset At)> went) =>
        went.AsEnumerable().Reverse().Take(Brake.Remembered);
}
