using NUnit.Framework;
using Shouldly;
using Tickiti.Domain.SentMails;

namespace Tickiti.UnitTests.SentMails;

public sealed class RetryScheduleTests
{
    private static readonly DateTimeOffset Start = new(2026, 5, 2, 10, 0, 0, TimeSpan.Zero);

    [TestCase(0, 5)]
    [TestCase(1, 6.5)]
    [TestCase(2, 8.45)]
    [TestCase(10, 68.929)]
    public void NextTry_WithoutJitterOrHint_GrowsByThreeTenths(int earlierTries, double minutes) =>
        RetrySchedule.NextTry(earlierTries, Start, Start, null, 0.5)!.Value
            .ShouldBe(Start.AddMinutes(minutes), TimeSpan.FromSeconds(1));

    [Test]
    public void NextTry_AfterManyTries_IsNeverMoreThanEightHoursAway() =>
        RetrySchedule.NextTry(1000, Start, Start, null, 1).ShouldBe(Start.AddHours(8));

    [Test]
    public void NextTry_WithAHint_IsNotSooner([Values(0, 0.5, 1)] double jitter) =>
        (RetrySchedule.NextTry(2, Start, Start, TimeSpan.FromMinutes(2), jitter)!.Value - Start)
            .ShouldBeInRange(TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(2.2));

    [Test]
    public void NextTry_WithAHintOfNoTime_IsHalfAMinuteAway([Values(0, 1, 20)] int seconds) =>
        RetrySchedule.NextTry(0, Start, Start, TimeSpan.FromSeconds(seconds), 0).ShouldBe(Start.AddSeconds(30));

    [Test]
    public void NextTry_WithAShortHintAfterThreeTries_FollowsTheSchedule()
    {
        var own = RetrySchedule.NextTry(3, Start, Start, null, 0.5)!.Value;

        RetrySchedule.NextTry(3, Start, Start, TimeSpan.FromMinutes(2), 0).ShouldBe(own);
        RetrySchedule.NextTry(3, Start, Start, TimeSpan.FromHours(2), 0).ShouldBe(Start.AddHours(2));
    }

    [Test]
    public void NextTry_WithAnAbsurdHint_IsWithinEightHours() =>
        RetrySchedule.NextTry(0, Start, Start, TimeSpan.FromDays(3), 1).ShouldBe(Start.AddHours(8));

    [Test]
    public void NextTry_WhenItWouldLieBehind48Hours_IsNone()
    {
        RetrySchedule.NextTry(0, Start, Start.AddHours(47), null, 0.5).ShouldNotBeNull();
        RetrySchedule.NextTry(0, Start, Start.AddHours(47.95), null, 0.5).ShouldBeNull();
    }
}
