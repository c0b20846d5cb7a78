using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;
using Tickiti.Mail.Transport;

namespace Tickiti.Testing.Wire;

/// <summary>A message that a fake server has taken.</summary>
public sealed record FakeMail(string From, IReadOnlyList<string> Recipients, byte[] Bytes)
{
    public string? MessageId { get; } = FindMessageId(Bytes);

    public string Text => Encoding.Latin1.GetString(Bytes);

    private static string? FindMessageId(byte[] bytes)
    {
        var match = Regex.Match(
            Encoding.Latin1.GetString(bytes), "^Message-ID:\\s*(?<id><[^>]*>)",
            RegexOptions.IgnoreCase | RegexOptions.Multiline, TimeSpan.FromSeconds(1));
        return match.Success ? match.Groups["id"].Value : null;
    }
}

/// <summary>
/// Takes mail over TCP and keeps it in memory. Recipients that begin with "unknown" or "later" are refused.
/// </summary>
public sealed partial class FakeSmtpServer : FakeServer
{
    private readonly ConcurrentQueue<FakeMail> _messages = new();

    /// <summary>What EHLO offers, beside STARTTLS and AUTH.</summary>
    public IReadOnlyList<string> Extensions { get; init; } =
        ["PIPELINING", "SIZE 52428800", "8BITMIME", "SMTPUTF8", "DSN", "ENHANCEDSTATUSCODES", "CHUNKING"];

    public IReadOnlyCollection<FakeMail> Messages => _messages;

    /// <summary>How many copies of a message it has taken.</summary>
    public int CountOf(string messageId) => _messages.Count(m => m.MessageId == messageId);

    private protected override async Task ServeAsync(FakeConnection connection)
    {
        await connection.AnswerAsync("CONNECT", "", () => "220 fake.test ESMTP");
        var session = new Session();
        while (!session.HasLeft)
        {
            var line = await connection.ReadLineAsync();
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            var (verb, argument) = space < 0 ? (line, "") : (line[..space], line[(space + 1)..]);
            await HandleAsync(connection, session, verb.ToUpperInvariant(), argument);
        }
    }

    private async Task HandleAsync(FakeConnection connection, Session session, string verb, string argument)
    {
        if (verb == "BDAT")
        {
            await TakeChunkAsync(connection, session, argument);
            return;
        }

        var isGo = false;
        await connection.AnswerAsync(verb, argument, () =>
        {
            var reply = Reply(session, verb, argument);
            isGo = (verb is "DATA" or "STARTTLS") && reply[0] is '3' or '2';
            return reply;
        });
        if (isGo && verb == "STARTTLS")
        {
            await connection.StartTlsAsync(Certificate!);
            session.IsEncrypted = true;
        }
        else if (isGo && verb == "DATA")
        {
            var bytes = await connection.ReadMessageAsync();
            await connection.AnswerAsync("END", "", () => Take(session, bytes));
        }
    }

    private string Reply(Session session, string verb, string argument)
    {
        switch (verb)
        {
            case "EHLO":
                return Greeting(session);
            case "HELO" or "NOOP" or "RSET":
                session.Clear();
                return "250 2.0.0 Ok";
            case "STARTTLS" when Certificate is not null && !session.IsEncrypted:
                return "220 2.0.0 Ready to start TLS";
            case "AUTH":
                session.IsSignedIn = argument == "PLAIN " + Convert.ToBase64String(
                    Encoding.UTF8.GetBytes($"\0{UserName}\0{Password}"));
                return session.IsSignedIn ? "235 2.7.0 Authentication successful" : "535 5.7.8 Credentials refused";
            case "MAIL" when UserName is not null && !session.IsSignedIn:
                return "530 5.7.0 Authentication required";
            case "MAIL" when session.Sender is null:
                session.Sender = Address(argument);
                return "250 2.1.0 Ok";
            case "RCPT" when session.Sender is not null:
                return Recipient(session, Address(argument));
            case "DATA" when session.Recipients.Count > 0:
                return "354 End data with <CR><LF>.<CR><LF>";
            case "DATA" when session.Sender is not null:
                return "554 5.5.1 No valid recipients";
            case "QUIT":
                session.HasLeft = true;
                return "221 2.0.0 Bye";
            case "MAIL" or "RCPT" or "DATA":
                return "503 5.5.1 Bad sequence of commands";
            default:
                return "500 5.5.2 Not understood";
        }
    }

    private string Greeting(Session session)
    {
        var lines = new List<string> { "fake.test" };
        lines.AddRange(Extensions);
        if (Certificate is not null && Security == MailSecurity.Tls && !session.IsEncrypted)
        {
            lines.Add("STARTTLS");
        }
        else if (UserName is not null)
        {
            lines.Add("AUTH PLAIN");
        }

        return string.Join("\r\n", lines.Select((line, i) => $"250{(i == lines.Count - 1 ? ' ' : '-')}{line}"));
    }

    private static string Recipient(Session session, string address)
    {
        if (address.StartsWith("unknown", StringComparison.Ordinal))
        {
            return "550 5.1.1 No such user here";
        }

        if (address.StartsWith("later", StringComparison.Ordinal))
        {
            return "450 4.2.0 Mailbox busy, try again in 5 minutes";
        }

        session.Recipients.Add(address);
        return "250 2.1.5 Ok";
    }

    private string Take(Session session, byte[] bytes)
    {
        _messages.Enqueue(new FakeMail(session.Sender!, [.. session.Recipients], bytes));
        session.Clear();
        return $"250 2.0.0 Ok: queued as {_messages.Count}";
    }

    private async Task TakeChunkAsync(FakeConnection connection, Session session, string argument)
    {
        var words = argument.Split(' ');
        session.Chunks.AddRange(
            await connection.ReadBytesAsync(int.Parse(words[0], System.Globalization.CultureInfo.InvariantCulture)));
        if (words.Length == 1)
        {
            await connection.AnswerAsync(
                "BDAT", argument, () => session.Recipients.Count > 0 ? "250 2.0.0 Ok" : "503 5.5.1 No recipients");
        }
        else
        {
            await connection.AnswerAsync("END", argument, () => Take(session, [.. session.Chunks]));
        }
    }

    private static string Address(string argument)
    {
        var match = InBrackets().Match(argument);
        return match.Success ? match.Groups["address"].Value : argument;
    }

    [GeneratedRegex("<(?<address>[^>]*)>", RegexOptions.None, 1000)]
    private static partial Regex InBrackets();

    private sealed class Session
    {
        public string? Sender { get; set; }

        public List<string> Recipients { get; } = [];

        public List<byte> Chunks { get; } = [];

        public bool IsEncrypted { get; set; }

        public bool IsSignedIn { get; set; }

        public bool HasLeft { get; set; }

        public void Clear()
        {
            Sender = null;
            Recipients.Clear();
            Chunks.Clear();
        }
    }
}
