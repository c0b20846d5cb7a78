using NUnit.Framework;
using Shouldly;
using Tickiti.Mail.Tests.Mime;

namespace Tickiti.Mail.Tests.Headers;

public sealed class MailingListTests
{
    [Test]
    public void MailingList_OfAListsMail_TellsItsFields()
    {
        var list = Lines.Mail(
            "List-Id: =?utf-8?q?Drucker_=C3=BCberall?= <printers.example.com>", "List-Post: <mailto:printers@example.com> (everyone)",
            "List-Unsubscribe: <https://example.com/", " out?a=1>, <mailto:out@example.com>", "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
            "List-Help: <mailto:help@example.com?subject=help>", "List-Archive: <https://example.com/archive>", "", "").MailingList.ShouldNotBeNull();

        list.Id.ShouldBe("printers.example.com");
        list.Name.ShouldBe("Drucker überall");
        list.Post.ShouldBe(["mailto:printers@example.com"]);
        list.IsReadOnly.ShouldBeFalse();
        list.Unsubscribe.ShouldBe(["https://example.com/out?a=1", "mailto:out@example.com"]);
        list.HasOneClickUnsubscribe.ShouldBeTrue();
        list.Help.ShouldBe(["mailto:help@example.com?subject=help"]);
        list.Archive.ShouldBe(["https://example.com/archive"]);
        list.Subscribe.ShouldBeEmpty();
        list.Owner.ShouldBeEmpty();
    }

    [Test]
    public void MailingList_WhenNobodyMayPost_IsReadOnly() =>
        Lines.Mail("List-Post: NO (announcements only)", "", "").MailingList.ShouldNotBeNull().IsReadOnly.ShouldBeTrue();

    [TestCase("<printers.example.com>", "printers.example.com")]
    [TestCase("printers.example.com", "printers.example.com")]
    [TestCase("\"Printers, old\" <printers.example.com>", "printers.example.com")]
    public void MailingList_OfAnyListId_TellsTheId(string value, string id) =>
        Lines.Mail("List-Id: " + value, "", "").MailingList.ShouldNotBeNull().Id.ShouldBe(id);

    [Test]
    public void MailingList_WithoutItsFields_IsNull() => Lines.Mail("Subject: x", "", "").MailingList.ShouldBeNull();
}
