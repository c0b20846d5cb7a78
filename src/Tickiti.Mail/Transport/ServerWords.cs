using System.Text;

namespace Tickiti.Mail.Transport;

/// <summary>What a server says is kept and shown, so it is bounded and has no control characters.</summary>
internal static class ServerWords
{
    public const int MaxLength = 512;

    public static string Clean(ReadOnlySpan<byte> words)
    {
        // Four bytes a character at most: what lies beyond cannot be shown anyway.
        var text = Encoding.UTF8.GetString(words[..Math.Min(words.Length, 4 * MaxLength)]).Trim();
        if (text.Length > MaxLength)
        {
            var cut = char.IsHighSurrogate(text[MaxLength - 1]) ? MaxLength - 1 : MaxLength;
            text = text[..cut];
        }

        return text.AsSpan().ContainsAnyInRange('\0', '\x1F') || text.AsSpan().ContainsAnyInRange('\x7F', '\x9F')
            ? string.Create(text.Length, text, static (span, source) =>
            {
                for (var i = 0; i < span.Length; i++)
                {
                    span[i] = char.IsControl(source[i]) ? ' ' : source[i];
                }
            }).Trim()
            : text;
    }
}
