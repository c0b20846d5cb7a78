using System.Security.Cryptography.X509Certificates;

namespace Tickiti.Mail.Transport;

/// <summary>Opens the byte stream to an endpoint; TLS is put on top of it by the client.</summary>
public delegate ValueTask<Stream> MailStreamFactory(MailEndpoint endpoint, CancellationToken cancellationToken);

/// <summary>What every mail client needs to know beside its endpoint.</summary>
public sealed record MailTransportOptions
{
    public static MailTransportOptions Default { get; } = new();

    public MailTimeouts Timeouts { get; init; } = MailTimeouts.Default;

    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    public MailStreamFactory OpenStream { get; init; } = MailSocket.OpenAsync;

    /// <summary>Roots to trust instead of the machine's own.</summary>
    public X509Certificate2Collection? TrustedRoots { get; init; }

    /// <summary>Hears every line, without secrets and without message bodies.</summary>
    public Action<MailLogLine>? Log { get; init; }

    /// <summary>
    /// Longest line a server may answer, in bytes (RFC 5321 says 512; LIST and CAPA lines stay below too).
    /// </summary>
    public int MaxLineLength { get; init; } = 8 * 1024;

    /// <summary>Most lines one reply may have (multi-line SMTP replies, CAPA).</summary>
    public int MaxReplyLines { get; init; } = 256;
}

public enum MailLogDirection
{
    Note,
    Sent,
    Received,
}

public readonly record struct MailLogLine(MailLogDirection Direction, string Text);
