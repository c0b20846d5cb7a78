namespace Tickiti.Mail;

/// <summary>
/// Recognises Chinese, Korean and Japanese text in the EUC family by its bytes, where a mail names no charset: everything beyond
/// ASCII comes in pairs, which Western text does not have.
/// </summary>
internal static class EucText
{
    private const int LeastPairs = 6;

    /// <summary>
    /// A charset name ("gbk", "euc-kr", "euc-jp"); empty where the bytes do not tell. GBK's own range,
    /// with bytes below 0xA1, counts as letters that none of the three has often.
    /// </summary>
    public static string Guess(ReadOnlySpan<byte> bytes)
    {
        var (pairs, spoilt, signs, kana, hangul, hanzi) = (0, 0, 0, 0, 0, 0);
        for (var i = 0; i < bytes.Length; i++)
        {
            var run = bytes[i..].IndexOfAnyInRange((byte)0x80, (byte)0xFF);
            if (run < 0)
            {
                break;
            }

            i += run;
            if (i + 1 == bytes.Length || bytes[i] is 0x80 or 0xFF || bytes[i + 1] is < 0x80 or 0xFF)
            {
                spoilt++;
                continue;
            }

            pairs++;
            signs += bytes[i] is >= 0xA1 and <= 0xA3 ? 1 : 0;
            kana += bytes[i] is 0xA4 or 0xA5 ? 1 : 0;
            hangul += bytes[i] is >= 0xB0 and <= 0xC8 ? 1 : 0;
            hanzi += bytes[i] is >= 0xB0 and <= 0xD7 ? 1 : 0;
            i++;
        }

        var letters = pairs - signs;
        if (letters < LeastPairs || spoilt * 50 > pairs)
        {
            return "";
        }

        // Kana in a fifth of Japanese; the common characters of GB 2312 reach further than the syllables of KS X 1001.
        return kana * 5 > letters ? "euc-jp" : hangul * 100 > letters * 97 ? "euc-kr" : hanzi * 10 > letters * 9 ? "gbk" : "";
    }
}
