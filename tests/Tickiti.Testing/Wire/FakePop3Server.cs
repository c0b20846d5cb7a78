using System.Globalization;
using System.Text;
using Tickiti.Mail.Transport;

namespace Tickiti.Testing.Wire;

/// <summary>A maildrop over TCP: one session at a time, deletions committed by QUIT.</summary>
public sealed class FakePop3Server : FakeServer
{
    private readonly Lock _lock = new();
    private readonly List<(string Uidl, byte[] Bytes)> _mails = [];
    private readonly Dictionary<string, int> _retrievals = [];
    private int _nextUidl = 1;
    private bool _isOpen;

    /// <summary>What CAPA says, beside STLS.</summary>
    public IReadOnlyList<string> Capabilities { get; init; } =
        ["TOP", "UIDL", "USER", "PIPELINING", "RESP-CODES", "AUTH-RESP-CODE"];

    /// <summary>What LIST says of a mail's size: servers are wrong about it in many ways.</summary>
    public Func<byte[], int> ListedSize { get; init; } = mail => mail.Length;

    /// <summary>The ids of what is in the maildrop now.</summary>
    public IReadOnlyList<string> Uidls
    {
        get
        {
            lock (_lock)
            {
                return [.. _mails.Select(m => m.Uidl)];
            }
        }
    }

    /// <summary>Puts a mail into the maildrop and gives its id.</summary>
    public string Add(byte[] mail, string? uidl = null)
    {
        lock (_lock)
        {
            uidl ??= string.Create(CultureInfo.InvariantCulture, $"uidl-{_nextUidl++}");
            _mails.Add((uidl, mail));
            return uidl;
        }
    }

    public string Add(string mail) => Add(Encoding.UTF8.GetBytes(mail));

    /// <summary>How often a mail was fetched whole.</summary>
    public int RetrievalsOf(string uidl)
    {
        lock (_lock)
        {
            return _retrievals.GetValueOrDefault(uidl);
        }
    }

    private protected override async Task ServeAsync(FakeConnection connection)
    {
        await connection.AnswerAsync("CONNECT", "", () => "+OK fake.test ready");
        var session = new Session();
        try
        {
            while (!session.HasLeft)
            {
                var line = await connection.ReadLineAsync();
                var space = line.IndexOf(' ', StringComparison.Ordinal);
                var (verb, argument) = space < 0 ? (line, "") : (line[..space], line[(space + 1)..]);
                verb = verb.ToUpperInvariant();
                await connection.AnswerAsync(verb, argument, () => Reply(session, verb, argument));
                if (verb == "STLS" && Certificate is not null)
                {
                    await connection.StartTlsAsync(Certificate);
                }
            }
        }
        finally
        {
            Close(session);
        }
    }

    private string Reply(Session session, string verb, string argument)
    {
        if (session.Mails is null)
        {
            return verb switch
            {
                "CAPA" => MultiLine(
                    Capabilities.Concat(Certificate is not null && Security == MailSecurity.Tls ? ["STLS"] : [])),
                "STLS" when Certificate is not null => "+OK",
                "USER" => SetUser(session, argument),
                "PASS" => Open(session, argument),
                "QUIT" => Leave(session),
                _ => "-ERR not now",
            };
        }

        var numbers = argument.Split(' ')
            .Select(a => int.TryParse(a, CultureInfo.InvariantCulture, out var n) ? n : 0).ToArray();
        var mail = numbers[0] >= 1 && numbers[0] <= session.Mails.Count && !session.Deleted.Contains(numbers[0])
            ? session.Mails[numbers[0] - 1]
            : default;
        return verb switch
        {
            "CAPA" => MultiLine(Capabilities),
            "NOOP" => "+OK",
            "LIST" when argument.Length == 0 => MultiLine(
                session.Present().Select(m => $"{m.Number} {ListedSize(m.Bytes)}")),
            "UIDL" when argument.Length == 0 => MultiLine(session.Present().Select(m => $"{m.Number} {m.Uidl}")),
            "RETR" when mail.Bytes is not null => Retrieve(mail.Uidl, mail.Bytes),
            "TOP" when mail.Bytes is not null && numbers.Length == 2 => Body(Top(mail.Bytes, numbers[1])),
            "DELE" when mail.Bytes is not null => session.Deleted.Add(numbers[0]) ? "+OK deleted" : "-ERR",
            "RSET" => Reset(session),
            "QUIT" => Leave(session),
            _ => "-ERR no such message",
        };
    }

    private static string SetUser(Session session, string user)
    {
        session.User = user;
        return "+OK";
    }

    private string Open(Session session, string password)
    {
        if (UserName is not null && (session.User != UserName || password != Password))
        {
            return "-ERR [AUTH] Authentication failed.";
        }

        lock (_lock)
        {
            if (_isOpen)
            {
                return "-ERR [IN-USE] Maildrop already locked.";
            }

            _isOpen = true;
            session.Mails = [.. _mails];
            return $"+OK {_mails.Count} messages";
        }
    }

    private static string Reset(Session session)
    {
        session.Deleted.Clear();
        return "+OK";
    }

    private string Leave(Session session)
    {
        session.HasLeft = true;
        lock (_lock)
        {
            foreach (var number in session.Deleted)
            {
                _mails.Remove(session.Mails![number - 1]);
            }
        }

        Close(session);
        return "+OK bye";
    }

    private void Close(Session session)
    {
        lock (_lock)
        {
            if (session.Mails is not null)
            {
                session.Mails = null;
                _isOpen = false;
            }
        }
    }

    private string Retrieve(string uidl, byte[] bytes)
    {
        lock (_lock)
        {
            _retrievals[uidl] = _retrievals.GetValueOrDefault(uidl) + 1;
        }

        return Body(Encoding.Latin1.GetString(bytes));
    }

    private static string Top(byte[] bytes, int lines)
    {
        var text = Encoding.Latin1.GetString(bytes);
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0)
        {
            return text;
        }

        var body = text[(end + 4)..].Split("\r\n").Take(lines);
        return text[..(end + 4)] + string.Concat(body.Select(line => line + "\r\n"));
    }

    private static string Body(string text)
    {
        if (text.Length == 0)
        {
            return MultiLine([]);
        }

        var lines = text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text;
        return MultiLine(lines.Split("\r\n").Select(line => line.StartsWith('.') ? "." + line : line));
    }

    private static string MultiLine(IEnumerable<string> lines) =>
        "+OK\r\n" + string.Concat(lines.Select(line => line + "\r\n")) + ".";

    private sealed class Session
    {
        public string? User { get; set; }

        public List<(string Uidl, byte[] Bytes)>? Mails { get; set; }

        public HashSet<int> Deleted { get; } = [];

        public bool HasLeft { get; set; }

        public IEnumerable<(int Number, string Uidl, byte[] Bytes)> Present() =>
            Mails!.Select((m, i) => (Number: i + 1, m.Uidl, m.Bytes)).Where(m => !Deleted.Contains(m.Number));
    }
}
