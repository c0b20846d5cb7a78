using Tickiti.Domain.Common;

namespace Tickiti.Domain.SentMails;

/// <summary>One address of a mail, with an outcome of its own.</summary>
public sealed class SentMailRecipient
{
    /// <summary>As the caller gave it: it need not be a valid address, the server will say.</summary>
    public const int AddressMaxLength = 320;

    public SentMailRecipient(long sentMailId, int ordinal, RecipientKind kind, string address)
    {
        SentMailId = sentMailId;
        Ordinal = ordinal;
        Kind = kind;
        Address = address;
    }

    public long SentMailId { get; private init; }

    public int Ordinal { get; private init; }

    public RecipientKind Kind { get; private init; }

    public string Address { get; private init; }

    public SentMailStatus Status { get; private set; }

    public string? LastError { get; private set; }

    internal void Settle(SentMailStatus status, string? error)
    {
        Status = status;
        LastError = error?.Cut(SentMail.LastErrorMaxLength);
    }
}

/// <summary>A file that goes with a mail; its bytes are a blob.</summary>
public sealed class SentMailAttachment
{
    public SentMailAttachment(
        long sentMailId, int ordinal, string name, string mimeType, string sha256, long fileSize, string? contentId)
    {
        SentMailId = sentMailId;
        Ordinal = ordinal;
        Name = name;
        MimeType = mimeType;
        Sha256 = sha256;
        FileSize = fileSize;
        ContentId = contentId;
    }

    public long SentMailId { get; private init; }

    public int Ordinal { get; private init; }

    public string Name { get; private init; }

    public string MimeType { get; private init; }

    public string Sha256 { get; private init; }

    /// <summary>In bytes.</summary>
    public long FileSize { get; private init; }

    /// <summary>Set where the HTML shows it.</summary>
    public string? ContentId { get; private init; }
}

/// <summary>One try to give a mail to a server: when, to whom, and the server's words.</summary>
public sealed class SentMailAttempt
{
    public const int HostMaxLength = 300;
    public const int WordsMaxLength = 1000;

    private SentMailAttempt()
    {
    }

    public long SentMailId { get; private init; }

    /// <summary>1, 2, 3 …</summary>
    public int Number { get; private init; }

    public DateTimeOffset At { get; private init; }

    public string Host { get; private init; } = "";

    public string Outcome { get; private init; } = "";

    /// <summary>The reply code (RFC 5321 §4.2), 0 where no reply came.</summary>
    public int Code { get; private init; }

    /// <summary>RFC 3463; null where the server gave none.</summary>
    public string? EnhancedCode { get; private init; }

    public string Words { get; private init; } = "";

    public static SentMailAttempt Of(
        long sentMailId, int number, DateTimeOffset at, string host, string outcome, int code, string? enhancedCode, string words) =>
        new()
        {
            SentMailId = sentMailId,
            Number = number,
            At = at,
            Host = host,
            Outcome = outcome,
            Code = code,
            EnhancedCode = enhancedCode,
            Words = words.Cut(WordsMaxLength),
        };
}
