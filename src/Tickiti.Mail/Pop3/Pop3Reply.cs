using Tickiti.Mail.Transport;

namespace Tickiti.Mail.Pop3;

/// <summary>A status line: +OK or -ERR, an extended response code in brackets (RFC 2449 §8), words.</summary>
internal readonly record struct Pop3Reply(bool IsOk, string Code, string Text)
{
    public static async ValueTask<Pop3Reply> ReadAsync(MailConnection connection) =>
        Parse(connection, (await connection.ReadLineAsync()).Span);

    public static Pop3Reply Parse(MailConnection connection, ReadOnlySpan<byte> line)
    {
        var isOk = Is(line, "+OK"u8);
        if (!isOk && !Is(line, "-ERR"u8))
        {
            throw connection.Violation("The server sent what is no POP3 reply", line);
        }

        var words = line[(isOk ? 3 : 4)..];
        var text = words.IsEmpty ? "" : ServerWords.Clean(words);
        var end = !isOk && text.StartsWith('[') ? text.IndexOf(']', StringComparison.Ordinal) : -1;
        return new Pop3Reply(isOk, end > 0 ? text[1..end].ToUpperInvariant() : "", text);
    }

    /// <summary>What a refusal means while signing in.</summary>
    public MailFailure ToFailure(Pop3Capabilities capabilities) => Code switch
    {
        "AUTH" => MailFailure.CredentialsRefused,
        "IN-USE" => MailFailure.MailboxLocked,
        "SYS/TEMP" or "LOGIN-DELAY" => MailFailure.TemporarilyUnavailable,
        "SYS/PERM" => MailFailure.ServiceRefused,

        // Servers without response codes speak only in words (RFC 1939 §7: "maildrop already locked").
        _ when IsAboutLock() => MailFailure.MailboxLocked,
        _ when capabilities.AuthResponseCode => MailFailure.TemporarilyUnavailable,
        _ => MailFailure.CredentialsRefused,
    };

    private static bool Is(ReadOnlySpan<byte> line, ReadOnlySpan<byte> status) =>
        line.StartsWith(status) && (line.Length == status.Length || line[status.Length] is (byte)' ' or (byte)'\t');

    private bool IsAboutLock() =>
        (Has("maildrop") || Has("mailbox")) && (Has("lock") || Has("in use"));

    private bool Has(string words) => Text.Contains(words, StringComparison.OrdinalIgnoreCase);
}
