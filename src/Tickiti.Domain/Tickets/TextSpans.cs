using System.Globalization;
using System.Text;

namespace Tickiti.Domain.Tickets;

/// <summary>A stretch of a reply's text that is shown, or folded away (quote, signature, disclaimer).</summary>
public readonly record struct TextSpan(bool IsFolded, string Text);

/// <summary>
/// How spans are stored beside the text they are spans of: kind and length, <c>v120f300</c>. The text itself is stored
/// once, whole, so that folding can never lose a character of it.
/// </summary>
public static class TextSpans
{
    public static string Encode(IEnumerable<TextSpan> spans)
    {
        var encoded = new StringBuilder();
        foreach (var span in spans)
        {
            encoded.Append(CultureInfo.InvariantCulture, $"{(span.IsFolded ? 'f' : 'v')}{span.Text.Length}");
        }

        return encoded.ToString();
    }

    /// <summary>What is not folded away of a text.</summary>
    public static string VisibleOf(string encoded, string text) => encoded.Length == 0
        ? text
        : string.Concat(Decode(encoded, text).Where(span => !span.IsFolded).Select(span => span.Text)).Trim();

    /// <summary>The spans of a text; whatever the encoding does not reach is visible.</summary>
    public static IReadOnlyList<TextSpan> Decode(string encoded, string text)
    {
        var spans = new List<TextSpan>();
        var position = 0;
        for (var i = 0; i < encoded.Length;)
        {
            var end = i + 1;
            while (end < encoded.Length && char.IsAsciiDigit(encoded[end]))
            {
                end++;
            }

            var length = int.Parse(encoded.AsSpan(i + 1, end - i - 1), NumberStyles.None, CultureInfo.InvariantCulture);
            length = Math.Min(length, text.Length - position);
            spans.Add(new TextSpan(encoded[i] == 'f', text.Substring(position, length)));
            position += length;
            i = end;
        }

        if (position < text.Length)
        {
            spans.Add(new TextSpan(false, text[position..]));
        }

        return spans;
    }
}
