using System.Globalization;

namespace Tickiti.Mail.Smtp;

/// <summary>An address as it goes into a command. What could end the command early never gets that far.</summary>
internal static class SmtpAddress
{
    // RFC 5321 §4.5.3.1.3 says 256; real VERP addresses are longer and taken.
    private const int MaxLength = 512;

    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    /// <summary>
    /// The wire's form, or null. A domain beyond ASCII goes as A-labels where the local part allows it.
    /// </summary>
    public static string? ToWire(string address)
    {
        if (address.Length is 0 or > MaxLength || !HasOnlyPlainCharacters(address))
        {
            return null;
        }

        var at = address.LastIndexOf('@');
        if (at < 0)
        {
            return address.Equals("postmaster", StringComparison.OrdinalIgnoreCase) ? address : null;
        }

        var (local, domain) = (address[..at], address[(at + 1)..]);
        if (local.Length == 0 || domain.Length == 0)
        {
            return null;
        }

        if (IsAscii(domain) || !IsAscii(local))
        {
            return address;
        }

        try
        {
            return $"{local}@{Idn.GetAscii(domain)}";
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    public static bool IsAscii(string text) => System.Text.Ascii.IsValid(text);

    /// <summary>RFC 3461 §4: everything but visible ASCII, "+" and "=" as "+HH" of its UTF-8.</summary>
    public static string ToXText(string text)
    {
        var result = new System.Text.StringBuilder(text.Length);
        foreach (var b in System.Text.Encoding.UTF8.GetBytes(text))
        {
            if (b is > 0x20 and < 0x7F and not (byte)'+' and not (byte)'=')
            {
                result.Append((char)b);
            }
            else
            {
                result.Append(CultureInfo.InvariantCulture, $"+{b:X2}");
            }
        }

        return result.ToString();
    }

    private static bool HasOnlyPlainCharacters(string address)
    {
        var quoted = false;
        for (var i = 0; i < address.Length; i++)
        {
            var c = address[i];
            if (char.IsControl(c) || (char.IsSurrogate(c) && !IsPair(address, ref i)))
            {
                return false;
            }

            switch (c)
            {
                case '"':
                    quoted = !quoted;
                    break;
                case '\\' when quoted && i + 1 < address.Length && !char.IsControl(address[i + 1]):
                    i++;
                    break;
                case ' ' or '<' or '>' or '\\' when !quoted:
                    return false;
            }
        }

        return !quoted;
    }

    private static bool IsPair(string text, ref int i) =>
        i + 1 < text.Length && char.IsSurrogatePair(text[i], text[++i]);
}
