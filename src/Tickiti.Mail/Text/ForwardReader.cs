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

        // A header that somebody quotes in what he says about a forward is not the forward's.
        return FirstLine(lines, lines.IsForward) is { } separator ? SenderBelow(lines, separator)
            : isForward && FirstLine(lines, lines.IsQuotedHeader) is { } header ? SenderBelow(lines, header)
            : null;
    }

    private static int? FirstLine(ReplyLines lines, Func<int, bool> isIt)
    {
        for (var line = 0; line < lines.Count && line < MaxLines; line++)
        {
            if (isIt(line))
            {
                return line;
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
                return Sender(lines, line);
            }
        }

        return null;
    }

    // Long names wrap, and the address stands below them.
    private static string? Sender(ReplyLines lines, int line)
    {
        var own = LastAddressIn(lines.Line(line));
        var mayWrap = line + 1 < lines.Count && !lines.HasField(line + 1) && (own is null || lines.Line(line + 1) is ['<' or '[', ..]);
        return (mayWrap ? LastAddressIn(lines.Line(line + 1)) : null) ?? own;
    }

    // "Ann <ann@x>", "Ann [mailto:ann@x]", "ann@x <mailto:ann@x>", "Bob [bob@x] on behalf of Ann [ann@x]": whatever stands around
    // it. The last, because anyone may call himself by another's address.
    private static string? LastAddressIn(ReadOnlySpan<char> line)
    {
        var value = line[..Math.Min(line.Length, MaxLineLength)];
        for (var at = value.LastIndexOf('@'); at >= 0; at = value[..at].LastIndexOf('@'))
        {
            var begin = value[..at].LastIndexOfAny(AddressEnd) + 1;
            var length = value[at..].IndexOfAny(AddressEnd);
            var end = length < 0 ? value.Length : at + length;
            if (MailAddress.TryParse(value[begin..end].ToString(), out var address))
            {
                return address.Address;
            }
        }

        return null;
    }
}
