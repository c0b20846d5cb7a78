using NUnit.Framework;
using Shouldly;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Users;

namespace Tickiti.UnitTests.Users;

public sealed class DirectorySnapshotTests
{
    private static readonly DirectorySnapshot Directory = new(
        [],
        [],
        [User.System(default), User.Add(2, "Ada", EmailAddress.Parse("Ada@example.com"), isStaff: true, isAdmin: false, default)]);

    [Test]
    public void StaffWithEmail_OfAMember_IsTheMember() => Directory.StaffWithEmail("ada@example.com")!.Id.ShouldBe(2);

    // Neither a ticket nor a mail without a sender is the system user's, who has no address either.
    [Test]
    public void StaffWithEmail_OfNoAddress_IsNobody() => Directory.StaffWithEmail("").ShouldBeNull();
}
