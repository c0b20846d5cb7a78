namespace Tickiti.Mail.Smtp;

/// <summary>One reply of a server: its code, its enhanced status code if it has one, and its words.</summary>
public sealed record SmtpReply(int Code, EnhancedStatusCode? Status, string Text)
{
    public bool IsPositive => Code / 100 == 2;

    public bool IsIntermediate => Code / 100 == 3;

    public bool IsTransient => Code / 100 == 4;

    public bool IsPermanent => Code / 100 == 5;

    /// <summary>421: the server closes the connection behind it (RFC 5321 §3.8).</summary>
    public bool IsClosing => Code == 421;

    public override string ToString() => Status is null ? $"{Code} {Text}" : $"{Code} {Status} {Text}";
}
