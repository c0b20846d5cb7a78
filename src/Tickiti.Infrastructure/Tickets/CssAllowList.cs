using System.Buffers;
using System.Collections.Frozen;
using System.Text;

namespace Tickiti.Infrastructure.Tickets;

/// <summary>
/// Declarations of a style attribute that set how text and boxes look. A value has words, numbers, colours and nothing else: no
/// address, no escape, no comment, no function but those of colours, and nothing that moves a box out of its place.
/// </summary>
internal static class CssAllowList
{
    private const int MaxDeclarations = 100;

    private static readonly FrozenSet<string> Properties = FrozenSet.ToFrozenSet(
    [
        "background", "background-color", "border", "border-bottom", "border-bottom-color", "border-bottom-style",
        "border-bottom-width", "border-collapse", "border-color", "border-left", "border-left-color", "border-left-style",
        "border-left-width", "border-radius", "border-right", "border-right-color", "border-right-style", "border-right-width",
        "border-spacing", "border-style", "border-top", "border-top-color", "border-top-style", "border-top-width", "border-width",
        "box-sizing", "caption-side", "clear", "color", "direction", "display", "empty-cells", "float", "font", "font-family",
        "font-size", "font-style", "font-variant", "font-weight", "height", "letter-spacing", "line-height", "list-style",
        "list-style-position", "list-style-type", "margin", "margin-bottom", "margin-left", "margin-right", "margin-top",
        "max-height", "max-width", "min-height", "min-width", "overflow-wrap", "padding", "padding-bottom", "padding-left",
        "padding-right", "padding-top", "table-layout", "text-align", "text-decoration", "text-indent", "text-transform",
        "vertical-align", "white-space", "width", "word-break", "word-spacing", "word-wrap",
    ]);

    private static readonly string[] Functions = ["rgb", "rgba", "hsl", "hsla"];

    private static readonly SearchValues<char> Plain =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 #.,%()'-!/");

    public static string Checked(string style)
    {
        var kept = new StringBuilder();
        var rest = style.AsSpan();
        for (var i = 0; i < MaxDeclarations && !rest.IsEmpty; i++)
        {
            var end = rest.IndexOf(';');
            Add(kept, end < 0 ? rest : rest[..end]);
            rest = end < 0 ? [] : rest[(end + 1)..];
        }

        return kept.ToString();
    }

    private static void Add(StringBuilder kept, ReadOnlySpan<char> declaration)
    {
        var colon = declaration.IndexOf(':');
        if (colon < 0)
        {
            return;
        }

        var name = declaration[..colon].Trim().ToString().ToLowerInvariant();
        // Double quotes mean what single ones do, and a value that fits on one line is the same value.
        var value = declaration[(colon + 1)..].Trim().ToString().Replace('"', '\'').ReplaceLineEndings(" ").Replace('\t', ' ');
        if (Properties.Contains(name) && IsHarmless(name, value))
        {
            kept.Append(kept.Length == 0 ? "" : "; ").Append(name).Append(": ").Append(value);
        }
    }

    private static bool IsHarmless(string name, string value) =>
        value.Length > 0 && !value.AsSpan().ContainsAnyExcept(Plain)
        && !value.Contains("//", StringComparison.Ordinal)
        && value.AsSpan().Count('\'') % 2 == 0
        && HasOnlyColourFunctions(value)
        && !(IsPlacing(name) && HasNegative(value));

    private static bool HasOnlyColourFunctions(string value)
    {
        var depth = 0;
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] == '(' && (++depth > 1 || !Functions.Any(name => EndsAt(value, i, name))))
            {
                return false;
            }

            if (value[i] == ')' && --depth < 0)
            {
                return false;
            }
        }

        return depth == 0;
    }

    private static bool EndsAt(string value, int end, string name)
    {
        var start = end - name.Length;
        return start >= 0 && value.AsSpan(start, name.Length).Equals(name, StringComparison.OrdinalIgnoreCase)
            && (start == 0 || value[start - 1] is ' ' or ',');
    }

    // Out of its box a text could lie over the page that shows it.
    private static bool IsPlacing(string name) =>
        name.StartsWith("margin", StringComparison.Ordinal) || name is "text-indent" or "letter-spacing" or "word-spacing";

    private static bool HasNegative(string value) => value.StartsWith('-') || value.Contains(" -", StringComparison.Ordinal);
}
