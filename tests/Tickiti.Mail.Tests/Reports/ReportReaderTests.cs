using NUnit.Framework;
using Shouldly;
using Tickiti.Mail.Tests.Mime;

namespace Tickiti.Mail.Tests.Reports;

public sealed class ReportReaderTests
{
    [Test]
    public void Read_OfADeliveryReport_TellsEveryRecipient()
    {
        var mail = Lines.Mail(
            "From: MAILER-DAEMON@mx.example.org",
            "Content-Type: multipart/report; report-type=delivery-status; boundary=b", "", "--b", "", "Sorry.", "--b",
            "Content-Type: message/delivery-status", "", "Reporting-MTA: dns; mx.example.org", "",
            "Final-Recipient: rfc822; bob@example.net", "Action: failed",
            "Status: 5.0.0", "Diagnostic-Code: smtp; 550 5.1.1 no such user", "",
            "Original-Recipient: rfc822;Carol@example.net",
            "Final-Recipient: rfc822;<carol@example.net>", "Action: delayed (will retry)", "Status: 4.4.1 (timed out)",
            "--b", "Content-Type: text/rfc822-headers", "",
            "Message-ID: <1@example.com>", "--b--");

        var report = ReportReader.Read(mail).ShouldNotBeNull();

        report.Type.ShouldBe(MailReportType.DeliveryStatus);
        report.OriginalMessageId.ShouldBe("1@example.com");
        report.Recipients.ShouldBe(
        [
            new ReportRecipient("bob@example.net", null, "failed", "5.1.1", "smtp; 550 5.1.1 no such user"),
            new ReportRecipient("carol@example.net", "Carol@example.net", "delayed", "4.4.1", null),
        ]);
        report.Recipients.Select(recipient => recipient.IsHard).ShouldBe([true, false]);
        MessageClassifier.Classify(mail).ShouldBe(MessageKind.Bounce);
    }

    [Test]
    public void Read_OfAComplaint_TellsWhoComplained()
    {
        var mail = Lines.Mail(
            "From: abuse@example.org", "Content-Type: multipart/report; report-type=feedback-report; boundary=b", "",
            "--b", "", "Complaint.", "--b",
            "Content-Type: message/feedback-report", "", "Feedback-Type: abuse", "Version: 1",
            "Original-Rcpt-To: <bob@example.net>", "--b", "Content-Type: message/rfc822", "",
            "Message-ID: <1@example.com>", "To: bob@example.net", "", "x", "--b--");

        var report = ReportReader.Read(mail).ShouldNotBeNull();

        report.Type.ShouldBe(MailReportType.Feedback);
        report.FeedbackType.ShouldBe("abuse");
        report.OriginalMessageId.ShouldBe("1@example.com");
        report.Recipients.ShouldHaveSingleItem().Address.ShouldBe("bob@example.net");
        MessageClassifier.Classify(mail).ShouldBe(MessageKind.SpamReport);
    }

    [Test]
    public void Read_OfAReadReceipt_IsAReport()
    {
        var mail = Lines.Mail(
            "From: bob@example.net", "Content-Type: multipart/report; report-type=disposition-notification; boundary=b",
            "", "--b", "", "Read.", "--b",
            "Content-Type: message/disposition-notification", "", "Final-Recipient: rfc822;bob@example.net",
            "Original-Message-ID: <1@example.com>",
            "Disposition: manual-action/MDN-sent-manually; displayed", "--b--");

        ReportReader.Read(mail).ShouldNotBeNull().Type.ShouldBe(MailReportType.Disposition);
        ReportReader.Read(mail)!.OriginalMessageId.ShouldBe("1@example.com");
        ReportReader.Read(mail)!.Disposition.ShouldBe(new MailDisposition("displayed", IsAutomaticAction: false, IsSentAutomatically: false));
        MessageClassifier.Classify(mail).ShouldBe(MessageKind.Report);
    }

    [TestCase("automatic-action/MDN-sent-automatically; deleted", "deleted", true, true)]
    [TestCase("manual-action/MDN-sent-automatically;displayed/error", "displayed", false, true)]
    [TestCase("DISPLAYED", "displayed", false, false)]
    public void Disposition_OfAReadReceipt_IsRead(string value, string type, bool isAutomatic, bool isSentAutomatically) =>
        ReportReader.Read(Lines.Mail("From: b@example.net", "Content-Type: message/disposition-notification", "", "Disposition: " + value))!
            .Disposition.ShouldBe(new MailDisposition(type, isAutomatic, isSentAutomatically));

    [TestCase("abuse", MessageKind.SpamReport)]
    [TestCase("fraud", MessageKind.SpamReport)]
    [TestCase("auth-failure", MessageKind.Report)]
    [TestCase("opt-out", MessageKind.Report)]
    [TestCase("not-spam", MessageKind.Report)]
    public void Classify_OfAFeedbackReport_GoesByItsType(string type, MessageKind kind) =>
        MessageClassifier.Classify(Lines.Mail(
            "Content-Type: multipart/report; report-type=feedback-report; boundary=b", "", "--b", "", "Complaint.", "--b",
            "Content-Type: message/feedback-report", "", "Feedback-Type: " + type, "--b", "Content-Type: text/rfc822-header", "",
            "To: bob@example.net", "--b--")).ShouldBe(kind);

    [TestCase("5.1.0 - Unknown address error 550-'5.2.2 <bob@example.net>... Mailbox full'", "5.2.2")]
    [TestCase("550 5.7.0 refused, see 4.7.1", "5.7.0")]
    [TestCase("550 192.0.5.1.1 is no code, 5.1.1 is", "5.1.1")]
    [TestCase("421 4.7.0 deferred - 4.16.55.1", "4.7.0")]
    public void Read_OfVagueFields_TakesTheFinestCodeOfTheWords(string diagnostic, string status) =>
        ReportReader.Read(Lines.Mail(
            "Content-Type: message/delivery-status", "", "Reporting-MTA: dns; x", "", "Final-Recipient: rfc822;bob@example.net",
            "Action: failed", "Diagnostic-Code: smtp; " + diagnostic))!.Recipients.ShouldHaveSingleItem().Status.ShouldBe(status);

    [TestCase("{")]
    [TestCase("[]")]
    [TestCase("{\"notificationType\":\"Bounce\",\"bounce\":{\"bouncedRecipients\":[{\"emailAddress\":\"\\ud800\"}]}}")]
    [TestCase("{\"notificationType\":\"Bounce\",\"bounce\":[]}")]
    [TestCase("{\"notificationType\":\"Bounce\",\"bounce\":{\"bouncedRecipients\":{}}}")]
    [TestCase("{\"Message\":\"{\"}")]
    public void Read_OfANotificationThatIsNone_IsNull(string json) =>
        ReportReader.Read(Lines.Mail("From: no-reply@sns.amazonaws.com", "x-amz-sns-message-id: 1", "", json)).ShouldBeNull();

    [TestCase("Final-Recipient: LOCAL; john|Original-Recipient: rfc822;john@example.net|Status: 5.1.1", "john@example.net", null, "5.1.1")]
    [TestCase("Final-Recipient: rfc822; /usr/bin/filter|X-Actual-Recipient: rfc822; john@example.net|Action: failure", "john@example.net", "failed", null)]
    [TestCase("Final-Recipient: john@example.net|Action: Failed (gone)|Status: 5.1.1 (bad address)", "john@example.net", "failed", "5.1.1")]
    [TestCase("Final-Recipient: rfc822;john@example.net|Action: failed|Status: 550|Diagnostic-Code: smtp; 450 try later", "john@example.net", "failed", "4.0.0")]
    [TestCase("Final-Recipient: rfc822;john|Action: expanded", "john", "expanded", null)]
    public void Read_OfUnusualFields_TellsWhatTheyMean(string fields, string address, string? action, string? status)
    {
        var recipient = ReportReader.Read(Lines.Mail(["Content-Type: message/delivery-status", "", .. fields.Split('|')]))!.Recipients.ShouldHaveSingleItem();

        recipient.Address.ShouldBe(address);
        recipient.Action.ShouldBe(action);
        recipient.Status.ShouldBe(status);
    }

    [Test]
    public void Read_OfANotificationInItsEnvelope_TellsIt() =>
        ReportReader.Read(Lines.Mail(
            "From: no-reply@sns.amazonaws.com", "x-amz-sns-message-id: 1", "",
            "{\"Type\":\"Notification\",\"Message\":\"{\\\"eventType\\\":\\\"Bounce\\\",\\\"bounce\\\":{\\\"bouncedRecipients\\\":"
            + "[{\\\"emailAddress\\\":\\\"bob@example.net\\\",\\\"status\\\":\\\"5.1.1\\\"}]}}\"}"))!
            .Recipients.ShouldHaveSingleItem().ShouldBe(new ReportRecipient("bob@example.net", null, "failed", "5.1.1", null));

    [Test]
    public void Read_OfABounceInProse_FindsWhoAndWhy()
    {
        var mail = Lines.Mail(
            "From: MAILER-DAEMON@mx.example.org", "To: ann@example.com", "Subject: failure notice", "",
            "Hi. I wasn't able to deliver your message.", "",
            "<bob@example.net>:", "192.0.2.1 does not like recipient.", "Remote host said: 550 5.1.1 no such user", "",
            "--- Below this line is a copy of the message.", "",
            "Return-Path: <ann@example.com>", "Message-ID: <1@example.com>", "To: bob@example.net", "", "x");

        var report = ReportReader.Read(mail).ShouldNotBeNull();

        var recipient = report.Recipients.ShouldHaveSingleItem();
        recipient.Address.ShouldBe("bob@example.net");
        recipient.Status.ShouldBe("5.1.1");
        recipient.IsHard.ShouldBeTrue();
        report.OriginalMessageId.ShouldBe("1@example.com");
    }

    [Test]
    public void Read_WhenOnlyWordsTellWhy_IsNeverHard()
    {
        var mail = Lines.Mail(
            "From: MAILER-DAEMON@mx.example.org", "Subject: Mail delivery failed", "", "bob@example.net",
            "    user unknown");

        var recipient = ReportReader.Read(mail)!.Recipients.ShouldHaveSingleItem();

        recipient.Status.ShouldBe("5.1.1");
        recipient.IsInferred.ShouldBeTrue();
        recipient.IsHard.ShouldBeFalse();
    }

    [Test]
    public void Read_WhenTheFieldsAreVague_TakesTheCodeOfTheNotice()
    {
        var mail = Lines.Mail(
            "From: MAILER-DAEMON@mx.example.org", "Content-Type: multipart/report; report-type=delivery-status; boundary=b", "",
            "--b", "", "bob@example.net: 550 5.1.1 User unknown", "carol@example.net: 552 5.2.2 Mailbox full", "--b",
            "Content-Type: message/delivery-status", "", "Reporting-MTA: dns; mx.example.org", "",
            "Final-Recipient: rfc822; bob@example.net", "Action: failed", "Status: 5.0.0", "",
            "Final-Recipient: rfc822; carol@example.net", "Action: failed", "--b--");

        ReportReader.Read(mail)!.Recipients.Select(recipient => recipient.Status).ShouldBe(["5.1.1", "5.2.2"]);
    }

    [Test]
    public void Read_WhenTheNoticeNamesNobody_NamesWhomTheMailWentTo()
    {
        var mail = Lines.Mail(
            "From: MAILER-DAEMON@mx.example.org", "Subject: Undeliverable Message", "", "Message could not be delivered.", "",
            "Original Message:", "From: ann@example.com", "To: bob@example.net");

        ReportReader.Read(mail)!.Recipients.ShouldHaveSingleItem().Address.ShouldBe("bob@example.net");
    }

    [Test]
    public void Read_OfAnOrdinaryMail_IsNull() =>
        ReportReader.Read(Lines.Mail("From: ann@example.com", "Subject: my mails are undeliverable", "", "bob@example.net")).ShouldBeNull();
}
