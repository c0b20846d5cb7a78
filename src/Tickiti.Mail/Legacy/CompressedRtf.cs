using System.Buffers.Binary;

namespace Tickiti.Mail;

/// <summary>Compressed RTF (MS-OXRTFCP): LZ77 over a dictionary of 4096 bytes that begins with common RTF.</summary>
internal static class CompressedRtf
{
    private const int Compressed = 0x75465A4C;
    private const int Uncompressed = 0x414C454D;
    private const int DictionarySize = 4096;
    private const int MaxLength = 64 * 1024 * 1024;

    private static ReadOnlySpan<byte> Beginning =>
        ("{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript "u8
        + "\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n"u8
        + "\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"u8);

    /// <summary>Null where the data is neither form.</summary>
    public static byte[]? Decompress(ReadOnlySpan<byte> data)
    {
        if (data.Length < 16)
        {
            return null;
        }

        var length = Math.Clamp(BinaryPrimitives.ReadInt32LittleEndian(data[4..]), 0, MaxLength);
        var magic = BinaryPrimitives.ReadInt32LittleEndian(data[8..]);
        data = data[16..];
        return magic switch
        {
            Uncompressed => data[..Math.Min(length, data.Length)].ToArray(),
            Compressed => Expand(data, length),
            _ => null,
        };
    }

    private static byte[] Expand(ReadOnlySpan<byte> data, int length)
    {
        Span<byte> dictionary = stackalloc byte[DictionarySize];
        dictionary.Clear();
        Beginning.CopyTo(dictionary);
        var position = Beginning.Length;
        using var output = new PooledBytes(Math.Min(length, data.Length * 4) + 1);
        for (var i = 0; i < data.Length && output.Length < length;)
        {
            var control = data[i++];
            for (var bit = 0; bit < 8 && i < data.Length && output.Length < length; bit++)
            {
                if ((control & (1 << bit)) == 0)
                {
                    Put(data[i++], dictionary, ref position, output);
                    continue;
                }

                if (i + 1 >= data.Length)
                {
                    return output.Span.ToArray();
                }

                var reference = BinaryPrimitives.ReadUInt16BigEndian(data[i..]);
                i += 2;
                var offset = reference >> 4;
                if (offset == position)
                {
                    return output.Span.ToArray();
                }

                for (var count = (reference & 15) + 2; count > 0 && output.Length < length; count--)
                {
                    Put(dictionary[offset], dictionary, ref position, output);
                    offset = (offset + 1) % DictionarySize;
                }
            }
        }

        return output.Span.ToArray();
    }

    private static void Put(byte value, Span<byte> dictionary, ref int position, PooledBytes output)
    {
        output.Add(value);
        dictionary[position] = value;
        position = (position + 1) % DictionarySize;
    }
}
