namespace Tickiti.Mail.Smtp;

/// <summary>Who a message goes to, and who hears of its fate.</summary>
/// <param name="From">The return path without angle brackets; null for <c>MAIL FROM:&lt;&gt;</c>.</param>
/// <param name="Recipients">Bare addresses, <c>local@domain</c>.</param>
public sealed record SmtpEnvelope(string? From, IReadOnlyList<string> Recipients)
{
    /// <summary>The message's headers hold raw UTF-8 (RFC 6532), so only a server with SMTPUTF8 may have it.</summary>
    public bool HasUtf8Headers { get; init; }

    /// <summary>What reports are asked for; used where the server offers DSN (RFC 3461).</summary>
    public SmtpNotify? Notify { get; init; }

    /// <summary>How much of the message a report returns; used where the server offers DSN.</summary>
    public SmtpReturn? Return { get; init; }

    /// <summary>An id that reports bring back; used where the server offers DSN.</summary>
    public string? EnvelopeId { get; init; }
}

/// <summary>RFC 3461 §4.1.</summary>
[Flags]
public enum SmtpNotify
{
    Never = 0,
    Success = 1,
    Failure = 2,
    Delay = 4,
}

/// <summary>RFC 3461 §4.3.</summary>
public enum SmtpReturn
{
    Headers,
    Full,
}
