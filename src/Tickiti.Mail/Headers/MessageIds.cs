using System.Buffers;
using System.Text;

namespace Tickiti.Mail;

/// <summary>Message-ID, In-Reply-To, References and Content-ID (RFC 5322 §3.6.4), given without angle brackets.</summary>
public static class MessageIds
{
    private static readonly SearchValues<byte> WordEnd = SearchValues.Create(" \t\r\n,;<"u8);

    private const int MaxIds = 1000;
    private const int MaxLength = 998;

    internal static string? First(ReadOnlySpan<byte> value)
    {
        while (Next(ref value) is { } id)
        {
            if (id.Length > 0)
            {
                return id;
            }
        }

        return null;
    }

    internal static IReadOnlyList<string> Parse(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
        {
            return [];
        }

        var ids = new List<string>();
        while (ids.Count < MaxIds && Next(ref value) is { } id)
        {
            if (id.Length > 0)
            {
                ids.Add(id);
            }
        }

        return ids;
    }

    /// <summary>The next id: between angle brackets, or a bare word with an "@" (In-Reply-To of old had sentences).</summary>
    private static string? Next(ref ReadOnlySpan<byte> value)
    {
        value = value.TrimStart(" \t\r\n,;"u8);
        if (value.IsEmpty)
        {
            return null;
        }

        int end;
        ReadOnlySpan<byte> id;
        if (value[0] == '<')
        {
            end = value[1..].IndexOfAny((byte)'>', (byte)'<') + 1;
            id = end == 0 ? value[1..] : value[1..end];
            value = end == 0 ? [] : value[(value[end] == '>' ? end + 1 : end)..];
        }
        else
        {
            end = value.IndexOfAny(WordEnd);
            id = end < 0 ? value : value[..end];
            value = end < 0 ? [] : value[end..];
            if (!id.Contains((byte)'@'))
            {
                return value.IsEmpty ? null : "";
            }
        }

        return Read(id);
    }

    private static string Read(ReadOnlySpan<byte> id)
    {
        if (id.Length > MaxLength)
        {
            return "";
        }

        if (id.IndexOfAnyExceptInRange((byte)'!', (byte)'~') < 0)
        {
            return Encoding.ASCII.GetString(id);
        }

        // Folded in the middle, or 8-bit: white space is never part of an id.
        var text = EncodedWords.Decode(id);
        return string.Concat(text.Where(character => !char.IsWhiteSpace(character)));
    }
}
