using System.Text;

namespace Tickiti.Application.IncomingMails;

/// <summary>Text of a stranger's mail as every database takes it: no NUL, no lone surrogate, within its column.</summary>
internal static class StorableText
{
    /// <summary>One line: what lies between white space and controls, joined by blanks, cut to a length.</summary>
    public static string Line(string? text, int maxLength)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "";
        }

        if (!NeedsWork(text))
        {
            return Cut(text.Trim(), maxLength);
        }

        var line = new StringBuilder(Math.Min(text.Length, maxLength + 1));
        foreach (var rune in text.EnumerateRunes())
        {
            if (line.Length > maxLength)
            {
                break;
            }

            if (!Rune.IsControl(rune) && !Rune.IsWhiteSpace(rune))
            {
                line.Append(rune);
            }
            else if (line.Length > 0 && line[^1] != ' ')
            {
                line.Append(' ');
            }
        }

        return Cut(line.ToString().Trim(), maxLength);
    }

    /// <summary>Several lines, whole up to a length.</summary>
    public static string Lines(string? text, int maxLength)
    {
        text = Cut(text ?? "", maxLength);
        return text.Contains('\0', StringComparison.Ordinal) ? text.Replace("\0", "", StringComparison.Ordinal) : text;
    }

    /// <summary>Never between the two halves of a surrogate pair.</summary>
    private static string Cut(string text, int maxLength)
    {
        if (text.Length <= maxLength)
        {
            return text;
        }

        return text[..(char.IsHighSurrogate(text[maxLength - 1]) ? maxLength - 1 : maxLength)];
    }

    private static bool NeedsWork(string text)
    {
        foreach (var c in text)
        {
            if (char.IsControl(c) || char.IsSurrogate(c) || (char.IsWhiteSpace(c) && c != ' '))
            {
                return true;
            }
        }

        return false;
    }
}
