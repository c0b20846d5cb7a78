using Tickiti.Domain.Mailboxes;
using Tickiti.Mail.Transport;

namespace Tickiti.Application.Mailboxes;

/// <summary>A mailbox's settings as the mail clients take them.</summary>
public static class MailboxConnections
{
    public static MailEndpoint Endpoint(this PopSettings pop, string? password) =>
        new(pop.Server, pop.Port, pop.Encryption.AsMailSecurity())
        {
            ValidateCertificate = pop.ValidateCert,
            UserName = pop.Username,
            Password = password,
        };

    /// <summary>Without a user name nobody signs in.</summary>
    public static MailEndpoint Endpoint(this SmtpSettings smtp, string? password) =>
        new(smtp.Server, smtp.Port, smtp.Security.AsMailSecurity())
        {
            ValidateCertificate = smtp.ValidateCert,
            UserName = smtp.Username.Length == 0 ? null : smtp.Username,
            Password = smtp.Username.Length == 0 ? null : password,
        };

    private static MailSecurity AsMailSecurity(this ConnectionSecurity security) => security switch
    {
        ConnectionSecurity.None => MailSecurity.None,
        ConnectionSecurity.Ssl => MailSecurity.Ssl,
        _ => MailSecurity.Tls,
    };
}
