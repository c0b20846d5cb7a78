using System.Globalization;
using System.Runtime.InteropServices;

namespace Tickiti.Mail.Smtp;

/// <summary>RFC 3463: <c>class.subject.detail</c>.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct EnhancedStatusCode(int Class, int Subject, int Detail)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Class}.{Subject}.{Detail}");

    /// <summary>Reads one from the front of a text; <paramref name="length"/> is how much of it that took.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out EnhancedStatusCode code, out int length)
    {
        code = default;
        length = 0;
        if (text.Length < 5 || text[0] is not ('2' or '4' or '5') || text[1] != '.')
        {
            return false;
        }

        var position = 2;
        if (!TakeNumber(text, ref position, out var subject) || position >= text.Length || text[position] != '.')
        {
            return false;
        }

        position++;
        if (!TakeNumber(text, ref position, out var detail)
            || (position < text.Length && (char.IsAsciiLetterOrDigit(text[position]) || text[position] == '.')))
        {
            return false;
        }

        code = new EnhancedStatusCode(text[0] - '0', subject, detail);
        length = position;
        return true;
    }

    private static bool TakeNumber(ReadOnlySpan<char> text, ref int position, out int number)
    {
        var start = position;
        number = 0;
        while (position < text.Length && position - start < 3 && char.IsAsciiDigit(text[position]))
        {
            number = (number * 10) + text[position++] - '0';
        }

        return position > start;
    }
}
