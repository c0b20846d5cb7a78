using System.Buffers;
using System.Globalization;
using System.Text;

namespace Tickiti.Mail;

/// <summary>
/// Writes fields word by word: folded at 78 columns where there is a space, never over 998 (RFC 5322 §2.1.1), encoded words
/// where the text needs them (RFC 2047), raw UTF-8 only when told (RFC 6532).
/// </summary>
internal sealed class HeaderWriter(IBufferWriter<byte> output, bool allowUtf8)
{
    private const int SoftLimit = 78;
    private const int LongestWord = 900;
    /// <summary>A longer name would be folded inside, which is read in more than one way; it is encoded.</summary>
    private const int LongestPhrase = 60;

    private const int EncodedLine = 76;
    private const int EncodedWord = 75;

    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true, AllowUnassigned = true };

    private static readonly SearchValues<char> AtomText = SearchValues.Create(
        "!#$%&'*+-/=?^_`{|}~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly SearchValues<char> TokenText = SearchValues.Create(
        "!#$&+-^_`~.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly SearchValues<byte> PhraseSafe = SearchValues.Create(
        "!*+-/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    private int _column;
    private bool _isFirst;

    public void Begin(string name)
    {
        Put(name);
        Put(":");
        _isFirst = true;
    }

    public void End()
    {
        Put("\r\n");
        _column = 0;
    }

    /// <summary>A field of words that need no encoding (ids, keywords, dates).</summary>
    public void Tokens(string name, params IEnumerable<string> words)
    {
        Begin(name);
        foreach (var word in words)
        {
            Word(word);
        }

        End();
    }

    public void Unstructured(string name, string text)
    {
        Begin(name);
        Words(text);
        End();
    }

    public void Addresses(string name, IReadOnlyList<MailAddress> addresses)
    {
        if (addresses.Count == 0)
        {
            return;
        }

        Begin(name);
        for (var i = 0; i < addresses.Count; i++)
        {
            var end = i < addresses.Count - 1 ? "," : "";
            var address = Address(addresses[i]);
            if (addresses[i].Name is { Length: > 0 } phrase)
            {
                Phrase(phrase);
                Word($"<{address}>{end}");
            }
            else
            {
                Word(address + end);
            }
        }

        End();
    }

    /// <summary>"; name=value": a token, quoted, or in pieces by RFC 2231.</summary>
    public void Parameter(string name, string value)
    {
        Put(";");
        var isPlain = IsPrintableAscii(value) && value.Length <= 60;
        if (isPlain)
        {
            var isToken = value.Length > 0 && value.AsSpan().IndexOfAnyExcept(TokenText) < 0;
            Word(isToken ? $"{name}={value}" : $"{name}={Quote(value)}");
            return;
        }

        var pieces = ExtendedPieces(value);
        if (pieces.Count == 1)
        {
            Word($"{name}*=utf-8''{pieces[0]}");
            return;
        }

        for (var i = 0; i < pieces.Count; i++)
        {
            Word(string.Create(
                CultureInfo.InvariantCulture,
                $"{name}*{i}*={(i == 0 ? "utf-8''" : "")}{pieces[i]}{(i < pieces.Count - 1 ? ";" : "")}"));
        }
    }

    public void Word(string word)
    {
        var length = Encoding.UTF8.GetByteCount(word);
        if (_column + 1 + length > SoftLimit && !_isFirst)
        {
            Fold();
        }

        Put(" ");
        Put(word);
        _isFirst = false;
    }

    /// <summary>The domain in the form that may stand in a header: A-labels unless UTF-8 is allowed.</summary>
    private string Address(MailAddress address) =>
        allowUtf8 || Ascii.IsValid(address.Domain)
            ? address.Address
            : $"{address.LocalPart}@{Idn.GetAscii(address.Domain)}";

    private void Phrase(string phrase)
    {
        // Apostrophes around a name are taken for quotes by many readers.
        if ((!allowUtf8 && !IsPrintableAscii(phrase)) || phrase.Contains("=?", StringComparison.Ordinal)
            || phrase is ['\'', .., '\''] || Encoding.UTF8.GetByteCount(phrase) > LongestPhrase)
        {
            Encoded(phrase, isPhrase: true);
        }
        else
        {
            Word(IsAtoms(phrase) ? phrase : Quote(phrase));
        }
    }

    private void Words(string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < words.Length; i++)
        {
            if (!NeedsEncoding(words[i]))
            {
                Word(words[i]);
                continue;
            }

            var last = i;
            while (last + 1 < words.Length && NeedsEncoding(words[last + 1]))
            {
                last++;
            }

            Encoded(string.Join(' ', words[i..(last + 1)]), isPhrase: false);
            i = last;
        }
    }

    private bool NeedsEncoding(string word) =>
        Encoding.UTF8.GetByteCount(word) > LongestWord
        || word.Contains("=?", StringComparison.Ordinal)
        || (!allowUtf8 && !IsPrintableAscii(word));

    /// <summary>Encoded words of whole characters, none longer than 75, lines not longer than 76 (RFC 2047 §2).</summary>
    private void Encoded(string text, bool isPhrase)
    {
        var bytes = Encoding.UTF8.GetBytes(text).AsSpan();
        var cost = 0;
        foreach (var value in bytes)
        {
            cost += QCost(value, isPhrase);
        }

        var isQ = cost <= (bytes.Length + 2) / 3 * 4;
        const int Frame = 12;
        while (!bytes.IsEmpty)
        {
            var room = EncodedLine - _column - 1 - Frame;
            if (room < 24 && !_isFirst)
            {
                Fold();
            }

            room = Math.Min(EncodedWord - Frame, Math.Max(24, EncodedLine - _column - 1 - Frame));
            var take = isQ ? 0 : TakeB(bytes, room);
            if (take > 0)
            {
                Word($"=?utf-8?b?{Convert.ToBase64String(bytes[..take])}?=");
            }
            else
            {
                take = TakeQ(bytes, room, isPhrase);
                Word($"=?utf-8?q?{Q(bytes[..take], isPhrase)}?=");
            }

            bytes = bytes[take..];
        }
    }

    private static int TakeQ(ReadOnlySpan<byte> bytes, int room, bool isPhrase)
    {
        var taken = 0;
        while (taken < bytes.Length)
        {
            var next = NextCharacter(bytes, taken);
            var cost = 0;
            for (var i = taken; i < next; i++)
            {
                cost += QCost(bytes[i], isPhrase);
            }

            if (cost > room && taken > 0)
            {
                break;
            }

            room -= cost;
            taken = next;
        }

        return taken;
    }

    /// <summary>
    /// As many characters as give base64 without padding, or all; 0 where there is no such number. Some readers join the base64
    /// of adjacent words before they decode it, and end at the first padding.
    /// </summary>
    private static int TakeB(ReadOnlySpan<byte> bytes, int room)
    {
        var most = room / 4 * 3;
        var taken = 0;
        var unpadded = 0;
        while (taken < bytes.Length && NextCharacter(bytes, taken) is var next && next <= most)
        {
            taken = next;
            unpadded = taken % 3 == 0 ? taken : unpadded;
        }

        return taken == bytes.Length ? taken : unpadded;
    }

    private static int NextCharacter(ReadOnlySpan<byte> bytes, int position)
    {
        position++;
        while (position < bytes.Length && (bytes[position] & 0xC0) == 0x80)
        {
            position++;
        }

        return position;
    }

    private static int QCost(byte value, bool isPhrase) => value == ' ' || IsQSafe(value, isPhrase) ? 1 : 3;

    private static bool IsQSafe(byte value, bool isPhrase) =>
        isPhrase ? PhraseSafe.Contains(value) : value is > (byte)' ' and < 127 and not ((byte)'=' or (byte)'?' or (byte)'_');

    private static string Q(ReadOnlySpan<byte> bytes, bool isPhrase)
    {
        var text = new StringBuilder(bytes.Length * 3);
        foreach (var value in bytes)
        {
            if (value == ' ')
            {
                text.Append('_');
            }
            else if (IsQSafe(value, isPhrase))
            {
                text.Append((char)value);
            }
            else
            {
                text.Append(CultureInfo.InvariantCulture, $"={value:X2}");
            }
        }

        return text.ToString();
    }

    private static List<string> ExtendedPieces(string value)
    {
        var pieces = new List<string>();
        var piece = new StringBuilder();
        var bytes = Encoding.UTF8.GetBytes(value);
        for (var i = 0; i < bytes.Length;)
        {
            var next = NextCharacter(bytes, i);
            if (piece.Length + ((next - i) * 3) > 54)
            {
                pieces.Add(piece.ToString());
                piece.Clear();
            }

            for (; i < next; i++)
            {
                if (char.IsAsciiLetterOrDigit((char)bytes[i]) || bytes[i] is (byte)'-' or (byte)'.' or (byte)'_')
                {
                    piece.Append((char)bytes[i]);
                }
                else
                {
                    piece.Append(CultureInfo.InvariantCulture, $"%{bytes[i]:X2}");
                }
            }
        }

        pieces.Add(piece.ToString());
        return pieces;
    }

    private static string Quote(string text) =>
        $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static bool IsAtoms(string phrase) =>
        phrase.Split(' ').All(word => word.Length > 0 && word.AsSpan().IndexOfAnyExcept(AtomText) < 0);

    private static bool IsPrintableAscii(string text) => text.AsSpan().IndexOfAnyExceptInRange(' ', '~') < 0;

    private void Fold()
    {
        output.Write("\r\n"u8);
        _column = 0;
    }

    private void Put(string text) => _column += (int)Encoding.UTF8.GetBytes(text, output);
}
