using System.Text;

namespace Tickiti.Mail;

/// <summary>Files that stand uuencoded in a text: "begin 644 name" to "end".</summary>
internal static class UuBlocks
{
    private const int MaxBlocks = 100;

    /// <summary>Whether it is worth to look closer.</summary>
    public static bool MayBeIn(ReadOnlySpan<byte> content) =>
        content.StartsWith("begin "u8) || content.IndexOf("\nbegin "u8) >= 0;

    /// <summary>The text without the blocks, and the blocks; none where the text has none that are whole.</summary>
    public static (string Text, List<(string Name, byte[] Encoded)> Files) Split(string text)
    {
        var files = new List<(string, byte[])>();
        var kept = new StringBuilder();
        var from = 0;
        var hasEnd = true;
        for (var position = 0; hasEnd && position >= 0 && files.Count < MaxBlocks;)
        {
            var line = LineAt(text, position);
            if (Name(line) is { } name)
            {
                var end = FindEnd(text, position);
                hasEnd = end >= 0;
                if (hasEnd && IsEncoded(LineAt(text, Next(text, position))))
                {
                    kept.Append(text, from, position - from);
                    files.Add((name, Encoding.Latin1.GetBytes(text[position..end])));
                    from = position = end;
                    continue;
                }
            }

            position = Next(text, position);
        }

        return (kept.Append(text, from, text.Length - from).ToString(), files);
    }

    private static string? Name(ReadOnlySpan<char> line)
    {
        if (!line.StartsWith("begin ") || line.Length < 11)
        {
            return null;
        }

        var mode = line[6..];
        var length = mode.IndexOf(' ');
        return length is 3 or 4 && mode[..length].IndexOfAnyExceptInRange('0', '7') < 0
            ? mode[(length + 1)..].Trim().ToString()
            : null;
    }

    /// <summary>The first line's length fits what its first character says.</summary>
    private static bool IsEncoded(ReadOnlySpan<char> line)
    {
        if (line.IsEmpty)
        {
            return false;
        }

        var bytes = (line[0] - 32) & 63;
        var length = line.Length - 1;
        return line[0] is >= ' ' and <= '`' && length <= ((bytes + 2) / 3 * 4) + 2 && length >= (bytes * 4 / 3) - 4;
    }

    /// <summary>Behind the line "end"; -1 where there is none.</summary>
    private static int FindEnd(string text, int position)
    {
        while ((position = text.IndexOf("\nend", position, StringComparison.Ordinal)) >= 0)
        {
            var next = Next(text, position + 1);
            if (LineAt(text, position + 1) is "end")
            {
                return next < 0 ? text.Length : next;
            }

            position++;
        }

        return -1;
    }

    private static int Next(string text, int position) =>
        text.IndexOf('\n', position) is var end and >= 0 && end + 1 < text.Length ? end + 1 : -1;

    private static ReadOnlySpan<char> LineAt(string text, int position)
    {
        if (position < 0)
        {
            return [];
        }

        var end = text.IndexOf('\n', position);
        return text.AsSpan(position, (end < 0 ? text.Length : end) - position).TrimEnd();
    }
}
