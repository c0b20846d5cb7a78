using NUnit.Framework;
using Shouldly;
using Tickiti.Mail.Tests.Mime;

namespace Tickiti.Mail.Tests.Reports;

public sealed class MessageClassifierTests
{
    [TestCase(MessageKind.Normal, "Subject: Printer")]
    [TestCase(MessageKind.Normal, "Subject: Out of office next week, who takes over?")]
    [TestCase(MessageKind.Normal, "Subject: Auto: Reparatur")]
    [TestCase(MessageKind.Normal, "Subject: Fwd: Undelivered Mail Returned to Sender")]
    [TestCase(MessageKind.Normal, "Precedence: bulk")]
    [TestCase(MessageKind.Normal, "Auto-Submitted: auto-generated")]
    [TestCase(MessageKind.Reply, "In-Reply-To: <a@b>")]
    [TestCase(MessageKind.AutoReply, "Auto-Submitted: auto-replied")]
    [TestCase(MessageKind.AutoReply, "Auto-Submitted: auto-replied; owner-email=\"a@b\"")]
    [TestCase(MessageKind.AutoReply, "Subject: Automatic reply: Printer")]
    [TestCase(MessageKind.AutoReply, "Subject: Abwesenheitsnotiz: Drucker")]
    [TestCase(MessageKind.AutoReply, "X-Autoreply: yes")]
    [TestCase(MessageKind.AutoReply, "Precedence: auto_reply")]
    [TestCase(MessageKind.Bounce, "X-Failed-Recipients: bob@example.net")]
    public void Classify_ByHeader(MessageKind expected, string header) =>
        MessageClassifier.Classify(Lines.Mail("From: ann@example.com", header, "", "x")).ShouldBe(expected);

    [TestCase("")]
    [TestCase("no mail at all")]
    public void Classify_WhenThereIsNoHeader_IsMalformed(string text) =>
        MessageClassifier.Classify(Lines.Mail(text)).ShouldBe(MessageKind.Malformed);

    [TestCase("Subject: x", true)]
    [TestCase("Auto-Submitted: no", true)]
    [TestCase("Auto-Submitted: auto-generated", false)]
    [TestCase("Precedence: Bulk", false)]
    [TestCase("Precedence: junk", false)]
    [TestCase("X-Auto-Response-Suppress: OOF, AutoReply", false)]
    [TestCase("X-Auto-Response-Suppress: All", false)]
    [TestCase("X-Auto-Response-Suppress: DR", true)]
    [TestCase("List-Id: <list.example.com>", false)]
    [TestCase("List-Unsubscribe: <mailto:a@b.example>", false)]
    [TestCase("Feedback-ID: x", false)]
    [TestCase("X-Autorespond: x", false)]
    [TestCase("Return-Path: <>", false)]
    [TestCase("Return-Path: <ann@example.com>", true)]
    public void MayAnswerAutomatically_ByHeader(string header, bool expected)
    {
        var answer = MessageClassifier.MayAnswerAutomatically(Lines.Mail("From: ann@example.com", header, "", "x"));

        answer.IsAllowed.ShouldBe(expected);
        (answer.Reason is null).ShouldBe(expected);
    }

    [Test]
    public void MayAnswerAutomatically_WhenNobodySent_Refuses() =>
        MessageClassifier.MayAnswerAutomatically(Lines.Mail("Subject: x", "", "x")).Reason.ShouldBe("From");
}
