using System.Buffers;
using System.Globalization;
using System.Text;

namespace Tickiti.Mail;

/// <summary>File names of strangers.</summary>
public static class FileNames
{
    public const int MaxLength = 255;

    private static readonly SearchValues<char> Forbidden = SearchValues.Create("/\\:*?\"<>|");

    /// <summary>
    /// A bare name that is safe on every file system: without path, controls, bidirectional overrides and reserved signs, not
    /// longer than <see cref="MaxLength"/>, its extension kept. Empty where nothing is left.
    /// </summary>
    public static string Clean(string name)
    {
        var path = name.AsSpan();
        path = path[(path.TrimEnd("/\\ ").LastIndexOfAny('/', '\\') + 1)..];
        var clean = new StringBuilder(path.Length);
        foreach (var rune in path.EnumerateRunes())
        {
            var category = Rune.GetUnicodeCategory(rune);
            if (category is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate)
            {
                continue;
            }

            clean.Append(rune.IsBmp && Forbidden.Contains((char)rune.Value) ? "_" : rune.ToString());
        }

        var result = clean.ToString().Trim().TrimEnd('.', ' ');
        return result.Length <= MaxLength ? result : Shorten(result);
    }

    private static string Shorten(string name)
    {
        var dot = name.LastIndexOf('.');
        var extension = dot > 0 && name.Length - dot <= 20 ? name[dot..] : "";
        var length = MaxLength - extension.Length;
        length -= char.IsHighSurrogate(name[length - 1]) ? 1 : 0;
        return string.Concat(name.AsSpan(0, length), extension);
    }
}
