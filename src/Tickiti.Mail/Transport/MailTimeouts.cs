namespace Tickiti.Mail.Transport;

/// <summary>
/// A time-out for each network step. The step must be finished in that time, however its bytes drip in.
/// </summary>
public sealed record MailTimeouts
{
    public static MailTimeouts Default { get; } = new();

    /// <summary>Name resolution and TCP.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan Tls { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>RFC 5321 §4.5.3.2.1 would wait 5 minutes; a sender with other mail to send does not.</summary>
    public TimeSpan Greeting { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>A command and its whole answer.</summary>
    public TimeSpan Command { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Each piece of a message or a listing (64 KiB in, 256 KiB out; RFC 5321 §4.5.3.2.5).</summary>
    public TimeSpan Data { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>The answer to the end of a message; giving up early makes duplicates (RFC 5321 §4.5.3.2.6).</summary>
    public TimeSpan DataEnd { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>POP3 commits its deletions in <c>QUIT</c>, so this one is worth a wait.</summary>
    public TimeSpan Quit { get; init; } = TimeSpan.FromSeconds(30);
}
