using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Tickiti.Application.Idempotency;

/// <summary>
/// The JSON Canonicalization Scheme (RFC 8785): what two spellings of one payload have in common, whatever the order of
/// their keys, their white space, their escapes and the way they write a number.
/// </summary>
public static class CanonicalJson
{
    /// <summary>SHA-256 of the canonical form, lower-case hex.</summary>
    /// <param name="value">No object in it has a key twice, and no string a lone surrogate.</param>
    public static string Hash(JsonElement value)
    {
        using var sink = new HashingBuffer();
        Write(value, sink);
        return sink.Finish();
    }

    private static void Write(JsonElement value, HashingBuffer sink)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                WriteObject(value, sink);
                break;
            case JsonValueKind.Array:
                WriteArray(value, sink);
                break;
            case JsonValueKind.String:
                WriteString(JsonMarshal.GetRawUtf8Value(value)[1..^1], sink);
                break;
            case JsonValueKind.Number:
                WriteNumber(JsonMarshal.GetRawUtf8Value(value), sink);
                break;
            default:
                sink.Append(JsonMarshal.GetRawUtf8Value(value));
                break;
        }
    }

    private static void WriteArray(JsonElement value, HashingBuffer sink)
    {
        sink.Append((byte)'[');
        var isFirst = true;
        foreach (var item in value.EnumerateArray())
        {
            if (!isFirst)
            {
                sink.Append((byte)',');
            }

            isFirst = false;
            Write(item, sink);
        }

        sink.Append((byte)']');
    }

    private static void WriteObject(JsonElement value, HashingBuffer sink)
    {
        var properties = ArrayPool<JsonProperty>.Shared.Rent(Math.Max(1, value.GetPropertyCount()));
        var count = 0;
        foreach (var property in value.EnumerateObject())
        {
            properties[count++] = property;
        }

        var sorted = properties.AsSpan(0, count);
        sorted.Sort(IsPlain(sorted) ? ByBytes : ByCodeUnits);
        sink.Append((byte)'{');
        for (var i = 0; i < count; i++)
        {
            if (i > 0)
            {
                sink.Append((byte)',');
            }

            WriteString(JsonMarshal.GetRawUtf8PropertyName(sorted[i]), sink);
            sink.Append((byte)':');
            Write(sorted[i].Value, sink);
        }

        sink.Append((byte)'}');
        ArrayPool<JsonProperty>.Shared.Return(properties, clearArray: true);
    }

    private static int ByBytes(JsonProperty one, JsonProperty other) =>
        JsonMarshal.GetRawUtf8PropertyName(one).SequenceCompareTo(JsonMarshal.GetRawUtf8PropertyName(other));

    // §3.2.3: by UTF-16 code units, which is not the order of the bytes beyond ASCII.
    private static int ByCodeUnits(JsonProperty one, JsonProperty other) => string.CompareOrdinal(one.Name, other.Name);

    private static bool IsPlain(ReadOnlySpan<JsonProperty> properties)
    {
        foreach (var property in properties)
        {
            var name = JsonMarshal.GetRawUtf8PropertyName(property);
            if (name.Contains((byte)'\\') || !Ascii.IsValid(name))
            {
                return false;
            }
        }

        return true;
    }

    // §3.2.2.2. What is not escaped must not be; what is escaped is decoded, and escaped again only where it has to be.
    private static void WriteString(ReadOnlySpan<byte> raw, HashingBuffer sink)
    {
        sink.Append((byte)'"');
        while (raw.IndexOf((byte)'\\') is var slash and >= 0)
        {
            sink.Append(raw[..slash]);
            raw = raw[slash..];
            if (raw[1] == 'u')
            {
                raw = raw[WriteUnicodeEscape(raw, sink)..];
            }
            else
            {
                sink.Append(raw[1] == '/' ? raw[1..2] : raw[..2]);
                raw = raw[2..];
            }
        }

        sink.Append(raw);
        sink.Append((byte)'"');
    }

    private static int WriteUnicodeEscape(ReadOnlySpan<byte> raw, HashingBuffer sink)
    {
        var unit = (char)CodeUnit(raw);
        if (char.IsHighSurrogate(unit))
        {
            Append(new Rune(unit, (char)CodeUnit(raw[6..])), sink);
            return 12;
        }

        var shortForm = "\b\t\n\f\r\"\\".IndexOf(unit, StringComparison.Ordinal);
        if (shortForm >= 0)
        {
            sink.Append((byte)'\\');
            sink.Append("btnfr\"\\"u8[shortForm]);
        }
        else if (unit < ' ')
        {
            sink.Append("\\u00"u8);
            sink.Append("01"u8[unit >> 4]);
            sink.Append("0123456789abcdef"u8[unit & 0xF]);
        }
        else
        {
            Append(new Rune(unit), sink);
        }

        return 6;
    }

    private static int CodeUnit(ReadOnlySpan<byte> escape) =>
        Utf8Parser.TryParse(escape.Slice(2, 4), out ushort unit, out _, 'x') ? unit : throw new FormatException("No escape.");

    private static void Append(Rune rune, HashingBuffer sink)
    {
        Span<byte> bytes = stackalloc byte[4];
        sink.Append(bytes[..rune.EncodeToUtf8(bytes)]);
    }

    // §3.2.2.3: as ECMAScript writes the nearest double. Short whole numbers are written so already.
    private static void WriteNumber(ReadOnlySpan<byte> raw, HashingBuffer sink)
    {
        const int MaxExactDigits = 15;
        if (raw.Length <= MaxExactDigits && !raw.ContainsAny(".eE"u8) && !raw.SequenceEqual("-0"u8))
        {
            sink.Append(raw);
            return;
        }

        var number = double.Parse(raw, NumberStyles.Float, CultureInfo.InvariantCulture);
        if (double.IsInfinity(number))
        {
            sink.Append(raw);
            return;
        }

        Span<byte> bytes = stackalloc byte[32];
        sink.Append(bytes[..Encoding.ASCII.GetBytes(EcmaScript(number), bytes)]);
    }

    /// <summary>ECMA-262, Number::toString.</summary>
    internal static string EcmaScript(double number)
    {
        if (number == 0)
        {
            return "0";
        }

        // "R" writes the shortest digits that read back as the same number; only where the point goes differs.
        var text = Math.Abs(number).ToString("R", CultureInfo.InvariantCulture).AsSpan();
        var e = text.IndexOf('E');
        var exponent = e < 0 ? 0 : int.Parse(text[(e + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var mantissa = e < 0 ? text : text[..e];
        var dot = mantissa.IndexOf('.');
        var point = (dot < 0 ? mantissa.Length : dot) + exponent;
        var all = dot < 0 ? mantissa.ToString() : string.Concat(mantissa[..dot], mantissa[(dot + 1)..]);
        var digits = all.TrimStart('0');
        point -= all.Length - digits.Length;
        digits = digits.TrimEnd('0');
        return (number < 0 ? "-" : "") + Place(digits, point);
    }

    private static string Place(string digits, int point) => point switch
    {
        > 21 or <= -6 => Exponential(digits, point - 1),
        <= 0 => "0." + new string('0', -point) + digits,
        _ when digits.Length <= point => digits + new string('0', point - digits.Length),
        _ => digits[..point] + "." + digits[point..],
    };

    private static string Exponential(string digits, int exponent)
    {
        var mantissa = digits.Length == 1 ? digits : digits[..1] + "." + digits[1..];
        return string.Create(CultureInfo.InvariantCulture, $"{mantissa}e{(exponent < 0 ? "-" : "+")}{Math.Abs(exponent)}");
    }

    /// <summary>Small payloads are hashed in one go, large ones as they are written: nothing is ever built whole.</summary>
    private sealed class HashingBuffer : IDisposable
    {
        private readonly byte[] _bytes = ArrayPool<byte>.Shared.Rent(8192);
        private int _length;
        private IncrementalHash? _hash;

        public void Append(byte one)
        {
            if (_length == _bytes.Length)
            {
                Flush();
            }

            _bytes[_length++] = one;
        }

        public void Append(ReadOnlySpan<byte> bytes)
        {
            if (bytes.Length > _bytes.Length - _length)
            {
                Flush();
                if (bytes.Length > _bytes.Length)
                {
                    _hash!.AppendData(bytes);
                    return;
                }
            }

            bytes.CopyTo(_bytes.AsSpan(_length));
            _length += bytes.Length;
        }

        public string Finish()
        {
            Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
            if (_hash is null)
            {
                SHA256.HashData(_bytes.AsSpan(0, _length), digest);
            }
            else
            {
                Flush();
                _hash.GetHashAndReset(digest);
            }

            return Convert.ToHexStringLower(digest);
        }

        public void Dispose()
        {
            _hash?.Dispose();
            ArrayPool<byte>.Shared.Return(_bytes);
        }

        private void Flush()
        {
            _hash ??= IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            _hash.AppendData(_bytes, 0, _length);
            _length = 0;
        }
    }
}
