using NUnit.Framework;
using Shouldly;
using Tickiti.Application.Mailboxes;
using Tickiti.Domain.Common;
using Tickiti.Domain.Mailboxes;

namespace Tickiti.UnitTests.Mailboxes;

public sealed class MailboxHealthTests
{
    private static readonly DateTimeOffset Start = new(2026, 5, 2, 10, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Next = Start.AddMinutes(5);

    [Test]
    public void Fail_WhenRepeated_TellsPeopleAtTheThresholdAndOnceMore()
    {
        var mailbox = Working(maxErrors: 2, threshold: 3);
        var health = MailboxHealth.Of(mailbox, MailDirection.Incoming, Start);

        var told = Enumerable.Range(1, 8).Where(_ => health.Fail(MailboxState.Retrying, "no route", mailbox, Next)).Count();
        told.ShouldBe(2);
        health.State.ShouldBe(MailboxState.Failing);
        health.ConsecutiveErrors.ShouldBe(8);
    }

    [Test]
    public void Fail_WhenCredentialsAreRefused_SaysSoFromTheFirstTime()
    {
        var mailbox = Working();
        var health = MailboxHealth.Of(mailbox, MailDirection.Incoming, Start);

        health.Fail(MailboxState.CredentialsRefused, "-ERR", mailbox, Next);

        health.State.ShouldBe(MailboxState.CredentialsRefused);
    }

    [Test]
    public void Fail_WhenTheErrorIsLong_CutsItBetweenCharacters()
    {
        var mailbox = Working();
        var health = MailboxHealth.Of(mailbox, MailDirection.Incoming, Start);

        health.Fail(MailboxState.Retrying, new string('x', MailboxHealth.LastErrorMaxLength - 1) + "😀", mailbox, Next);

        health.LastError.ShouldBe(new string('x', MailboxHealth.LastErrorMaxLength - 1));
    }

    [Test]
    public void Read_WhenTheConnectionWasChangedSince_IsNewWhateverWasFound()
    {
        var mailbox = Working();
        var health = MailboxHealth.Of(mailbox, MailDirection.Incoming, Start);
        health.Succeed(Start, Next);
        health.Fail(MailboxState.CredentialsRefused, "-ERR", mailbox, Next);

        mailbox.SetSecret(MailboxSecret.PopPassword, "another", Start);

        var read = MailboxHealthReads.Of(mailbox, [health]);
        read.State.ShouldBe(MailboxState.New);
        read.LastError.ShouldBeNull();
        read.ConsecutiveErrors.ShouldBe(0);
        read.LastOkAt.ShouldBe(Start);
    }

    [Test]
    public void Read_WhenASecretIsMissing_IsIncompleteWhateverWasFound()
    {
        var mailbox = Working();
        mailbox.SetSecret(MailboxSecret.PopPassword, null, Start);

        MailboxHealthReads.Of(mailbox, []).State.ShouldBe(MailboxState.Incomplete);
    }

    [Test]
    public void Read_WhenNothingIsEnabled_IsDisabled()
    {
        var mailbox = Mailbox.Connect(7, Settings(), Start);

        MailboxHealthReads.Of(mailbox, []).State.ShouldBe(MailboxState.Disabled);
    }

    [Test]
    public void Read_WhenOneDirectionFails_TellsTheWorse()
    {
        var mailbox = Working();
        var incoming = MailboxHealth.Of(mailbox, MailDirection.Incoming, Start);
        incoming.Succeed(Start, Next);
        var outgoing = MailboxHealth.Of(mailbox, MailDirection.Outgoing, Start);
        outgoing.Fail(MailboxState.Retrying, "421 busy", mailbox, Next);

        var read = MailboxHealthReads.Of(mailbox, [incoming, outgoing]);

        read.State.ShouldBe(MailboxState.Retrying);
        read.LastError.ShouldBe("421 busy");
        read.LastOkAt.ShouldBe(Start);
        var each = MailboxHealthReads.EachOf(mailbox, [incoming, outgoing]);
        each.Incoming!.State.ShouldBe(MailboxState.Ok);
        each.Outgoing!.State.ShouldBe(MailboxState.Retrying);
    }

    [Test]
    public void Read_WhenOneDirectionIsUntried_TellsTheTriedOne()
    {
        var mailbox = Working();
        var incoming = MailboxHealth.Of(mailbox, MailDirection.Incoming, Start);
        incoming.Succeed(Start, Next);

        MailboxHealthReads.Of(mailbox, [incoming]).State.ShouldBe(MailboxState.Ok);
    }

    private static MailboxSettings Settings() => new() { Name = "Support", Address = EmailAddress.Parse("s@example.test") };

    private static Mailbox Working(int maxErrors = 5, int threshold = 3)
    {
        var mailbox = Mailbox.Connect(
            7,
            Settings() with
            {
                OutgoingType = OutgoingMailboxType.Smtp,
                Pop = new PopSettings { Enable = true, Server = "pop.test", Username = "s" },
                Smtp = new SmtpSettings { Enable = true, Server = "smtp.test" },
                MaxConsecutiveErrors = maxErrors,
                SecondaryReportThreshold = threshold,
            },
            Start);
        mailbox.SetSecret(MailboxSecret.PopPassword, "kept", Start);
        return mailbox;
    }
}
