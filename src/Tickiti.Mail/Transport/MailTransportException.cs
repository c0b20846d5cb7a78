namespace Tickiti.Mail.Transport;

/// <summary>Why a conversation with a mail server could not be had, sorted by what the caller does about it.</summary>
public enum MailFailure
{
    /// <summary>The name does not resolve, or nobody listens there.</summary>
    ConnectFailed,

    /// <summary>TLS is not offered, or its handshake failed for another reason than the certificate.</summary>
    TlsFailed,

    /// <summary>The certificate is for another host.</summary>
    CertificateWrongHost,

    /// <summary>The certificate is expired or not valid yet.</summary>
    CertificateExpired,

    /// <summary>The certificate vouches for itself.</summary>
    CertificateSelfSigned,

    /// <summary>The certificate comes from an unknown authority, or is revoked.</summary>
    CertificateUntrusted,

    TimedOut,

    /// <summary>The connection ended in the middle of the conversation.</summary>
    ConnectionLost,

    /// <summary>The server said what the protocol does not allow.</summary>
    ProtocolViolation,

    /// <summary>User name, password or token were refused.</summary>
    CredentialsRefused,

    /// <summary>The server offers no way to sign in that we speak.</summary>
    AuthenticationNotOffered,

    /// <summary>Another session has the POP3 maildrop open (RFC 2449 §8.1.1 IN-USE).</summary>
    MailboxLocked,

    /// <summary>The server says that it cannot now: 4xx, 421, [SYS/TEMP], [LOGIN-DELAY].</summary>
    TemporarilyUnavailable,

    /// <summary>The server says that it never will: 554 greeting, [SYS/PERM].</summary>
    ServiceRefused,

    /// <summary>The server lacks a command that we cannot do without (POP3: UIDL).</summary>
    NotSupported,
}

/// <summary>
/// A conversation that failed. <see cref="Failure"/> says what it means, the message is fit for a person.
/// </summary>
public sealed class MailTransportException(MailFailure failure, string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    public MailFailure Failure { get; } = failure;

    /// <summary>The server's words where it said some; bounded, without control characters.</summary>
    public string? ServerReply { get; init; }

    /// <summary>Whether another try with the same settings can go well.</summary>
    public bool IsTransient => Failure is MailFailure.ConnectFailed or MailFailure.TimedOut
        or MailFailure.ConnectionLost or MailFailure.ProtocolViolation or MailFailure.MailboxLocked
        or MailFailure.TemporarilyUnavailable;
}
