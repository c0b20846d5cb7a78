using System.Text;

namespace Tickiti.Mail;

/// <summary>
/// The parameters of a Content-Type or Content-Disposition in their order, decoded: RFC 2231 (pieces, charset, percent
/// signs), RFC 2047 where programs use it though they should not, and raw 8-bit. Names are compared without case.
/// </summary>
public sealed class MimeParameters
{
    private const int MaxPieces = 1000;
    private const int MaxNames = 100;

    private readonly ReadOnlyMemory<byte> _raw;

    internal MimeParameters(ReadOnlyMemory<byte> raw)
    {
        _raw = raw;
    }

    public string? this[string name] => Find(Encoding.Latin1.GetBytes(name));

    /// <summary>All of them, the first hundred at most.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> ToList() =>
        Names().ConvertAll(name => new KeyValuePair<string, string>(name, this[name] ?? ""));

    /// <summary>The value as it stands, for ASCII tokens such as charset and boundary; empty where there is none.</summary>
    internal ReadOnlySpan<byte> Token(ReadOnlySpan<byte> name)
    {
        var isEncoded = false;
        var reader = new ParameterReader(_raw.Span);
        while (reader.MoveNext())
        {
            if (!Bytes.EqualsIgnoreCase(reader.Name, name))
            {
                isEncoded |= reader.Name.Length > name.Length && reader.Name[name.Length] == '*' && Bytes.StartsWithIgnoreCase(reader.Name, name);
                continue;
            }

            var value = reader.Value;
            if (reader.IsQuoted && value.Contains((byte)'\\'))
            {
                return Unquote(value);
            }

            return value;
        }

        // RFC 2231 is for what people read, but some encode everything.
        return isEncoded ? Encoding.UTF8.GetBytes(Find(name) ?? "") : [];
    }

    internal string? Find(ReadOnlySpan<byte> name)
    {
        List<Piece>? pieces = null;
        string? plain = null;
        var reader = new ParameterReader(_raw.Span);
        while (reader.MoveNext())
        {
            var found = reader.Name;
            if (found.Length < name.Length || !Bytes.StartsWithIgnoreCase(found, name))
            {
                continue;
            }

            if (found.Length == name.Length)
            {
                plain ??= DecodePlain(reader.Value, reader.IsQuoted);
            }
            else if (found[name.Length] == '*' && pieces is not { Count: >= MaxPieces })
            {
                (pieces ??= []).Add(Piece.Of(found[(name.Length + 1)..], reader.Value, reader.IsQuoted));
            }
        }

        return pieces is null ? plain : Join(pieces);
    }

    private static string DecodePlain(ReadOnlySpan<byte> value, bool isQuoted)
    {
        return EncodedWords.Decode(isQuoted && value.Contains((byte)'\\') ? Unquote(value) : value);
    }

    private static string Join(List<Piece> pieces)
    {
        // "name*" alone or pieces 0, 1, 2 …; the sort is stable.
        var ordered = pieces.OrderBy(piece => piece.Number);
        using var joined = new PooledBytes();
        byte[] charset = [];
        foreach (var piece in ordered)
        {
            ReadOnlySpan<byte> value = piece.Value;
            if (piece.IsEncoded && piece.Number == 0 && value.IndexOf((byte)'\'') is var first and >= 0)
            {
                var second = value[(first + 1)..].IndexOf((byte)'\'');
                charset = value[..first].ToArray();
                value = second < 0 ? value[(first + 1)..] : value[(first + 1 + second + 1)..];
            }

            Append(value, piece.IsEncoded, joined);
        }

        if (charset.Length == 0 && joined.Span.IndexOf("=?"u8) >= 0)
        {
            return EncodedWords.Decode(joined.Span);
        }

        return TextCleaner.CleanString(Charsets.GetString(joined.Span, charset));
    }

    private static void Append(ReadOnlySpan<byte> value, bool isEncoded, PooledBytes joined)
    {
        for (var i = 0; i < value.Length; i++)
        {
            if (isEncoded && value[i] == '%' && i + 2 < value.Length
                && Bytes.HexValue(value[i + 1]) is var high and >= 0 && Bytes.HexValue(value[i + 2]) is var low and >= 0)
            {
                joined.Add((byte)((high << 4) | low));
                i += 2;
            }
            else
            {
                joined.Add(value[i]);
            }
        }
    }

    private static byte[] Unquote(ReadOnlySpan<byte> value)
    {
        var bytes = new byte[value.Length];
        var written = 0;
        for (var i = 0; i < value.Length; i++)
        {
            // A lone backslash is a Windows path's (C:\file), a quoted pair only before a quote or another one.
            if (value[i] == '\\' && i + 1 < value.Length && value[i + 1] is (byte)'"' or (byte)'\\')
            {
                i++;
            }

            bytes[written++] = value[i];
        }

        return bytes[..written];
    }

    private List<string> Names()
    {
        var names = new List<string>();
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var reader = new ParameterReader(_raw.Span);
        while (names.Count < MaxNames && reader.MoveNext())
        {
            var star = reader.Name.IndexOf((byte)'*');
            var name = Encoding.Latin1.GetString(star < 0 ? reader.Name : reader.Name[..star]);
            if (name.Length > 0 && seen.Add(name))
            {
                names.Add(name);
            }
        }

        return names;
    }

    private sealed record Piece(int Number, bool IsEncoded, byte[] Value)
    {
        /// <summary>The rest of the name behind its first star: "", "0", "0*" …</summary>
        public static Piece Of(ReadOnlySpan<byte> suffix, ReadOnlySpan<byte> value, bool isQuoted)
        {
            var isEncoded = suffix.IsEmpty || suffix[^1] == '*';
            var number = 0;
            foreach (var digit in suffix.TrimEnd((byte)'*'))
            {
                number = digit is >= (byte)'0' and <= (byte)'9' && number < 100_000 ? (number * 10) + digit - '0' : number;
            }

            return new Piece(number, isEncoded, isQuoted ? Unquote(value) : value.ToArray());
        }
    }
}
