namespace Tickiti.Mail.Transport;

/// <summary>How a connection is protected. What is asked for is required: nothing falls back to clear text.</summary>
public enum MailSecurity
{
    /// <summary>Clear text, credentials too: only where the caller says so.</summary>
    None,

    /// <summary>TLS from the first byte (RFC 8314 §3.3).</summary>
    Ssl,

    /// <summary>TLS after <c>STARTTLS</c> (RFC 3207) or <c>STLS</c> (RFC 2595).</summary>
    Tls,
}

/// <summary>A mail server and who we are to it. Equal endpoints share pooled connections.</summary>
public sealed record MailEndpoint(string Host, int Port, MailSecurity Security)
{
    public bool ValidateCertificate { get; init; } = true;

    /// <summary>Null: no authentication.</summary>
    public string? UserName { get; init; }

    public string? Password { get; init; }

    /// <summary>An OAuth 2.0 access token; when set it is used (XOAUTH2) and the password is not.</summary>
    public string? AccessToken { get; init; }

    public bool HasCredentials => UserName is not null && (Password is not null || AccessToken is not null);

    /// <summary>Without the credentials: this text ends up in logs.</summary>
    public override string ToString() => $"{Host}:{Port} ({Security})";
}
