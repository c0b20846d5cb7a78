using System.Security.Cryptography.X509Certificates;
using NUnit.Framework;
using Tickiti.Mail.Pop3;
using Tickiti.Mail.Transport;
using Tickiti.Testing;

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

    /// <summary>No TLS, no AUTH: what Debian has of it cannot.</summary>
    public static MailEndpoint OpenSmtpd => Endpoint("TICKITI_TEST_SMTP_OPENSMTPD", MailSecurity.None);

    /// <summary>The loopback address of the machine; the test is skipped where it has none.</summary>
    public static string IPv6 => Require(
        "TICKITI_TEST_IPV6", "This machine has no ::1, or no servers that were started by eng/servers.sh on it.");

    /// <summary>An OAuth token for user1.</summary>
    public static string Token => Require("TICKITI_TEST_MAIL_TOKEN");

    public static MailTransportOptions Trusting(Action<MailLogLine>? log = null) => new()
    {
        TrustedRoots = [X509CertificateLoader.LoadCertificateFromFile(Require("TICKITI_TEST_CA"))],
        Log = log,
    };

    /// <summary>A mailbox of its own for a test; its first login or mail creates it.</summary>
    public static string NewMailbox() => $"wire{Guid.NewGuid():N}"[..20];

    /// <summary>The only mail of a mailbox, once it is there.</summary>
    public static async Task<Pop3Message> FetchAsync(string mailbox)
    {
        await using var client = await ConnectWhenThereAsync(mailbox, 1);
        await foreach (var message in client.RetrieveAsync([1], CancellationToken.None))
        {
            return message;
        }

        throw new InvalidOperationException("No message came.");
    }

    /// <summary>A mail that a server has accepted is in the mailbox a moment later.</summary>
    public static async Task<Pop3Client> ConnectWhenThereAsync(string mailbox, int count)
    {
        var endpoint = Pop3 with { UserName = mailbox, Password = Password };
        Pop3Client? client = null;
        await Probe.UntilAsync(
            async () =>
            {
                client = await Pop3Client.ConnectAsync(endpoint, Pop3ClientOptions.Default, CancellationToken.None);
                if ((await client.ListAsync(CancellationToken.None)).Count == count)
                {
                    return true;
                }

                await client.QuitAsync(CancellationToken.None);
                return false;
            },
            TimeSpan.FromSeconds(30));
        return client!;
    }

    /// <summary>A port with STARTTLS and AUTH of POSTFIX, of EXIM, or of EXIM with nothing but LOGIN.</summary>
    public static MailEndpoint SmtpOf(string server) => server == "POSTFIX" ? Submission : Endpoint($"TICKITI_TEST_SMTP_{server}", MailSecurity.Tls);

    /// <summary>TLS from the first byte with a certificate that is EXPIRED, SELF_SIGNED or of a WRONG_HOST.</summary>
    public static MailEndpoint BadCertificate(string what) => Endpoint($"TICKITI_TEST_SMTP_{what}", MailSecurity.Ssl);

    private static MailEndpoint Endpoint(string variable, MailSecurity security)
    {
        var parts = Require(variable).Split(':');
        return new MailEndpoint(
            parts[0], int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture), security);
    }

    private static string Require(string variable, string? otherwise = null)
    {
        var value = Environment.GetEnvironmentVariable(variable);
        if (string.IsNullOrEmpty(value))
        {
            Assert.Ignore(
                otherwise ?? $"{variable} names no server: start them with eng/servers.sh and take over what it prints with env.");
        }

        return value;
    }
}
