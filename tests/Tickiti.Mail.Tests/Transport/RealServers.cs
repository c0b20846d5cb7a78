using System.Security.Cryptography.X509Certificates;
using NUnit.Framework;
using Tickiti.Mail.Transport;

namespace Tickiti.Mail.Tests.Transport;

/// <summary>
/// The servers of <c>eng/servers.sh</c>, as its environment names them; without them the test is skipped.
/// </summary>
internal static class RealServers
{
    public static string Domain => Require("TICKITI_TEST_MAIL_DOMAIN");

    public static string Password => Require("TICKITI_TEST_MAIL_PASSWORD");

    public static MailEndpoint Smtp => Endpoint("TICKITI_TEST_SMTP", MailSecurity.None);

    public static MailEndpoint Submission => Endpoint("TICKITI_TEST_SMTP_SUBMISSION", MailSecurity.Tls);

    public static MailEndpoint SmtpTls => Endpoint("TICKITI_TEST_SMTP_TLS", MailSecurity.Ssl);

    public static MailEndpoint Pop3 => Endpoint("TICKITI_TEST_POP3", MailSecurity.None);

    public static MailEndpoint Pop3Tls => Endpoint("TICKITI_TEST_POP3_TLS", MailSecurity.Ssl);

    /// <summary>An OAuth token for user1.</summary>
    public static string Token => Require("TICKITI_TEST_MAIL_TOKEN");

    public static MailTransportOptions Trusting(Action<MailLogLine>? log = null) => new()
    {
        TrustedRoots = [X509CertificateLoader.LoadCertificateFromFile(Require("TICKITI_TEST_CA"))],
        Log = log,
    };

    /// <summary>A mailbox of its own for a test; its first login or mail creates it.</summary>
    public static string NewMailbox() => $"wire{Guid.NewGuid():N}"[..20];

    private static MailEndpoint Endpoint(string variable, MailSecurity security)
    {
        var parts = Require(variable).Split(':');
        return new MailEndpoint(
            parts[0], int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture), security);
    }

    private static string Require(string variable)
    {
        var value = Environment.GetEnvironmentVariable(variable);
        if (string.IsNullOrEmpty(value))
        {
            Assert.Ignore(
                $"{variable} names no server: start them with eng/servers.sh and take over what it prints with env.");
        }

        return value;
    }
}
