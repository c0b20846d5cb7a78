using System.Text;
using NUnit.Framework;
using Shouldly;
using Tickiti.Domain.Interventions;
using Tickiti.Infrastructure.Interventions;

namespace Tickiti.UnitTests.Interventions;

public sealed class EpilogCallTests
{
    private static readonly DateTimeOffset Start = new(2026, 5, 2, 10, 0, 0, TimeSpan.Zero);

    [Test]
    public void Record_OfFailures_WaitsLongerEachTimeAndGivesUpAfterTwoDays()
    {
        var call = EpilogCall.Queue(1, 1, 1, 1, Start);
        var now = Start;
        var delays = new List<TimeSpan>();
        while (call.Status == EpilogStatus.Queued && delays.Count < 100)
        {
            call.Record(new EpilogTry(EpilogOutcome.Refused, 500, "no"), jitter: 0.5, now);
            delays.Add(call.NextTryAt - now);
            now = call.NextTryAt;
        }

        call.Status.ShouldBe(EpilogStatus.Failed);
        delays.Take(3).ShouldBe([TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(90)]);
        delays.Max().ShouldBe(EpilogSchedule.LongestDelay);
        (now - Start).ShouldBeInRange(EpilogSchedule.GiveUpAfter - EpilogSchedule.LongestDelay, EpilogSchedule.GiveUpAfter);
    }

    [Test]
    public void Record_OfAnAcceptedOne_EndsIt()
    {
        var call = EpilogCall.Queue(1, 1, 1, 1, Start);
        call.Record(new EpilogTry(EpilogOutcome.Unknown, 0, "cut"), 0, Start);

        var attempt = call.Record(new EpilogTry(EpilogOutcome.Accepted, 204, ""), 0, Start);

        (call.Status, call.AttemptCount, call.LastError, call.EndedAt).ShouldBe((EpilogStatus.Delivered, 2, null, Start));
        (attempt.Number, attempt.Outcome).ShouldBe((2, EpilogOutcome.Accepted));
        call.Retry(Start).Error.ShouldNotBeNull();
    }

    [Test]
    public void Record_OfATryThatOurStopBrokeOff_IsDueAtOnce()
    {
        var call = EpilogCall.Queue(1, 1, 1, 1, Start);
        call.Record(new EpilogTry(EpilogOutcome.Refused, 500, "no"), jitter: 0.5, Start);
        var stopped = Start.AddMinutes(1);

        var attempt = call.Record(new EpilogTry(EpilogOutcome.Unknown, 0, "stopped") { IsBrokenOff = true }, jitter: 0.5, stopped);

        (call.Status, call.NextTryAt, call.AttemptCount, attempt.Outcome).ShouldBe((EpilogStatus.Queued, stopped, 2, EpilogOutcome.Unknown));
    }

    [Test]
    public void Record_OfGone_IsFinal()
    {
        var call = EpilogCall.Queue(1, 1, 1, 1, Start);

        call.Record(new EpilogTry(EpilogOutcome.Refused, 410, "gone", IsFinal: true), 0, Start);

        call.Status.ShouldBe(EpilogStatus.Failed);
        call.Retry(Start).IsSuccess.ShouldBeTrue();
        call.Status.ShouldBe(EpilogStatus.Queued);
    }

    [TestCase(5, 10)]
    [TestCase(120, 120)]
    [TestCase(1_000_000, 4 * 3600)]
    public void NextTry_OfARequestForPatience_IsNotEarlierAndNotForEver(int asked, int seconds) =>
        EpilogSchedule.NextTry(1, Start, Start, TimeSpan.FromSeconds(asked), jitter: 0.5).ShouldBe(Start.AddSeconds(seconds));

    [Test]
    public void SignatureOf_WithTwoTokens_IsAHmacForEach()
    {
        // printf '1777716000.{}' | openssl dgst -sha256 -hmac secret
        var signature = EpilogRequest.SignatureOf(Encoding.UTF8.GetBytes("{}"), ["secret", "older"], Start);

        signature.ShouldStartWith("t=1777716000,v1=6a6d798150a31cb254dcb5c07f04a04b1f6879da504dcb43a092f9ae3c38eb1b,v1=");
    }
}
