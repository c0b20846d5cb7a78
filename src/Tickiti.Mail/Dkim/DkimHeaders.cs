using System.Buffers;
using System.Text;

namespace Tickiti.Mail.Dkim;

/// <summary>The fields of a mail as signatures name them: from the bottom up, each once (RFC 6376 §5.4.2).</summary>
internal sealed class DkimHeaders
{
    private readonly HeaderList _headers;
    private readonly Dictionary<string, List<int>> _byName = new(StringComparer.OrdinalIgnoreCase);

    public DkimHeaders(HeaderList headers)
    {
        _headers = headers;
        for (var i = 0; i < headers.Count; i++)
        {
            var name = headers[i].Name;
            if (!_byName.TryGetValue(name, out var found))
            {
                _byName[name] = found = [];
            }

            found.Add(i);
        }
    }

    public int CountOf(string name) => _byName.TryGetValue(name, out var found) ? found.Count : 0;

    /// <summary>What is hashed: the signed fields, and at the end the signature's own field without the value of b=.</summary>
    public void WriteTo(
        PooledBytes output, IEnumerable<string> names, DkimCanonicalization canonicalization, ReadOnlySpan<byte> signatureField)
    {
        var taken = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        foreach (var name in names)
        {
            var count = taken.GetValueOrDefault(name);
            taken[name] = count + 1;
            // One more than there are is over-signing: it signs that there is no other.
            if (_byName.TryGetValue(name, out var found) && count < found.Count)
            {
                Canonicalize(_headers[found[^(count + 1)]].Raw.Span, canonicalization, output);
                output.Write("\r\n"u8);
            }
        }

        Canonicalize(signatureField, canonicalization, output);
    }

    /// <summary>One field without its last line break (RFC 6376 §3.4.1, §3.4.2).</summary>
    internal static void Canonicalize(ReadOnlySpan<byte> field, DkimCanonicalization canonicalization, PooledBytes output)
    {
        if (canonicalization == DkimCanonicalization.Simple)
        {
            WriteLines(field, output);
            return;
        }

        var colon = field.IndexOf((byte)':');
        var name = Bytes.Trim(field[..Math.Max(colon, 0)]);
        var target = output.GetSpan(name.Length);
        Ascii.ToLower(name, target, out var length);
        output.Advance(length);
        output.Add((byte)':');
        var isFirst = true;
        for (var value = Bytes.Trim(field[(colon + 1)..]); !value.IsEmpty; isFirst = false)
        {
            var end = value.IndexOfAny(" \t\r\n"u8);
            if (!isFirst)
            {
                output.Add((byte)' ');
            }

            output.Write(end < 0 ? value : value[..end]);
            value = end < 0 ? [] : value[end..].TrimStart(" \t\r\n"u8);
        }
    }

    private static void WriteLines(ReadOnlySpan<byte> field, PooledBytes output)
    {
        var isFirst = true;
        while (!field.IsEmpty)
        {
            var end = field.IndexOf((byte)'\n');
            var line = end < 0 ? field : field[..end];
            if (end > 0 && line[^1] == '\r')
            {
                line = line[..^1];
            }

            if (!isFirst)
            {
                output.Write("\r\n"u8);
            }

            output.Write(line);
            isFirst = false;
            field = end < 0 ? [] : field[(end + 1)..];
        }
    }
}
