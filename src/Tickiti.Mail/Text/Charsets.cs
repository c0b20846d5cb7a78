using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Tickiti.Mail;

/// <summary>Bytes to text, whatever a mail says of them: the declared charset, else UTF-8, else windows-1252.</summary>
internal static class Charsets
{
    // Answers null where Encoding.GetEncoding throws: a mail can name thousands of charsets that are none.
    private static readonly EncodingProvider CodePages = CodePagesEncodingProvider.Instance;
    private static readonly ConcurrentDictionary<string, Encoding?> Known = new(StringComparer.OrdinalIgnoreCase);
    private static readonly Encoding Windows1252 = ByNumber(1252);
    private static readonly Encoding ShiftJis = ByNumber(932);
    private static readonly Encoding Iso2022Jp = ByNumber(50220);

    /// <summary>Adds the text of the bytes: not yet cleaned of controls.</summary>
    public static void Decode(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> charset, ref CharBuffer text)
    {
        if (Find(charset) is not { } declared || declared.CodePage == Encoding.ASCII.CodePage)
        {
            DecodeUndeclared(bytes, ref text);
        }
        else if (declared is UTF8Encoding)
        {
            DecodeUtf8(bytes, ref text);
        }
        else if (declared.CodePage == Iso2022Jp.CodePage && !Ascii.IsValid(bytes))
        {
            // Japanese mail programs of old put Shift_JIS under the name that every mail had to carry.
            Append(Utf8.IsValid(bytes) ? Encoding.UTF8 : ShiftJis, bytes, ref text);
        }
        else
        {
            var start = text.Length;
            Append(declared, bytes, ref text);
            if (text.Written[start..].Contains('\uFFFD') && Utf8.IsValid(bytes))
            {
                text.Length = start;
                Append(Encoding.UTF8, bytes, ref text);
            }
        }
    }

    /// <summary>Whether the name tells no more than that the writer's program was set to a Western default.</summary>
    public static bool IsWestern(ReadOnlySpan<byte> charset) => Find(charset) is { CodePage: 1252 or 20127 };

    public static string GetString(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> charset)
    {
        var text = new CharBuffer(stackalloc char[512]);
        try
        {
            Decode(bytes, charset, ref text);
            return new string(text.Written);
        }
        finally
        {
            text.Dispose();
        }
    }

    private static void DecodeUndeclared(ReadOnlySpan<byte> bytes, ref CharBuffer text)
    {
        if (bytes.IndexOf("\u001b$"u8) >= 0 && Ascii.IsValid(bytes))
        {
            Append(Iso2022Jp, bytes, ref text);
        }
        else if (Utf8.IsValid(bytes) || IsMostlyUtf8(bytes))
        {
            Append(Encoding.UTF8, bytes, ref text);
        }
        else
        {
            Append(Create(EucText.Guess(bytes)) ?? Windows1252, bytes, ref text);
        }
    }

    /// <summary>UTF-8; what is no UTF-8 but for a few spoilt characters stays it, with U+FFFD in their place.</summary>
    private static void DecodeUtf8(ReadOnlySpan<byte> bytes, ref CharBuffer text)
    {
        Append(Utf8.IsValid(bytes) || IsMostlyUtf8(bytes) ? Encoding.UTF8 : Windows1252, bytes, ref text);
    }

    private static bool IsMostlyUtf8(ReadOnlySpan<byte> bytes)
    {
        var good = 0;
        var bad = 0;
        while (!bytes.IsEmpty)
        {
            var status = Rune.DecodeFromUtf8(bytes, out var rune, out var consumed);
            if (status != System.Buffers.OperationStatus.Done)
            {
                bad++;
            }
            else if (!rune.IsAscii)
            {
                good++;
            }

            bytes = bytes[consumed..];
        }

        return good > bad;
    }

    private static void Append(Encoding encoding, ReadOnlySpan<byte> bytes, ref CharBuffer text)
    {
        text.Length += encoding.GetChars(bytes, text.Reserve(encoding.GetMaxCharCount(bytes.Length)));
    }

    /// <summary>The encoding of a name; null where it is none. ISO-8859-1 and US-ASCII read as in the WHATWG's table.</summary>
    private static Encoding? Find(ReadOnlySpan<byte> charset)
    {
        if (charset.IsEmpty)
        {
            return null;
        }

        if (Bytes.EqualsIgnoreCase(charset, "utf-8"u8) || Bytes.EqualsIgnoreCase(charset, "utf8"u8))
        {
            return Encoding.UTF8;
        }

        if (Bytes.EqualsIgnoreCase(charset, "us-ascii"u8))
        {
            return Encoding.ASCII;
        }

        if (Bytes.EqualsIgnoreCase(charset, "iso-8859-1"u8))
        {
            return Windows1252;
        }

        if (charset.Length > 40)
        {
            return null;
        }

        var name = Encoding.Latin1.GetString(charset);
        if (Known.TryGetValue(name, out var known))
        {
            return known;
        }

        var found = Create(name.Trim().ToLowerInvariant());
        if (Known.Count < 500)
        {
            Known[name] = found;
        }

        return found;
    }

    private static Encoding? Create(string name)
    {
        name = name.Replace('_', '-');
        switch (name)
        {
            case "latin1" or "latin-1" or "iso8859-1" or "8859-1" or "l1" or "iso-8859-1-i"
                or "iso-8859-1-windows-3.1-latin-1" or "ansi" or "windows-1252" or "cp1252" or "cp-1252" or "1252":
                return Windows1252;
            case "ascii" or "ansi-x3.4-1968" or "us" or "7bit" or "646":
                return Encoding.ASCII;
            case "unicode-1-1-utf-8" or "utf-8mb4" or "utf8mb4" or "utf" or "unicode" or "cp65001":
                return Encoding.UTF8;
            case "utf-7" or "unicode-1-1-utf-7" or "utf7" or "x-unicode-2-0-utf-7" or "csunicode11utf7":
                return new Utf7Encoding();
            case "utf-32" or "utf32":
                return Encoding.UTF32;
            case "utf-16be" or "utf-16-be":
                return Encoding.BigEndianUnicode;
            case "utf-16le" or "utf-16-le" or "utf-16" or "utf16" or "ucs-2" or "iso-10646-ucs-2":
                return Encoding.Unicode;
            case "gb2312" or "gbk" or "x-gbk" or "cn-gb" or "gb18030" or "gb-2312-80" or "gb18030-2000" or "euc-cn" or "cp936" or "ms936":
                return ByNumber(54936);
            case "big5" or "big5-hkscs" or "big5hkscs" or "cn-big5" or "x-x-big5" or "cp950":
                return ByNumber(950);
            case "shift-jis" or "sjis" or "x-sjis" or "x-sjis-jp" or "x-shift-jis" or "ms-kanji" or "cp932" or "windows-31j" or "x-ms-cp932":
                return ShiftJis;
            case "csiso2022jp" or "jis" or "cp50220" or "cp50221":
                return Iso2022Jp;
            case "eucjp" or "x-euc" or "x-eucjp" or "eucjp-ms" or "cp51932" or "ujis":
                return ByNumber(51932);
            case "koi8r" or "koi8":
                return ByNumber(20866);
            case "koi8u" or "koi8-ru":
                return ByNumber(21866);
            case "mac" or "macroman" or "mac-roman" or "x-mac-roman" or "x-macroman":
                return ByNumber(10000);
            case "mac-cyrillic" or "maccyrillic" or "x-mac-ukrainian":
                return ByNumber(10007);
            case "iso-8859-6-i" or "iso-8859-6-e":
                return ByNumber(28596);
            case "latin9" or "latin-9" or "iso-8859-15-fdis":
                return ByNumber(28605);
            case "ks-c-5601-1987" or "ks-c-5601" or "ksc5601" or "euc-kr" or "cp949" or "x-windows-949" or "korean" or "uhc":
                return ByNumber(949);
            case "iso-8859-9" or "latin5":
                return ByNumber(1254);
            case "iso-8859-11" or "tis-620":
                return ByNumber(874);
            case "iso-8859-8-i" or "iso-8859-8-e" or "logical":
                return ByNumber(28598);
        }

        if (name.StartsWith("iso-2022-jp", StringComparison.Ordinal))
        {
            return Iso2022Jp;
        }

        return CodePages.GetEncoding(
            name.StartsWith("cp", StringComparison.Ordinal) && name.AsSpan(2).IndexOfAnyExceptInRange('0', '9') < 0
                ? string.Concat("windows-", name.AsSpan(2))
                : name)
            ?? ByNumber(name);
    }

    private static Encoding ByNumber(int page) =>
        CodePages.GetEncoding(page) ?? throw new NotSupportedException($"Code page {page} belongs to the platform.");

    /// <summary>"x-cp-1251", "iso8859-15": the number at the end.</summary>
    private static Encoding? ByNumber(string name)
    {
        var digits = name.AsSpan(name.AsSpan().LastIndexOfAnyExceptInRange('0', '9') + 1);
        if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }

        var isIso = (name.StartsWith("iso", StringComparison.Ordinal) || name.StartsWith("8859", StringComparison.Ordinal)) && number is > 1 and < 17;
        return isIso ? CodePages.GetEncoding(28590 + number) : number is > 400 and < 2000 ? CodePages.GetEncoding(number) : null;
    }
}
