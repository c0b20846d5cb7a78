using NUnit.Framework;
using Shouldly;
using Tickiti.Mail.Smtp;

namespace Tickiti.Mail.Tests.Smtp;

public sealed class SmtpReplyTests
{
    [TestCase("5.1.1 no", "5.1.1")]
    [TestCase("4.2.0", "4.2.0")]
    [TestCase("2.123.456 x", "2.123.456")]
    [TestCase("3.1.1 x", null)]
    [TestCase("5.1 x", null)]
    [TestCase("5.1.1.1 x", null)]
    [TestCase("5.1.1234 x", null)]
    [TestCase("5.1.1x", null)]
    [TestCase("5..1 x", null)]
    [TestCase("", null)]
    public void TryParse_TakesWhatIsAnEnhancedStatusCode(string text, string? code)
    {
        EnhancedStatusCode.TryParse(text, out var parsed, out _).ShouldBe(code is not null);
        if (code is not null)
        {
            parsed.ToString().ShouldBe(code);
        }
    }

    [TestCase("Greylisted, try again in 5 minutes", 300)]
    [TestCase("please retry after 300 seconds.", 300)]
    [TestCase("Too many messages; wait 2 hours", 7200)]
    [TestCase("Greylisting in action, please come back in 00:04:59", 299)]
    [TestCase("Please try again later in 10 min", 600)]
    [TestCase("try again later", null)]
    [TestCase("queue 5 minutes long", null)]
    [TestCase("try again in 99999999 minutes", null)]
    public void RetryAfter_IsWhatTheServerSays(string text, int? seconds) =>
        new RecipientOutcome("b@y.test", RecipientOutcomeKind.RefusedForNow, SmtpStage.RcptTo, 450, null, text)
            .RetryAfter.ShouldBe(seconds is { } s ? TimeSpan.FromSeconds(s) : null);

    [Test]
    public void RetryAfter_WhenRefusedForGood_IsNothing() =>
        new RecipientOutcome("b@y.test", RecipientOutcomeKind.RefusedForGood, SmtpStage.RcptTo, 550, null, "try again in 5 minutes")
            .RetryAfter.ShouldBeNull();
}
