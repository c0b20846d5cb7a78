using System.Buffers;
using System.Text;

namespace Tickiti.Mail;

/// <summary>Header text: unfolding, encoded words (RFC 2047, also wrongly made), raw UTF-8 (RFC 6532) and other 8-bit.</summary>
internal static class EncodedWords
{
    private static readonly SearchValues<byte> CharsetEnd = SearchValues.Create("? \t\r\n="u8);

    /// <summary>The text in one line: line breaks and runs of controls become one space.</summary>
    public static string Decode(ReadOnlySpan<byte> value)
    {
        value = Bytes.Trim(value);
        if (value.IsEmpty)
        {
            return "";
        }

        if (value.IndexOf("=?"u8) < 0 && value.IndexOfAnyExceptInRange((byte)' ', (byte)'~') < 0)
        {
            return Encoding.ASCII.GetString(value);
        }

        var text = new CharBuffer(stackalloc char[512]);
        try
        {
            Decode(value, ref text);
            return Finish(text.Written);
        }
        finally
        {
            text.Dispose();
        }
    }

    private static void Decode(ReadOnlySpan<byte> value, ref CharBuffer text)
    {
        using var pending = new PooledBytes();
        ReadOnlySpan<byte> pendingCharset = [];
        var hasTerminators = true;
        var plain = 0;
        var position = 0;
        while (hasTerminators && position < value.Length && value[position..].IndexOf("=?"u8) is var found and >= 0)
        {
            position += found;
            if (!Word.TryRead(value, position, ref hasTerminators, out var word))
            {
                position += 2;
                continue;
            }

            // White space between encoded words is none (RFC 2047 §6.2).
            var between = value[plain..position];
            var joins = pending.Length > 0 && between.IndexOfAnyExcept(" \t\r\n"u8) < 0;
            if (!joins || !Bytes.EqualsIgnoreCase(pendingCharset, value[word.Charset]))
            {
                Flush(pending, pendingCharset, ref text);
            }

            if (!joins && !(between.IndexOfAnyExcept(" \t\r\n"u8) < 0 && text.Length > 0 && plain > 0))
            {
                AppendPlain(between, ref text);
            }

            pendingCharset = value[word.Charset];
            word = DecodeTo(value, word, pending, ref hasTerminators);
            position = plain = word.End;
        }

        Flush(pending, pendingCharset, ref text);
        AppendPlain(value[plain..], ref text);
    }

    /// <summary>
    /// Decodes a word, together with its next where a program has cut the base64 of one text wherever a line was full; answers
    /// the last word that was read.
    /// </summary>
    private static Word DecodeTo(ReadOnlySpan<byte> value, Word word, PooledBytes output, ref bool hasTerminators)
    {
        var text = value[word.Text];
        if (!word.IsBase64)
        {
            QuotedPrintableDecoder.DecodeHeader(text, output);
            return word;
        }

        var next = text.Length % 4 == 0 || text[^1] == '=' ? -1 : value[word.End..].IndexOfAnyExcept(" \t\r\n"u8);
        if (next > 0 && value[(word.End + next)..].StartsWith("=?"u8)
            && Word.TryRead(value, word.End + next, ref hasTerminators, out var rest) && rest.IsBase64
            && Bytes.EqualsIgnoreCase(value[word.Charset], value[rest.Charset]) && (text.Length + value[rest.Text].Length) % 4 == 0)
        {
            Base64Decoder.Decode((byte[])[.. text, .. value[rest.Text]], output);
            return rest;
        }

        Base64Decoder.Decode(text, output);
        return word;
    }

    private static void Flush(PooledBytes pending, ReadOnlySpan<byte> charset, ref CharBuffer text)
    {
        Charsets.Decode(pending.Span, charset, ref text);
        pending.Clear();
    }

    private static void AppendPlain(ReadOnlySpan<byte> plain, ref CharBuffer text)
    {
        // ESC $ is raw ISO-2022-JP; the rest is ASCII, UTF-8 or, failing that, windows-1252.
        Charsets.Decode(plain, [], ref text);
    }

    private static string Finish(Span<char> text)
    {
        var written = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var value = text[i];
            if (value is '\r' or '\n')
            {
                // Unfolding takes the line break away and leaves the white space behind it (RFC 5322 §2.2.3).
                var isFollowed = i + 1 < text.Length && text[i + 1] is not (' ' or '\t' or '\r' or '\n');
                if (isFollowed && written > 0 && text[written - 1] != ' ')
                {
                    text[written++] = ' ';
                }
            }
            else
            {
                text[written++] = value == '\t' ? ' ' : value;
            }
        }

        var length = TextCleaner.Clean(text[..written]);
        return new string(text[..length].Trim());
    }

    private readonly record struct Word(Range Charset, bool IsBase64, Range Text, int End)
    {
        public static bool TryRead(ReadOnlySpan<byte> value, int start, ref bool hasTerminators, out Word word)
        {
            word = default;
            var charset = start + 2;
            var charsetLength = value[charset..].IndexOfAny(CharsetEnd);
            var mark = charset + charsetLength;
            if (charsetLength < 0 || value[mark] != '?' || mark + 2 >= value.Length || value[mark + 2] != '?')
            {
                return false;
            }

            var encoding = (byte)(value[mark + 1] | 0x20);
            if (encoding is not ((byte)'b' or (byte)'q'))
            {
                return false;
            }

            var text = mark + 3;
            var end = value[text..].IndexOf("?="u8);
            if (end < 0)
            {
                hasTerminators = false;
                return false;
            }

            // "=?utf-8?q??==41?=": a "?" that ends the text belongs to the text when "=XX" follows.
            end += text;
            var language = value.Slice(charset, charsetLength).IndexOf((byte)'*');
            word = new Word(
                charset..(language < 0 ? mark : charset + language), encoding == 'b', text..end, end + 2);
            return true;
        }
    }
}
