using NUnit.Framework;
using Shouldly;
using Tickiti.Mail.Tests.Mime;

namespace Tickiti.Mail.Tests.Text;

public sealed class CalendarTextTests
{
    [Test]
    public void TextBody_WhenTheMailIsAnInvitationOnly_TellsIt()
    {
        var mail = Lines.Mail(
            "Content-Type: text/calendar; method=REQUEST; charset=utf-8", "",
            "BEGIN:VCALENDAR", "VERSION:2.0", "METHOD:REQUEST", "BEGIN:VTIMEZONE", "TZID:Europe/Berlin", "BEGIN:STANDARD",
            "DTSTART:19701025T030000", "END:STANDARD", "END:VTIMEZONE", "BEGIN:VEVENT", "UID:1",
            "DTSTART;TZID=Europe/Berlin:20261120T160000", "DTEND;TZID=\"Europe/Berlin\":20261120T170000",
            "SUMMARY;LANGUAGE=en:Printers\\, old", "  and new", "LOCATION:Room 1\\; second floor",
            "ORGANIZER;CN=\"Ann: Example\":mailto:ann@example.com", "RRULE:FREQ=WEEKLY;COUNT=3",
            "DESCRIPTION:Bring paper.\\nAnd toner.", "BEGIN:VALARM", "DESCRIPTION:Alarm", "END:VALARM", "END:VEVENT", "END:VCALENDAR");

        mail.TextBody.ShouldBe(
            "Invitation: Printers, old and new\nWhen: 2026-11-20 16:00–17:00 (Europe/Berlin)\nWhere: Room 1; second floor\n"
            + "Organiser: Ann: Example <ann@example.com>\nRepeats: weekly\n\nBring paper.\nAnd toner.\n");
        mail.Attachments.ShouldHaveSingleItem().MediaType.ShouldBe("text/calendar");
    }

    [TestCase("REQUEST", "DTSTART:20261120T160000Z", "Invitation: x\nWhen: 2026-11-20 16:00 (UTC)\n")]
    [TestCase("REQUEST", "DTSTART:20261120T160000Z\r\nDTEND:20261121T010000Z", "Invitation: x\nWhen: 2026-11-20 16:00 (UTC) – 2026-11-21 01:00 (UTC)\n")]
    [TestCase("CANCEL", "DTSTART;VALUE=DATE:20261120", "Cancelled: x\nWhen: 2026-11-20\n")]
    [TestCase("REPLY", "ATTENDEE;PARTSTAT=DECLINED:mailto:bob@example.com", "Declined: x\nAttendee: bob@example.com\n")]
    [TestCase("PUBLISH", "DTSTART:soon", "Event: x\nWhen: soon\n")]
    public void TextBody_OfEachMethod_TellsIt(string method, string lines, string expected) =>
        Lines.Mail("Content-Type: text/calendar", "", $"METHOD:{method}", "BEGIN:VEVENT", "SUMMARY:x", lines, "END:VEVENT").TextBody.ShouldBe(expected);

    [Test]
    public void TextBody_WhenATextStandsBeside_IsThatText() =>
        Lines.Mail(
            "Content-Type: multipart/alternative; boundary=b", "", "--b", "", "Come!", "--b", "Content-Type: text/calendar", "",
            "BEGIN:VEVENT", "SUMMARY:x", "END:VEVENT", "--b--").TextBody.ShouldBe("Come!");

    [TestCase("no calendar")]
    [TestCase("BEGIN:VCALENDAR\r\nEND:VCALENDAR")]
    public void TextBody_WhenTheCalendarSaysNothing_IsNone(string content) =>
        Lines.Mail("Content-Type: text/calendar", "", content).TextBody.ShouldBeNull();
}
