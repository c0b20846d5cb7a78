using System.Buffers;

namespace Tickiti.Mail;

/// <summary>
/// Who wrote the mail that somebody passed on as text: the sender in the block that mail programs put above it, in the
/// languages that <see cref="ReplyFolder"/> knows.
/// </summary>
public static class ForwardReader
{
    // What is said about a forward stands above it, and is not long.
    private const int MaxLines = 200;

    // Names and lists of recipients wrap.
    private const int MaxHeaderLines = 12;

    private const int MaxLineLength = 1000;

    private static readonly SearchValues<char> AddressEnd = SearchValues.Create(" \t\n\u00a0<>()[]{},;:\"'*|");

    private static readonly string[] SubjectPrefixes =
    [
        "Fwd:", "Fw:", "WG:", "TR:", "RV:", "ENC:", "I:", "VS:", "VB:", "VL:", "PD:", "FS:", "İLT:", "Doorst:", "Továbbítás:", "转发:", "转发：",
        "轉寄:", "轉寄：",
    ];

    /// <returns>
    /// The original sender's address; null where the text is no forward or names none. What looks like the header of an answered
    /// mail counts only where the subject says that the mail is passed on.
    /// </returns>
    public static string? OriginalSender(string? subject, string text)
    {
        var lines = ReplyLines.Read(text);
        var isForward = Array.Exists(
            SubjectPrefixes, prefix => subject?.TrimStart().StartsWith(prefix, StringComparison.OrdinalIgnoreCase) == true);
        for (var line = 0; line < lines.Count && line < MaxLines; line++)
        {
            if (lines.IsForward(line) || (isForward && lines.IsQuotedHeader(line)))
            {
                return SenderBelow(lines, line);
            }
        }

        return null;
    }

    private static string? SenderBelow(ReplyLines lines, int line)
    {
        for (var end = Math.Min(lines.Count, line + MaxHeaderLines); line < end; line++)
        {
            if (lines.IsFrom(line))
            {
                return AddressIn(lines.Line(line)) ?? (line + 1 < lines.Count && !lines.HasField(line + 1) ? AddressIn(lines.Line(line + 1)) : null);
            }
        }

        return null;
    }

    // "Ann <ann@x>", "Ann [mailto:ann@x]", "ann@x <mailto:ann@x>": the first that is an address, whatever stands around it.
    private static string? AddressIn(ReadOnlySpan<char> line)
    {
        var value = line[..Math.Min(line.Length, MaxLineLength)];
        for (var at = value.IndexOf('@'); at >= 0;)
        {
            var begin = value[..at].LastIndexOfAny(AddressEnd) + 1;
            var length = value[at..].IndexOfAny(AddressEnd);
            var end = length < 0 ? value.Length : at + length;
            if (MailAddress.TryParse(value[begin..end].ToString(), out var address))
            {
                return address.Address;
            }

            var next = value[(at + 1)..].IndexOf('@');
            at = next < 0 ? -1 : at + 1 + next;
        }

        return null;
    }
}
