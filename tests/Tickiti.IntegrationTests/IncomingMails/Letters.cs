using System.Globalization;
using System.Text;

namespace Tickiti.IntegrationTests.IncomingMails;

/// <summary>Mails as customers write them.</summary>
internal static class Letters
{
    private static int _count;

    public static string From(string from, string subject, string body = "Hello,\r\n\r\nit broke.\r\n", string headers = "")
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"{Guid.NewGuid():N}.{Interlocked.Increment(ref _count)}@customer.test");
        return $"Return-Path: <{from}>\r\nFrom: Customer <{from}>\r\nTo: Support <support@desk.test>\r\nSubject: {subject}\r\n"
            + $"Message-ID: <{id}>\r\nDate: Fri, 20 Nov 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\n"
            + $"Content-Type: text/plain; charset=utf-8\r\n{headers}\r\n{body}";
    }

    public static byte[] Bytes(string mail) => Encoding.UTF8.GetBytes(mail);
}
