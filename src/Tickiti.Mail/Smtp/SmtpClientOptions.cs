using Tickiti.Mail.Transport;

namespace Tickiti.Mail.Smtp;

public sealed record SmtpClientOptions
{
    public static SmtpClientOptions Default { get; } = new();

    public MailTransportOptions Transport { get; init; } = MailTransportOptions.Default;

    /// <summary>The name in EHLO: a domain, or an address literal (RFC 5321 §4.1.3) for who has none.</summary>
    public string LocalName { get; init; } = "[127.0.0.1]";
}
