namespace Tickiti.Domain.Common;

public static class TextCut
{
    /// <summary>At most so many characters, and never half a surrogate pair: databases refuse that.</summary>
    public static string Cut(this string text, int maxLength)
    {
        if (text.Length <= maxLength)
        {
            return text;
        }

        return char.IsHighSurrogate(text[maxLength - 1]) ? text[..(maxLength - 1)] : text[..maxLength];
    }
}
