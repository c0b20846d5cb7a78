using Tickiti.Mail.Transport;

namespace Tickiti.Mail.Pop3;

/// <summary>One line of the maildrop: LIST and UIDL together.</summary>
/// <param name="Number">The message's number in this session.</param>
/// <param name="Uidl">
/// The server's lasting id, read as Latin-1. Identical copies of a message may share one (RFC 1939 §7).
/// </param>
/// <param name="Size">As the server states it, in bytes.</param>
public readonly record struct Pop3Listing(int Number, string Uidl, long Size);

public enum Pop3MessageStatus
{
    Complete,

    /// <summary>Above <see cref="Pop3ClientOptions.MaxMessageSize"/>; nothing of it was kept.</summary>
    TooLarge,

    /// <summary>The server answered -ERR; <see cref="Pop3Message.Reply"/> has its words.</summary>
    Refused,
}

/// <summary>One message as the server gave it. Its bytes are pooled: they end with <see cref="Dispose"/>.</summary>
public sealed class Pop3Message : IDisposable
{
    private readonly PooledBuffer? _content;

    internal Pop3Message(int number, Pop3MessageStatus status, long size, string reply, PooledBuffer? content = null)
    {
        Number = number;
        Status = status;
        Size = size;
        Reply = reply;
        _content = content;
    }

    public int Number { get; }

    public Pop3MessageStatus Status { get; }

    /// <summary>
    /// The message's bytes without dot-stuffing; empty unless <see cref="Pop3MessageStatus.Complete"/>.
    /// </summary>
    public ReadOnlyMemory<byte> Content => _content?.Written ?? default;

    /// <summary>How many bytes came; for a message too large to be asked for, what the listing said.</summary>
    public long Size { get; }

    public string Reply { get; }

    /// <summary>
    /// The <see cref="Content"/> as an array that outlives this object; without copying where the message is large and the
    /// server stated its size rightly. Once: <see cref="Content"/> may be empty afterwards.
    /// </summary>
    public byte[] TakeContent() => _content?.Take() ?? [];

    public void Dispose() => _content?.Dispose();
}

/// <summary>The answer to one DELE. Nothing is deleted before QUIT is answered.</summary>
public readonly record struct Pop3Deletion(int Number, bool IsMarked, string Reply);

/// <summary>What is known about the deletions of a session after its QUIT.</summary>
public enum Pop3QuitOutcome
{
    /// <summary>The server said that they are done.</summary>
    Committed,

    /// <summary>The server said that some are not (RFC 1939 §6), or QUIT never went.</summary>
    NotCommitted,

    /// <summary>QUIT went and no answer came.</summary>
    Unknown,
}
