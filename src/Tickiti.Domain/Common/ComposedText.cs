using System.Text;

namespace Tickiti.Domain.Common;

public static class ComposedText
{
    /// <summary>
    /// In Unicode's composed form (NFC). Half a surrogate pair and U+FFFE, which <see cref="string.Normalize()"/> refuses,
    /// become U+FFFD: both can stand in a mail or a request.
    /// </summary>
    public static string Composed(this string text)
    {
        if (Ascii.IsValid(text))
        {
            return text;
        }

        var wellFormed = text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF')
            ? Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text))
            : text;
        return wellFormed.Replace('\uFFFE', '\uFFFD').Normalize();
    }
}
