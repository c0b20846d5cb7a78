using System.Buffers;
using System.Text;

namespace Tickiti.Mail;

/// <summary>
/// Address lists (RFC 5322 §3.4 with the obsolete syntax) and what programs make of them: names with bare commas, missing
/// brackets, text behind the address, groups, routes, addresses without a domain.
/// </summary>
internal static class AddressParser
{
    private static readonly SearchValues<byte> NeverInPlain = SearchValues.Create(" \t\r\n(=?"u8);

    public static void Parse(ReadOnlySpan<byte> value, List<MailAddress> found, int limit)
    {
        var pendingStart = -1;
        var reader = new AddressReader(value);
        while (found.Count < limit && reader.Read(out var entry))
        {
            var start = entry.Start;
            if (entry.HasAngle || entry.HasAt)
            {
                // "Doe, John <john@example.com>": the comma belongs to the name.
                var joins = pendingStart >= 0 && entry.HasAngle;
                if (pendingStart >= 0 && !joins)
                {
                    AddBare(value[pendingStart..start], found, limit);
                }

                if (entry.HasAngle)
                {
                    AddBracketed(value, joins ? pendingStart : start, entry, found);
                }
                else
                {
                    AddUnbracketed(value[start..entry.End], found);
                }

                pendingStart = -1;
            }
            else if (entry.IsEmpty)
            {
                continue;
            }
            else if (entry.Terminator == ',' && pendingStart < 0)
            {
                pendingStart = start;
            }
            else if (entry.Terminator != ',')
            {
                AddBare(value[(pendingStart < 0 ? start : pendingStart)..entry.End], found, limit);
                pendingStart = -1;
            }
        }

        if (pendingStart >= 0)
        {
            AddBare(value[pendingStart..], found, limit);
        }
    }

    /// <summary>The address of a Return-Path: empty for "&lt;&gt;".</summary>
    public static string ReadPath(ReadOnlySpan<byte> value)
    {
        var open = value.IndexOf((byte)'<');
        if (open >= 0)
        {
            value = value[(open + 1)..];
            var close = value.IndexOf((byte)'>');
            value = close < 0 ? value : value[..close];
        }

        return ReadAddress(value);
    }

    private static void AddBracketed(ReadOnlySpan<byte> value, int start, AddressEntry entry, List<MailAddress> found)
    {
        var address = ReadAddress(value[(entry.Open + 1)..entry.Close]);
        var name = ReadName(value[start..entry.Open]);
        if (name is null && entry.Close < entry.End)
        {
            name = ReadName(value[(entry.Close + 1)..entry.End].Trim(" \t\r\n()"u8));
        }

        if (address.Length > 0)
        {
            found.Add(new MailAddress(name, address));
        }
        else if (name is not null)
        {
            // "john@example.com <>": the name is the address.
            found.Add(name.Contains('@', StringComparison.Ordinal) ? new MailAddress(null, name) : new MailAddress(name, ""));
        }
    }

    /// <summary>"john@example.com (John)", "John john@example.com".</summary>
    private static void AddUnbracketed(ReadOnlySpan<byte> text, List<MailAddress> found)
    {
        var comment = Comment(text);
        var bare = WithoutComments(text);
        ReadOnlySpan<byte> rest = bare;
        var at = rest.IndexOf((byte)'@');
        if (at < 0)
        {
            return;
        }

        var start = at;
        if (start > 0 && rest[start - 1] == '"')
        {
            start = rest[..(start - 1)].LastIndexOf((byte)'"');
            start = start < 0 ? 0 : start;
        }
        else
        {
            // obs-local-part may have white space around its dots and the "@".
            start = WordStart(rest, at);
        }

        var end = WordEnd(rest, at);
        var name = ReadName(rest[..start]) ?? comment ?? ReadName(rest[end..]);
        var address = ReadAddress(rest[start..end]);
        if (address.Length > 0)
        {
            found.Add(new MailAddress(name, address));
        }
    }

    private static int WordStart(ReadOnlySpan<byte> text, int at)
    {
        var start = at;
        while (start > 0 && Bytes.IsWhiteSpace(text[start - 1]))
        {
            start--;
        }

        while (start > 0 && !Bytes.IsWhiteSpace(text[start - 1]))
        {
            start--;
        }

        return start;
    }

    private static int WordEnd(ReadOnlySpan<byte> text, int at)
    {
        var end = at + 1;
        while (end < text.Length && Bytes.IsWhiteSpace(text[end]))
        {
            end++;
        }

        while (end < text.Length && !Bytes.IsWhiteSpace(text[end]))
        {
            end++;
        }

        return end;
    }

    /// <summary>Words without any "@": local names ("root, postmaster").</summary>
    private static void AddBare(ReadOnlySpan<byte> text, List<MailAddress> found, int limit)
    {
        var reader = new AddressReader(text);
        while (found.Count < limit && reader.Read(out var entry))
        {
            var name = ReadName(WithoutComments(text[entry.Start..entry.End]));
            if (name is not null)
            {
                found.Add(new MailAddress(null, name));
            }
        }
    }

    /// <summary>A phrase: quotes and backslashes taken away, encoded words decoded; null where nothing is left.</summary>
    private static string? ReadName(ReadOnlySpan<byte> phrase)
    {
        phrase = Bytes.Trim(phrase);
        if (phrase.IsEmpty)
        {
            return null;
        }

        if (phrase.IndexOfAny("\"\\("u8) < 0)
        {
            return Bare(EncodedWords.Decode(phrase), phrase);
        }

        var plain = new byte[phrase.Length];
        var length = 0;
        var isQuoted = false;
        var depth = 0;
        for (var i = 0; i < phrase.Length; i++)
        {
            var value = phrase[i];
            if (value == '\\' && i + 1 < phrase.Length && (isQuoted || depth > 0))
            {
                value = phrase[++i];
            }
            else if (value == '"' && depth == 0)
            {
                isQuoted = !isQuoted;
                continue;
            }
            else if (!isQuoted && value is (byte)'(' or (byte)')')
            {
                depth = Math.Max(0, depth + (value == '(' ? 1 : -1));
                continue;
            }

            if (depth == 0)
            {
                plain[length++] = value;
            }
        }

        return Bare(EncodedWords.Decode(plain.AsSpan(0, length)), phrase) ?? Comment(phrase);
    }

    /// <summary>Without the apostrophes that some clients put around a name; encoded ones are part of it. Null for nothing.</summary>
    private static string? Bare(string text, ReadOnlySpan<byte> phrase)
    {
        text = text.Trim();
        if (text is ['\'', .. var inner, '\''] && phrase.IndexOf("=?"u8) < 0)
        {
            text = inner.Trim();
        }

        return text.Length == 0 ? null : text;
    }

    private static string ReadAddress(ReadOnlySpan<byte> address)
    {
        address = address.Trim(" \t\r\n<>"u8);
        if (address.IsEmpty)
        {
            return "";
        }

        // Source routes: "@relay,@other:john@example.com" (RFC 5322 §4.4).
        if (address[0] == '@' && address.IndexOf((byte)':') is var colon and > 0)
        {
            address = address[(colon + 1)..];
        }

        if (Bytes.StartsWithIgnoreCase(address, "mailto:"u8))
        {
            address = address[7..];
        }

        if (address.IndexOfAny(NeverInPlain) < 0 && address.IndexOfAnyExceptInRange((byte)'!', (byte)'~') < 0)
        {
            return Encoding.ASCII.GetString(address);
        }

        var text = EncodedWords.Decode(address.Contains((byte)'(') ? WithoutComments(address) : address);
        if (text.StartsWith('"'))
        {
            return text;
        }

        return text.Contains(' ', StringComparison.Ordinal) ? text.Replace(" ", "", StringComparison.Ordinal) : text;
    }

    private static string? Comment(ReadOnlySpan<byte> text)
    {
        var open = text.IndexOf((byte)'(');
        if (open < 0)
        {
            return null;
        }

        var comment = text[(open + 1)..];
        var close = comment.LastIndexOf((byte)')');
        comment = close < 0 ? comment : comment[..close];
        var decoded = EncodedWords.Decode(comment);
        return Bare(string.Concat(decoded.Where(character => character is not ('(' or ')'))), comment);
    }

    private static byte[] WithoutComments(ReadOnlySpan<byte> text)
    {
        var kept = new byte[text.Length];
        var length = 0;
        var depth = 0;
        var isQuoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            var value = text[i];
            if (value == '"' && depth == 0)
            {
                isQuoted = !isQuoted;
            }

            if (value == '\\' && i + 1 < text.Length)
            {
                if (depth == 0)
                {
                    kept[length++] = value;
                    kept[length++] = text[i + 1];
                }

                i++;
            }
            else if (!isQuoted && value == '(')
            {
                depth++;
            }
            else if (!isQuoted && value == ')' && depth > 0)
            {
                depth--;
            }
            else if (depth == 0)
            {
                kept[length++] = value;
            }
        }

        return kept[..length];
    }
}
