using System.Text;

namespace Tickiti.Testing.Mails;

/// <summary>Spoils mails in the ways that find faults of parsers; the same random numbers spoil alike.</summary>
public static class MailMutator
{
    private static readonly string[] Tokens =
    [
        "\r\n", "\n", "\r", "\0", "\r\n\r\n", "\r\n ", "--", "--=_outer", "--=_inner--", "=?", "?=", "?q?", "?b?", "=",
        "=\r\n", "\"", "\\", "(", ")", "<", ">",
        ",", ";", ":", "@", "%", "'", "*0*=", "Content-Type: ", "multipart/mixed; boundary=",
        "Content-Transfer-Encoding: base64\r\n", "message/rfc822", "\u001b$B",
        "\u00ff", "charset=", "utf-16", "gb18030", "begin 644 x\r\n", "&#xD800;", "<blockquote>", "> ", "cid:", "é",
        "\U0001F600", "Content-Type: text/calendar\r\n", "<div class=gmail_quote>", "Final-Recipient: rfc822;", "5.1.1", "wrote:\n",
        "\nFrom: a@b\nTo: c\nSubject: d\n", "-- \n", "\nbegin 644 x\n", "format=flowed; delsp=yes",
    ];

    /// <summary>Nothing but signs that mean something to a parser.</summary>
    public static byte[] Strew(Random random) =>
        Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, random.Next(60)).Select(_ => Tokens[random.Next(Tokens.Length)])));

    /// <summary>Bytes changed, left out, doubled and put in, and now and then a cut end.</summary>
    public static byte[] Mutate(byte[] sample, Random random)
    {
        var raw = sample.ToList();
        for (var times = random.Next(1, 8); times > 0; times--)
        {
            var at = random.Next(raw.Count);
            var length = Math.Min(random.Next(1, 40), raw.Count - at);
            switch (random.Next(5))
            {
                case 0:
                    raw[at] = (byte)random.Next(256);
                    break;
                case 1 when raw.Count > 100:
                    raw.RemoveRange(at, length);
                    break;
                case 2:
                    raw.InsertRange(at, raw.GetRange(random.Next(raw.Count - length + 1), length));
                    break;
                case 3:
                    raw.InsertRange(at, Encoding.UTF8.GetBytes(Tokens[random.Next(Tokens.Length)]));
                    break;
                case 4 when raw.Count > 100:
                    var cut = random.Next(50, raw.Count);
                    raw.RemoveRange(cut, raw.Count - cut);
                    break;
            }
        }

        return raw.ToArray();
    }
}
