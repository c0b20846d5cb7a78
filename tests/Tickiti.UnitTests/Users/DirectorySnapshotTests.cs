using NUnit.Framework;
using Shouldly;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Mailboxes;
using Tickiti.Domain.Users;

namespace Tickiti.UnitTests.Users;

public sealed class DirectorySnapshotTests
{
    private static readonly DirectorySnapshot Directory = new(
        [],
        [MailboxOf(1, "support@desk.test"), MailboxOf(2, "Sales+EU@desk.test")],
        [User.System(default), User.Add(2, "Ada", EmailAddress.Parse("Ada@example.com"), isStaff: true, isAdmin: false, default)]);

    [Test]
    public void StaffWithEmail_OfAMember_IsTheMember() => Directory.StaffWithEmail("ada@example.com")!.Id.ShouldBe(2);

    [TestCase("support@desk.test", true)]
    [TestCase("support+web@desk.test", true)]
    [TestCase("support+@desk.test", true)]
    [TestCase("sales+eu@desk.test", true)]
    [TestCase("sales+eu+tk.9@desk.test", true)]
    [TestCase("sales@desk.test", false)]
    [TestCase("sales+us@desk.test", false)]
    [TestCase("supporter@desk.test", false)]
    [TestCase("support+web@other.test", false)]
    [TestCase("", false)]
    public void IsOurs_OfAnAddress_IsWhetherAMailboxGetsIt(string addressKey, bool isOurs) => Directory.IsOurs(addressKey).ShouldBe(isOurs);

    // Neither a ticket nor a mail without a sender is the system user's, who has no address either.
    [Test]
    public void StaffWithEmail_OfNoAddress_IsNobody() => Directory.StaffWithEmail("").ShouldBeNull();

    private static Mailbox MailboxOf(long id, string address) =>
        Mailbox.Connect(id, new MailboxSettings { Name = address, Address = EmailAddress.Parse(address), QueueId = 1 }, default);
}
