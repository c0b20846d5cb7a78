using NUnit.Framework;
using Shouldly;
using Tickiti.Domain.Common;
using Tickiti.Domain.Mailboxes;

namespace Tickiti.UnitTests.Mailboxes;

public sealed class MailboxTests
{
    private static readonly DateTimeOffset Start = new(2026, 5, 2, 10, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Later = Start.AddHours(1);

    [Test]
    public void Connect_WhenGivenSettings_KeepsThemTrimmedWithComparableKeys()
    {
        var mailbox = Mailbox.Connect(7, Settings() with { Name = "  Süpport ", FromName = " Team " }, Start);

        mailbox.Name.ShouldBe("Süpport");
        mailbox.NameKey.ShouldBe("süpport");
        mailbox.FromName.ShouldBe("Team");
        mailbox.Address.ShouldBe("Support@Example.test");
        mailbox.AddressKey.ShouldBe("support@example.test");
        mailbox.CreatedAt.ShouldBe(Start);
        mailbox.Events.ShouldHaveSingleItem().Name.ShouldBe("mailbox.connected");
    }

    [Test]
    public void KeyOf_WhenSpeltWithCombiningMarks_IsTheSame() =>
        Mailbox.KeyOf("Su\u0308pport").ShouldBe(Mailbox.KeyOf("SÜPPORT"));

    [Test]
    public void Settings_WhenTakenFromAMailbox_AreThoseItWasConnectedWith()
    {
        var settings = Fetching() with
        {
            QueueId = 3,
            Intake = Intake.Manual,
            Import = Import.New,
            Smtp = new SmtpSettings { Enable = true, Server = "smtp.test", Username = "u", ValidateCert = false },
            OutgoingType = OutgoingMailboxType.Smtp,
            PlusAddressing = true,
            ReturnPath = ReturnPath.Null,
            AutoResponse = true,
            HourlyBudget = 9,
            MaxConsecutiveErrors = 2,
            SecondaryReportThreshold = 4,
        };

        Mailbox.Connect(7, settings, Start).Settings().ShouldBe(settings);
    }

    [TestCase(false, false, false, TestName = "CanFetch_WhenDisabledAndWithoutPassword_IsFalse")]
    [TestCase(false, true, false, TestName = "CanFetch_WhenDisabled_IsFalse")]
    [TestCase(true, false, false, TestName = "CanFetch_WhenThePasswordIsMissing_IsFalse")]
    [TestCase(true, true, true, TestName = "CanFetch_WhenEnabledAndComplete_IsTrue")]
    public void CanFetch(bool isEnabled, bool hasPassword, bool expected)
    {
        var settings = Fetching();
        var mailbox = Mailbox.Connect(7, settings with { Pop = settings.Pop with { Enable = isEnabled } }, Start);
        if (hasPassword)
        {
            mailbox.SetSecret(MailboxSecret.PopPassword, "kept", Start);
        }

        mailbox.CanFetch.ShouldBe(expected);
        mailbox.Fetches.ShouldBe(isEnabled);
        mailbox.IsIncomplete.ShouldBe(isEnabled && !hasPassword);
    }

    [TestCase(OutgoingMailboxType.Smtp, true, "", false, true, TestName = "CanSend_WhenNoSignInIsAskedFor_NeedsNoPassword")]
    [TestCase(OutgoingMailboxType.Smtp, true, "user", false, false, TestName = "CanSend_WhenThePasswordIsMissing_IsFalse")]
    [TestCase(OutgoingMailboxType.Smtp, true, "user", true, true, TestName = "CanSend_WhenEnabledAndComplete_IsTrue")]
    [TestCase(OutgoingMailboxType.Smtp, false, "user", true, false, TestName = "CanSend_WhenDisabled_IsFalse")]
    [TestCase(OutgoingMailboxType.None, true, "user", true, false, TestName = "CanSend_WhenItSendsByNothing_IsFalse")]
    [TestCase(OutgoingMailboxType.Local, false, "", false, true, TestName = "CanSend_WhenLocal_IsTrue")]
    public void CanSend(OutgoingMailboxType type, bool isEnabled, string userName, bool hasPassword, bool expected)
    {
        var mailbox = Mailbox.Connect(
            7,
            Settings() with
            {
                OutgoingType = type,
                Smtp = new SmtpSettings { Enable = isEnabled, Server = "smtp.test", Username = userName },
            },
            Start);
        if (hasPassword)
        {
            mailbox.SetSecret(MailboxSecret.SmtpPassword, "kept", Start);
        }

        mailbox.CanSend.ShouldBe(expected);
    }

    [Test]
    public void CanFetch_WhenLocal_NeedsNothing()
    {
        var mailbox = Mailbox.Connect(1, Settings() with { Type = MailboxType.Local, OutgoingType = OutgoingMailboxType.Local }, Start);

        mailbox.CanFetch.ShouldBeTrue();
        mailbox.CanSend.ShouldBeTrue();
        mailbox.IsIncomplete.ShouldBeFalse();
    }

    [Test]
    public void Change_WhenNothingDiffers_LeavesNoTrace()
    {
        var mailbox = Connected();

        mailbox.Change(mailbox.Settings() with { Name = " Support " }, Later);

        mailbox.UpdatedAt.ShouldBe(Start);
        mailbox.ConnectionVersion.ShouldBe(0);
        mailbox.Events.ShouldBeEmpty();
    }

    private static IEnumerable<TestCaseData> Reconnecting()
    {
        static TestCaseData Case(string name, Func<MailboxSettings, MailboxSettings> change, bool reconnects) =>
            new TestCaseData(change, reconnects).SetName($"Change_WhenOf{name}_{(reconnects ? "ConnectsAnew" : "KeepsTheConnection")}");

        yield return Case("PopEnable", old => old with { Pop = old.Pop with { Enable = false } }, true);
        yield return Case("PopServer", old => old with { Pop = old.Pop with { Server = "other.test" } }, true);
        yield return Case("PopPort", old => old with { Pop = old.Pop with { Port = 110 } }, true);
        yield return Case("PopEncryption", old => old with { Pop = old.Pop with { Encryption = ConnectionSecurity.None } }, true);
        yield return Case("PopUsername", old => old with { Pop = old.Pop with { Username = "other" } }, true);
        yield return Case("PopValidateCert", old => old with { Pop = old.Pop with { ValidateCert = false } }, true);
        yield return Case("LeaveOnServer", old => old with { Pop = old.Pop with { LeaveOnServer = false } }, false);
        yield return Case("LeaveOnServerDays", old => old with { Pop = old.Pop with { LeaveOnServerDays = 1 } }, false);
        yield return Case("SmtpEnable", old => old with { Smtp = old.Smtp with { Enable = true } }, true);
        yield return Case("SmtpServer", old => old with { Smtp = old.Smtp with { Server = "other.test" } }, true);
        yield return Case("SmtpPort", old => old with { Smtp = old.Smtp with { Port = 25 } }, true);
        yield return Case("SmtpSecurity", old => old with { Smtp = old.Smtp with { Security = ConnectionSecurity.Ssl } }, true);
        yield return Case("SmtpUsername", old => old with { Smtp = old.Smtp with { Username = "other" } }, true);
        yield return Case("OutgoingType", old => old with { OutgoingType = OutgoingMailboxType.Smtp }, true);
        yield return Case("Type", old => old with { Type = MailboxType.Local }, true);
        yield return Case("Name", old => old with { Name = "Other" }, false);
        yield return Case("HourlyBudget", old => old with { HourlyBudget = 5 }, false);
        yield return Case("Queue", old => old with { QueueId = 2 }, false);
    }

    [TestCaseSource(nameof(Reconnecting))]
    public void Change(Func<MailboxSettings, MailboxSettings> change, bool reconnects)
    {
        var mailbox = Connected();

        mailbox.Change(change(mailbox.Settings()), Later);

        mailbox.ConnectionVersion.ShouldBe(reconnects ? 1 : 0);
        mailbox.UpdatedAt.ShouldBe(Later);
        mailbox.Events.ShouldHaveSingleItem().Name.ShouldBe("mailbox.changed");
    }

    [TestCase(MailboxSecret.PopPassword)]
    [TestCase(MailboxSecret.SmtpPassword)]
    [TestCase(MailboxSecret.ClientSecret)]
    public void SetSecret_WhenSet_IsKeptInItsPlaceAndNamedInTheAuditAlone(MailboxSecret secret)
    {
        var mailbox = Connected();

        mailbox.SetSecret(secret, "kept", Later);

        mailbox.SecretOf(secret).ShouldBe("kept");
        Enum.GetValues<MailboxSecret>().Count(one => mailbox.SecretOf(one) is not null).ShouldBe(1);
        mailbox.ConnectionVersion.ShouldBe(1);
        var happened = mailbox.Events.ShouldHaveSingleItem();
        happened.Name.ShouldBe("mailbox.secret_set");
        happened.Detail.ShouldBe(Wire<MailboxSecret>.Name(secret));
    }

    [Test]
    public void SetSecret_WhenCleared_IsGone()
    {
        var mailbox = Connected();
        mailbox.SetSecret(MailboxSecret.PopPassword, "kept", Start);
        mailbox.ForgetEvents();

        mailbox.SetSecret(MailboxSecret.PopPassword, null, Later);
        mailbox.SetSecret(MailboxSecret.PopPassword, null, Later);

        mailbox.PopPassword.ShouldBeNull();
        mailbox.ConnectionVersion.ShouldBe(2);
        mailbox.Events.ShouldHaveSingleItem().Name.ShouldBe("mailbox.secret_cleared");
    }

    private static Mailbox Connected()
    {
        var mailbox = Mailbox.Connect(7, Fetching(), Start);
        mailbox.ForgetEvents();
        return mailbox;
    }

    private static MailboxSettings Settings() =>
        new() { Name = "Support", Address = EmailAddress.Parse("Support@Example.test"), QueueId = 1 };

    private static MailboxSettings Fetching() => Settings() with
    {
        Pop = new PopSettings { Enable = true, Server = "pop.test", Username = "support" },
    };
}
