using NUnit.Framework;
using Shouldly;
using Tickiti.Application.Common;
using Tickiti.Application.SentMails;
using Tickiti.Domain.Common;
using Tickiti.Domain.Mailboxes;

namespace Tickiti.UnitTests.SentMails;

public sealed class OutgoingMailboxTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 10, 0, 0, TimeSpan.Zero);

    private static readonly Mailbox Local = Connect(1, "local", OutgoingMailboxType.Local);
    private static readonly Mailbox First = Connect(2, "first", OutgoingMailboxType.Smtp);
    private static readonly Mailbox Second = Connect(3, "second", OutgoingMailboxType.Smtp);
    private static readonly Mailbox Disabled = Connect(4, "disabled", OutgoingMailboxType.Smtp, isEnabled: false);
    private static readonly Mailbox WithoutSecret = Connect(5, "secretless", OutgoingMailboxType.Smtp, user: "somebody");
    private static readonly Mailbox Silent = Connect(6, "silent", OutgoingMailboxType.None);

    private static IEnumerable<TestCaseData> Cases()
    {
        yield return Case("the one with the from address", [Local, First, Second], "SECOND@desk.test", Second);
        yield return Case("the from address of the local one", [Local, First], "local@desk.test", Local);
        yield return Case("no match: the first that can send", [Local, First, Second], "other@desk.test", First);
        yield return Case("none configured: the first that can send", [Local, First, Second], null, First);
        yield return Case("by creation, not by id", [Second, First], null, Second);
        yield return Case("one that is switched off is passed over", [Local, Disabled, Second], null, Second);
        yield return Case("one that lacks its password is passed over", [WithoutSecret, Second], null, Second);
        yield return Case("the from address of one that cannot send", [Local, First, Disabled], "disabled@desk.test", null);
        yield return Case("the local one while there is no other", [Local], null, Local);
        yield return Case("the local one is no default beside others", [Local, Silent], null, null);
        yield return Case("nothing that sends", [Silent, Disabled], null, null);
        yield return Case("nothing at all", [], null, null);
    }

    [TestCaseSource(nameof(Cases))]
    public void Default_OfTheseMailboxes_IsTheOneOfTheRule(Mailbox[] mailboxes, string? fromAddress, Mailbox? expected)
    {
        var directory = new DirectorySnapshot([], mailboxes, []);

        OutgoingMailbox.Default(directory, fromAddress).ShouldBe(expected);
        (OutgoingMailbox.Choose(directory, null, fromAddress).Error is null).ShouldBe(expected is not null);
    }

    [TestCase("SECOND ", true)]
    [TestCase("second@desk.test", false)]
    [TestCase("disabled", false)]
    [TestCase("nowhere", false)]
    public void Choose_ByName_TakesTheNameWithoutCaseAndNoAddress(string name, bool isFound)
    {
        var chosen = OutgoingMailbox.Choose(new DirectorySnapshot([], [First, Second, Disabled], []), name, null);

        (chosen.Error is null).ShouldBe(isFound);
        if (chosen.Error is { } error)
        {
            error.Fields.Keys.ShouldBe(["mailbox"]);
        }
    }

    private static TestCaseData Case(string name, Mailbox[] mailboxes, string? fromAddress, Mailbox? expected) =>
        new TestCaseData(mailboxes, fromAddress, expected).SetArgDisplayNames(name);

    private static Mailbox Connect(long id, string name, OutgoingMailboxType type, bool isEnabled = true, string user = "") =>
        Mailbox.Connect(
            id,
            new MailboxSettings
            {
                Name = name,
                Address = EmailAddress.Parse($"{name}@desk.test"),
                OutgoingType = type,
                QueueId = 1,
                Smtp = new SmtpSettings { Enable = isEnabled, Server = "smtp.desk.test", Username = user },
            },
            Now);
}
