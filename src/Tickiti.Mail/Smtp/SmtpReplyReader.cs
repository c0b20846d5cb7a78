using System.Text;
using Tickiti.Mail.Transport;

namespace Tickiti.Mail.Smtp;

/// <summary>Reads replies (RFC 5321 §4.2): three digits, a blank or a hyphen, words.</summary>
internal static class SmtpReplyReader
{
    /// <summary>Reads one reply; <paramref name="lines"/> takes the words of each of its lines, for EHLO.</summary>
    public static async ValueTask<SmtpReply> ReadAsync(
        MailConnection connection, int maxLines, List<string>? lines = null)
    {
        var line = await connection.ReadLineAsync();
        var code = ReadCode(connection, line.Span, out var isLast);
        var (text, status) = ReadWords(line.Span);
        lines?.Add(text);
        StringBuilder? all = null;
        for (var count = 1; !isLast; count++)
        {
            if (count >= maxLines)
            {
                throw connection.Violation($"The server sent a reply of more than {maxLines} lines.");
            }

            line = await connection.ReadLineAsync();
            if (ReadCode(connection, line.Span, out isLast) != code)
            {
                throw connection.Violation("The server changed the code within one reply", line.Span);
            }

            var (words, _) = ReadWords(line.Span);
            lines?.Add(words);
            all ??= new StringBuilder(text);
            if (all.Length + words.Length < ServerWords.MaxLength)
            {
                all.Append(' ').Append(words);
            }
        }

        if (code == 421)
        {
            connection.Break();
        }

        return new SmtpReply(code, status, all?.ToString() ?? text);
    }

    private static int ReadCode(MailConnection connection, ReadOnlySpan<byte> line, out bool isLast)
    {
        if (line.Length < 3 || line[0] is < (byte)'2' or > (byte)'5' || !IsDigit(line[1]) || !IsDigit(line[2])
            || (line.Length > 3 && line[3] is not ((byte)' ' or (byte)'-')))
        {
            throw connection.Violation("The server sent what is no SMTP reply", line);
        }

        isLast = line.Length == 3 || line[3] == ' ';
        return ((line[0] - '0') * 100) + ((line[1] - '0') * 10) + line[2] - '0';
    }

    private static bool IsDigit(byte b) => b is >= (byte)'0' and <= (byte)'9';

    private static (string Text, EnhancedStatusCode? Status) ReadWords(ReadOnlySpan<byte> line)
    {
        var text = line.Length > 4 ? ServerWords.Clean(line[4..]) : "";
        return EnhancedStatusCode.TryParse(text, out var status, out var length) && status.Class == line[0] - '0'
            ? (text[length..].TrimStart(), status)
            : (text, null);
    }
}
