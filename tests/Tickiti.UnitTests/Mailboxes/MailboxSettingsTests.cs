using NUnit.Framework;
using Shouldly;
using Tickiti.Domain.Common;
using Tickiti.Domain.Mailboxes;

namespace Tickiti.UnitTests.Mailboxes;

public sealed class MailboxSettingsTests
{
    private static readonly MailboxSettings Good = new()
    {
        Name = "Support",
        Address = EmailAddress.Parse("support@example.test"),
        OutgoingType = OutgoingMailboxType.Smtp,
        Pop = new PopSettings { Enable = true, Server = "pop.example.test", Username = "support" },
        Smtp = new SmtpSettings { Enable = true, Server = "::1" },
        HourlyBudget = 100,
    };

    [Test]
    public void Faults_WhenAllIsWell_AreNone()
    {
        Good.Faults().ShouldBeEmpty();
        (Good with { HourlyBudget = null }).Faults().ShouldBeEmpty();
        (Good with { Pop = new PopSettings(), Smtp = new SmtpSettings() }).Faults().ShouldBeEmpty();
    }

    [TestCase(OutgoingMailboxType.Smtp, true)]
    [TestCase(OutgoingMailboxType.None, false)]
    public void Faults_WhenItAcknowledges_AreNoneWhereItSends(OutgoingMailboxType outgoing, bool isGood) =>
        (Good with { OutgoingType = outgoing, AutoResponse = true }).Faults().Keys.ShouldBe(isGood ? [] : ["auto_response"]);

    [TestCase("pop.example.test")]
    [TestCase("localhost")]
    [TestCase("mail_1.example.test")]
    [TestCase("127.0.0.1")]
    [TestCase("::1")]
    [TestCase("[2001:db8::1]")]
    [TestCase("müller.example")]
    public void Faults_WhenTheServerIsAHost_AreNone(string server) =>
        (Good with { Pop = Good.Pop with { Server = server } }).Faults().ShouldBeEmpty();

    private static IEnumerable<TestCaseData> Bad()
    {
        static TestCaseData Case(string field, MailboxSettings settings, string what) =>
            new TestCaseData(field, settings).SetName($"Faults_When{what}_NameTheField");

        var composed = new string('\u0344', 128);
        yield return Case("name", Good with { Name = "  " }, "NameIsBlank");
        yield return Case("name", Good with { Name = new string('n', 256) }, "NameIsTooLong");
        yield return Case("name", Good with { Name = composed }, "NameIsTooLongOnceComposed");
        yield return Case("name", Good with { Name = "a\r\nBcc: b" }, "NameHasALineBreak");
        yield return Case("name", Good with { Name = "half \ud83d" }, "NameHasHalfASurrogatePair");
        yield return Case("from_name", Good with { FromName = "a\nb" }, "FromNameHasALineBreak");
        yield return Case("from_name", Good with { FromName = new string('n', 256) }, "FromNameIsTooLong");
        yield return Case("mailbox_type", Good with { Type = MailboxType.Gmail }, "TypeIsGmail");
        yield return Case("mailbox_type", Good with { Type = MailboxType.Office365 }, "TypeIsOffice365");
        yield return Case("outgoing_mailbox_type", Good with { OutgoingType = OutgoingMailboxType.Gmail }, "OutgoingTypeIsGmail");
        yield return Case("pop_server", Good with { Pop = Good.Pop with { Server = "" } }, "PopServerIsMissing");
        yield return Case("pop_server", Good with { Pop = Good.Pop with { Server = "http://pop.test/" } }, "PopServerIsAUrl");
        yield return Case("pop_server", Good with { Pop = Good.Pop with { Server = "pop.test\r\nQUIT" } }, "PopServerHasALineBreak");
        yield return Case("pop_server", Good with { Pop = Good.Pop with { Server = new string('h', 256) } }, "PopServerIsTooLong");
        yield return Case("pop_port", Good with { Pop = Good.Pop with { Port = 0 } }, "PopPortIsZero");
        yield return Case("pop_port", Good with { Pop = Good.Pop with { Port = 65_536 } }, "PopPortIsTooLarge");
        yield return Case("pop_username", Good with { Pop = Good.Pop with { Username = "" } }, "PopUsernameIsMissing");
        yield return Case("pop_username", Good with { Pop = Good.Pop with { Username = "a\r\nDELE 1" } }, "PopUsernameHasALineBreak");
        yield return Case("leave_on_server_days", Good with { Pop = Good.Pop with { LeaveOnServerDays = -1 } }, "DaysAreNegative");
        yield return Case("smtp_server", Good with { Smtp = Good.Smtp with { Server = "" } }, "SmtpServerIsMissing");
        yield return Case("smtp_server", Good with { Smtp = Good.Smtp with { Server = "a b" } }, "SmtpServerHasABlank");
        yield return Case("smtp_port", Good with { Smtp = Good.Smtp with { Port = -25 } }, "SmtpPortIsNegative");
        yield return Case("smtp_username", Good with { Smtp = Good.Smtp with { Username = "a\0" } }, "SmtpUsernameHasNul");
        yield return Case("hourly_budget", Good with { HourlyBudget = 0 }, "BudgetIsZero");
        yield return Case("max_consecutive_errors", Good with { MaxConsecutiveErrors = 0 }, "ErrorsAreZero");
        yield return Case("secondary_report_threshold", Good with { SecondaryReportThreshold = 0 }, "ThresholdIsZero");
    }

    [TestCaseSource(nameof(Bad))]
    public void Faults(string field, MailboxSettings settings) => settings.Faults().Keys.ShouldBe([field]);

    [Test]
    public void Faults_WhenSeveralFieldsAreWrong_NameThemAll() =>
        (Good with { Name = "", HourlyBudget = -1, Pop = Good.Pop with { Port = 0, Server = "" } }).Faults().Keys
            .ShouldBe(["name", "hourly_budget", "pop_port", "pop_server"], ignoreOrder: true);
}
