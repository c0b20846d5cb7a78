using System.Buffers;

namespace Tickiti.Mail;

/// <summary>Valid Unicode with LF line ends, without NULs and lone controls.</summary>
internal static class TextCleaner
{
    private static readonly SearchValues<char> Controls = SearchValues.Create(
        "\0\u0001\u0002\u0003\u0004\u0005\u0006\a\b\v\f\r\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017"
        + "\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f\u007f\u0080\u0081\u0082\u0083\u0084\u0085\u0086\u0087\u0088\u0089"
        + "\u008a\u008b\u008c\u008d\u008e\u008f\u0090\u0091\u0092\u0093\u0094\u0095\u0096\u0097\u0098\u0099\u009a\u009b\u009c"
        + "\u009d\u009e\u009f\uFFFE\uFFFF");

    /// <summary>Cleans in place and answers the new length.</summary>
    public static int Clean(Span<char> text)
    {
        var read = text.IndexOfAny(Controls);
        if (read < 0)
        {
            return MendSurrogates(text);
        }

        var written = read;
        while (read < text.Length)
        {
            var value = text[read++];
            if (value == '\r' || value == '\v' || value == '\f' || value == '\u0085')
            {
                if (value != '\r' || read == text.Length || text[read] != '\n')
                {
                    text[written++] = '\n';
                }
            }

            var run = text[read..].IndexOfAny(Controls);
            run = run < 0 ? text.Length - read : run;
            text.Slice(read, run).CopyTo(text[written..]);
            written += run;
            read += run;
        }

        return MendSurrogates(text[..written]);
    }

    public static string CleanString(string text)
    {
        var chars = text.ToCharArray();
        var length = Clean(chars);
        return length == text.Length && chars.AsSpan().SequenceEqual(text) ? text : new string(chars, 0, length);
    }

    private static int MendSurrogates(Span<char> text)
    {
        var rest = text;
        while (rest.IndexOfAnyInRange('\ud800', '\udfff') is var found and >= 0)
        {
            var isPair = found + 1 < rest.Length && char.IsSurrogatePair(rest[found], rest[found + 1]);
            if (!isPair)
            {
                rest[found] = '\uFFFD';
            }

            rest = rest[(found + (isPair ? 2 : 1))..];
        }

        return text.Length;
    }
}
