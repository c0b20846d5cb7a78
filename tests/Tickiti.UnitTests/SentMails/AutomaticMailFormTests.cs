using NUnit.Framework;
using Shouldly;
using Tickiti.Application.SentMails;
using Tickiti.Domain.Common;
using Tickiti.Domain.Mailboxes;
using Tickiti.Domain.SentMails;
using Tickiti.Mail;

namespace Tickiti.UnitTests.SentMails;

public sealed class AutomaticMailFormTests
{
    private const string Id = "tk.7.42.0123456789abcdef01234567@desk.test";
    private const string Plus = "support+tk.7.42.0123456789abcdef01234567@desk.test";

    [TestCase(AutomaticKind.Acknowledgement, "auto-replied")]
    [TestCase(AutomaticKind.Notification, "auto-generated")]
    public void Compose_OfAutomaticMail_TellsProgramsNotToAnswer(AutomaticKind kind, string submitted)
    {
        var message = MimeMessage.Parse(Compose(Mail(kind), ReturnPath.Own).Bytes);

        message.Headers["Auto-Submitted"].ShouldBe(submitted);
        message.Headers["X-Auto-Response-Suppress"].ShouldBe("All");
        message.Headers[LoopHeader.Name].ShouldBe($"<{Id}>");
        MessageClassifier.MayAnswerAutomatically(message).IsAllowed.ShouldBeFalse();
    }

    [Test]
    public void Compose_OfAPersonsMail_HasNoneOfThat()
    {
        var message = MimeMessage.Parse(Compose(Mail(null), ReturnPath.Own).Bytes);

        message.Headers["Auto-Submitted"].ShouldBeNull();
        message.Headers[LoopHeader.Name].ShouldBeNull();
    }

    [TestCase(ReturnPath.Own, false, "support@desk.test")]
    [TestCase(ReturnPath.Own, true, "support@desk.test")]
    [TestCase(ReturnPath.Null, false, "support@desk.test")]
    [TestCase(ReturnPath.Null, true, null)]
    [TestCase(ReturnPath.Token, false, Plus)]
    [TestCase(ReturnPath.Token, true, Plus)]
    public void Compose_WhateverTheMailbox_HasItsReturnPath(ReturnPath path, bool isAutomatic, string? expected) =>
        Compose(Mail(isAutomatic ? AutomaticKind.Notification : null), path).ReturnPath.ShouldBe(expected);

    [Test]
    public void Compose_WithIdsThatAreNone_LeavesThemOut()
    {
        var mail = Mail(AutomaticKind.Acknowledgement, "no-at-sign", "half an@id", "good@customer.test");

        var message = MimeMessage.Parse(Compose(mail, ReturnPath.Own).Bytes);

        message.InReplyTo.ShouldBeEmpty();
        message.References.ShouldBe(["good@customer.test"]);
    }

    [TestCase("support@desk.test", Plus)]
    [TestCase("a-name-that-leaves-no-room-for-it@desk.test", null)]
    [TestCase("\"a b\"@desk.test", null)]
    public void PlusAddress_OfAMailbox_HasTheSignedPart(string address, string? expected) => PlusAddress.Of(address, Id).ShouldBe(expected);

    [TestCase("Support+TK.7@Desk.test", "tk.7")]
    [TestCase("support+@desk.test", null)]
    [TestCase("support@desk.test", null)]
    [TestCase("support+x@other.test", null)]
    [TestCase("supporter+x@desk.test", null)]
    [TestCase("support-x@desk.test", null)]
    public void Detail_OfAnAddress_IsOfThisMailboxAlone(string address, string? detail) =>
        PlusAddress.DetailOf(EmailAddress.Parse(address), "support@desk.test").ShouldBe(detail);

    [Test]
    public void Write_WhenTheBrakeHolds_IsSuppressedFromTheStart()
    {
        var mail = Mail(AutomaticKind.Notification, brake: BrakeState.Holds);

        (mail.Status, mail.NextTryAt, mail.AutomaticNumber).ShouldBe((SentMailStatus.Suppressed, null, null));
        mail.LastError!.ShouldStartWith("brake");
    }

    private static ComposedMail Compose(SentMail mail, ReturnPath path) => ComposedMail.Of(mail, new Dictionary<string, byte[]>(), path);

    private static SentMail Mail(AutomaticKind? kind, params string[] references) => Mail(kind, BrakeState.Off, references);

    private static SentMail Mail(AutomaticKind? kind, BrakeState brake, params string[] references) => SentMail.Write(
        42,
        new OutgoingMail
        {
            MailboxId = 1,
            MailboxName = "Support",
            FromAddress = "support@desk.test",
            To = ["ada@customer.test"],
            Subject = "Hello",
            Html = "<p>Hello</p>",
            MessageId = Id,
            InReplyTo = references.FirstOrDefault(),
            References = references,
            Source = kind is null ? SentMailSource.Ticket : SentMailSource.Automatic,
            Automatic = kind is { } automatic
                ? new AutomaticMark(automatic, "ada@customer.test", brake == BrakeState.Holds ? null : 1, brake)
                : null,
        },
        new DateTimeOffset(2026, 5, 2, 10, 0, 0, TimeSpan.Zero));
}
