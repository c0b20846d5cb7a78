using System.Text;

namespace Tickiti.Mail.Tests.Mime;

/// <summary>Mails written in tests, line by line.</summary>
internal static class Lines
{
    public static MimeMessage Mail(params string[] lines) => MimeMessage.Parse(Bytes(lines));

    public static byte[] Bytes(params string[] lines) => Encoding.UTF8.GetBytes(string.Join("\r\n", lines));
}
