using NUnit.Framework;
using Shouldly;
using Tickiti.Application.SentMails;
using Tickiti.Domain.Mailboxes;
using Tickiti.Domain.SentMails;
using Tickiti.Mail.Smtp;

namespace Tickiti.UnitTests.SentMails;

public sealed class SentMailTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 2, 10, 0, 0, TimeSpan.Zero);

    [TestCase(RecipientOutcomeKind.Accepted, SentMailStatus.Sent)]
    [TestCase(RecipientOutcomeKind.RefusedForGood, SentMailStatus.Failed)]
    [TestCase(RecipientOutcomeKind.RefusedForNow, SentMailStatus.Queued)]
    [TestCase(RecipientOutcomeKind.Uncertain, SentMailStatus.Uncertain)]
    public void Record_OfOneOutcome_GivesTheMailItsStatus(RecipientOutcomeKind kind, SentMailStatus expected)
    {
        var mail = Mail("ada@x.test");

        var attempt = Record(mail, kind);

        mail.Status.ShouldBe(expected);
        (mail.NextTryAt is null).ShouldBe(expected != SentMailStatus.Queued);
        (mail.LastError is null).ShouldBe(expected == SentMailStatus.Sent);
        attempt.Number.ShouldBe(1);
    }

    [Test]
    public void Record_OfMixedOutcomes_TriesOnlyThoseAgainThatWait()
    {
        var mail = Mail("ada@x.test", "bob@x.test", "cyd@x.test");

        Record(mail, RecipientOutcomeKind.Accepted, RecipientOutcomeKind.Uncertain, RecipientOutcomeKind.RefusedForNow);

        mail.Status.ShouldBe(SentMailStatus.Queued);
        mail.Waiting.Single().Address.ShouldBe("cyd@x.test");
        Record(mail, RecipientOutcomeKind.Accepted);
        mail.Status.ShouldBe(SentMailStatus.Uncertain);
    }

    [Test]
    public void Record_WhenAnAddressIsNone_FailsItInClearWords()
    {
        var mail = Mail("ada@x.test", "nonsense");

        Record(mail, RecipientOutcomeKind.Accepted);

        mail.Status.ShouldBe(SentMailStatus.Failed);
        mail.LastError!.ShouldContain("\"nonsense\" is no email address");
    }

    [Test]
    public void Withdraw_WhenBegun_WaitsAsBefore()
    {
        var mail = Mail("ada@x.test");
        mail.Begin(Now);

        mail.Withdraw(Now);

        mail.Status.ShouldBe(SentMailStatus.Queued);
        mail.NextTryAt.ShouldBe(Now);
        mail.AttemptCount.ShouldBe(0);
    }

    [Test]
    public void Resolve_WhenUncertain_CanBeEachOfThree()
    {
        Uncertain().Accept(Now).IsSuccess.ShouldBeTrue();
        Uncertain().Resend(Now).IsSuccess.ShouldBeTrue();
        Uncertain().Cancel(Now, "No.").IsSuccess.ShouldBeTrue();
    }

    [Test]
    public void Resolve_WhenSent_IsRefusedInWords()
    {
        var mail = Mail("ada@x.test");
        Record(mail, RecipientOutcomeKind.Accepted);

        mail.Resend(Now).Error!.Message.ShouldContain("nothing to resolve");
        mail.Accept(Now).IsSuccess.ShouldBeFalse();
        mail.Cancel(Now, "No.").IsSuccess.ShouldBeFalse();
        mail.Status.ShouldBe(SentMailStatus.Sent);
    }

    [Test]
    public void Resend_OfAPartlySentMail_LeavesOutWhoHasIt()
    {
        var mail = Mail("ada@x.test", "bob@x.test");
        Record(mail, RecipientOutcomeKind.Accepted, RecipientOutcomeKind.RefusedForGood);

        mail.Resend(Now);

        mail.Waiting.Single().Address.ShouldBe("bob@x.test");
        mail.NextTryAt.ShouldBe(Now);
    }

    [Test]
    public void TakeReport_OfAnUncertainRecipient_LeavesTheOthersTheirTime()
    {
        var mail = Mail("ada@x.test", "bob@x.test");
        Record(mail, RecipientOutcomeKind.Uncertain, RecipientOutcomeKind.RefusedForNow);
        var due = mail.NextTryAt.ShouldNotBeNull();

        mail.TakeReport(Delivered("ada@x.test"));

        mail.Status.ShouldBe(SentMailStatus.Queued);
        mail.NextTryAt.ShouldBe(due);
    }

    [Test]
    public void TakeReport_WhileTheOthersAreTried_LeavesTheAttemptUnderWay()
    {
        var mail = Mail("ada@x.test", "bob@x.test");
        Record(mail, RecipientOutcomeKind.Uncertain, RecipientOutcomeKind.RefusedForNow);
        mail.Begin(Now);

        mail.TakeReport(Delivered("ada@x.test"));

        mail.Status.ShouldBe(SentMailStatus.Sending);
        Record(mail, RecipientOutcomeKind.Accepted);
        mail.Status.ShouldBe(SentMailStatus.Sent);
    }

    [Test]
    public void Record_WhenResentMeanwhile_LeavesTheNewcomerDue()
    {
        var mail = Mail("ada@x.test", "bob@x.test");
        Record(mail, RecipientOutcomeKind.RefusedForGood, RecipientOutcomeKind.RefusedForNow);
        var tried = mail.Waiting.ToList();
        mail.Resend(Now);

        var report = new DeliveryReport("mail.test:25", [new RecipientReport(RecipientOutcomeKind.RefusedForNow, "later")]);
        DeliveryOutcome.Record(mail, report, tried, Now, 0.5);

        mail.Waiting.Count().ShouldBe(2);
        mail.NextTryAt.ShouldBe(Now);
    }

    [Test]
    public void SuppressWhole_ForOneOfThem_RelaysToNobody()
    {
        var mail = Mail("ada@x.test", "Bob@X.test");

        mail.SuppressWhole(["bob@x.test"], "Suppressed.");

        mail.Status.ShouldBe(SentMailStatus.Suppressed);
        mail.Waiting.ShouldBeEmpty();
        mail.NextTryAt.ShouldBeNull();
    }

    [Test]
    public void Suppress_ForOneOfThem_LeavesTheOthers()
    {
        var mail = Mail("ada@x.test", "bob@x.test");

        mail.Suppress(["bob@x.test"], "Suppressed.");

        mail.Status.ShouldBe(SentMailStatus.Queued);
        mail.Waiting.Single().Address.ShouldBe("ada@x.test");
    }

    [Test]
    public void Compose_Twice_GivesTheSameBytes()
    {
        var mail = Mail("ada@x.test", "nonsense");

        var first = ComposedMail.Of(mail, new Dictionary<string, byte[]>(), ReturnPath.Own);
        var second = ComposedMail.Of(mail, new Dictionary<string, byte[]>(), ReturnPath.Own);

        second.Bytes.ShouldBe(first.Bytes);
        first.Recipients.Single().Address.ShouldBe("ada@x.test");
    }

    private static DeliveryNotice Delivered(string recipient) =>
        new(DeliveryEvent.Delivered, ReportProof.Verified, "report", Now) { Recipient = recipient };

    private static SentMail Uncertain()
    {
        var mail = Mail("ada@x.test");
        Record(mail, RecipientOutcomeKind.Uncertain);
        return mail;
    }

    private static SentMailAttempt Record(SentMail mail, params RecipientOutcomeKind[] kinds)
    {
        var report = new DeliveryReport("mail.test:25", [.. kinds.Select(kind => new RecipientReport(kind, "words"))]);
        return DeliveryOutcome.Record(mail, report, [.. mail.Waiting.Where(one => ComposedMail.CanReach(one.Address))], Now, 0.5);
    }

    private static SentMail Mail(params string[] to) => SentMail.Write(
        7,
        new OutgoingMail
        {
            MailboxId = 1,
            MailboxName = "Support",
            FromAddress = "support@desk.test",
            To = to,
            Subject = "Hello",
            Html = "<p>Hello</p>",
            MessageId = "tk.0.7.abc@desk.test",
            Source = SentMailSource.Api,
        },
        Now);
}
