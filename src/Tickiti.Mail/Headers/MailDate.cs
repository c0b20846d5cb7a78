using System.Buffers;
using System.Globalization;
using System.Text;

namespace Tickiti.Mail;

/// <summary>Dates as people and programs write them (RFC 5322 §3.3 and §4.3, and what is neither).</summary>
internal static class MailDate
{
    private static readonly SearchValues<char> TokenEnd = SearchValues.Create(" \t\r\n,\"'(");

    private static readonly string[] Months =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

    private static readonly Dictionary<string, int> Zones = new(StringComparer.OrdinalIgnoreCase)
    {
        ["UT"] = 0,
        ["UTC"] = 0,
        ["GMT"] = 0,
        ["Z"] = 0,
        ["EST"] = -300,
        ["EDT"] = -240,
        ["CST"] = -360,
        ["CDT"] = -300,
        ["MST"] = -420,
        ["MDT"] = -360,
        ["PST"] = -480,
        ["PDT"] = -420,
        ["CET"] = 60,
        ["CEST"] = 120,
        ["MET"] = 60,
        ["MEST"] = 120,
        ["WET"] = 0,
        ["WEST"] = 60,
        ["BST"] = 60,
        ["EET"] = 120,
        ["EEST"] = 180,
        ["MSK"] = 180,
        ["JST"] = 540,
    };

    public static DateTimeOffset? Parse(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty || value.Length > 200)
        {
            return null;
        }

        Span<char> chars = stackalloc char[value.Length];
        Encoding.Latin1.GetChars(value, chars);
        var parts = new Parts();
        ReadOnlySpan<char> rest = chars;
        while (NextToken(ref rest) is { Length: > 0 } token)
        {
            parts.Take(token);
        }

        return parts.ToDate();
    }

    /// <summary>Words between white space and commas; comments are left out.</summary>
    private static ReadOnlySpan<char> NextToken(ref ReadOnlySpan<char> rest)
    {
        while (true)
        {
            rest = rest.TrimStart(" \t\r\n,\"'");
            if (rest.IsEmpty)
            {
                return [];
            }

            if (rest[0] == '(')
            {
                var close = rest.IndexOf(')');
                rest = close < 0 ? [] : rest[(close + 1)..];
                continue;
            }

            var end = rest.IndexOfAny(TokenEnd);
            var token = end < 0 ? rest : rest[..end];
            rest = rest[token.Length..];
            return token;
        }
    }

    private struct Parts
    {
        private int _day;
        private int _month;
        private int _year = -1;
        private int _hour = -1;
        private int _minute;
        private int _second;
        private int _zone;
        private bool _hasZone;
        private bool _isAfternoon;
        private bool _isMorning;

        public Parts()
        {
        }

        public void Take(ReadOnlySpan<char> token)
        {
            if (token.Contains(':') && char.IsAsciiDigit(token[0]) && _hour < 0 && token.IndexOf('T') < 0)
            {
                TakeTime(token);
            }
            else if (token[0] is '+' or '-')
            {
                TakeOffset(token);
            }
            else if (char.IsAsciiDigit(token[0]))
            {
                TakeNumbers(token);
            }
            else
            {
                TakeWord(token);
            }
        }

        public readonly DateTimeOffset? ToDate()
        {
            if (_day is < 1 or > 31 || _month is < 1 or > 12 || _year is < 2 or > 9998)
            {
                return null;
            }

            var hour = Math.Max(_hour, 0);
            hour = _isAfternoon && hour < 12 ? hour + 12 : _isMorning && hour == 12 ? 0 : hour;
            if (hour > 24 || _minute > 59 || _second > 60 || _day > DateTime.DaysInMonth(_year, _month)
                || Math.Abs(_zone) > 14 * 60)
            {
                return null;
            }

            // A leap second, and hour 24, are the next minute's and day's beginning.
            var time = new DateTime(_year, _month, _day, 0, 0, 0, DateTimeKind.Unspecified)
                .AddHours(hour).AddMinutes(_minute).AddSeconds(_second);
            return new DateTimeOffset(time, TimeSpan.FromMinutes(_zone));
        }

        private void TakeTime(ReadOnlySpan<char> token)
        {
            Span<Range> ranges = stackalloc Range[4];
            var zone = token.IndexOfAny('+', '-', 'Z');
            var time = zone < 0 ? token : token[..zone];
            var count = time.Split(ranges, ':');
            _hour = Number(time[ranges[0]]);
            _minute = Number(time[ranges[1]]);
            _second = count > 2 ? Number(time[ranges[2]]) : 0;
            if (zone >= 0 && token[zone] != 'Z')
            {
                TakeOffset(token[zone..]);
            }
        }

        private void TakeOffset(ReadOnlySpan<char> token)
        {
            var digits = token[1..].IndexOf(':') is var colon and >= 0
                ? string.Concat(token[1..(colon + 1)], token[(colon + 2)..]).AsSpan()
                : token[1..];
            var end = digits.IndexOfAnyExceptInRange('0', '9');
            digits = end < 0 ? digits : digits[..end];
            if (_hasZone && _zone != 0 || digits.Length is 0 or > 4
                || !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                return;
            }

            var minutes = digits.Length <= 2 ? number * 60 : (number / 100 * 60) + (number % 100);
            _zone = token[0] == '-' ? -minutes : minutes;
            _hasZone = true;
        }

        /// <summary>A day, a year, or a whole date: 2024-01-31, 31.1.2024, 1/31/2024, 31-Jan-2024, with T and time behind it.</summary>
        private void TakeNumbers(ReadOnlySpan<char> token)
        {
            var time = token.IndexOf('T');
            if (time > 0 && token[time..].Contains(':'))
            {
                TakeTime(token[(time + 1)..]);
                token = token[..time];
            }

            Span<Range> ranges = stackalloc Range[4];
            var count = token.SplitAny(ranges, "-./", StringSplitOptions.RemoveEmptyEntries);
            if (count == 3)
            {
                TakeDate(token[ranges[0]], token[ranges[1]], token[ranges[2]], token.Contains('/'));
                return;
            }

            var number = Number(token);
            if (_day == 0 && token.Length <= 2)
            {
                _day = number;
            }
            else if (_year < 0)
            {
                _year = Year(number, token.Length);
            }
        }

        private void TakeDate(ReadOnlySpan<char> first, ReadOnlySpan<char> second, ReadOnlySpan<char> third, bool isSlashed)
        {
            var month = Month(second);
            var isNamed = month > 0;
            month = isNamed ? month : Number(second);
            if (first.Length == 4)
            {
                (_year, _month, _day) = (Number(first), month, Number(third));
                return;
            }

            (_day, _month, _year) = (Number(first), month, Year(Number(third), third.Length));
            if (!isNamed && (_month > 12 || (isSlashed && _day <= 12)))
            {
                (_day, _month) = (_month, _day);
            }
        }

        private void TakeWord(ReadOnlySpan<char> token)
        {
            var month = Month(token);
            if (month > 0 && _month == 0)
            {
                _month = month;
            }
            else if (token.Equals("PM", StringComparison.OrdinalIgnoreCase))
            {
                _isAfternoon = true;
            }
            else if (token.Equals("AM", StringComparison.OrdinalIgnoreCase))
            {
                _isMorning = true;
            }
            else if (!_hasZone && token.IndexOfAny('+', '-') is var sign and > 0)
            {
                TakeOffset(token[sign..]);
            }
            else if (!_hasZone && token.Length <= 5 && Zones.TryGetValue(token.ToString(), out var zone))
            {
                _zone = zone;
                _hasZone = true;
            }
        }

        private static int Month(ReadOnlySpan<char> token)
        {
            if (token.Length < 3)
            {
                return 0;
            }

            for (var i = 0; i < Months.Length; i++)
            {
                if (token[..3].Equals(Months[i], StringComparison.OrdinalIgnoreCase) && char.IsAsciiLetter(token[^1]))
                {
                    return i + 1;
                }
            }

            return 0;
        }

        /// <summary>Two digits: below 50 in this century; three: since 1900 (RFC 5322 §4.3).</summary>
        private static int Year(int number, int digits) => digits switch
        {
            <= 2 => number < 50 ? 2000 + number : 1900 + number,
            3 => 1900 + number,
            _ => number,
        };

        private static int Number(ReadOnlySpan<char> token)
        {
            var end = token.IndexOfAnyExceptInRange('0', '9');
            var digits = end < 0 ? token : token[..end];
            return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;
        }
    }
}
