using System.Buffers;

namespace Tickiti.Mail;

/// <summary>Content-Transfer-Encoding (RFC 2045 §6), and uuencode as "x-uuencode".</summary>
public enum TransferEncoding
{
    SevenBit,
    EightBit,
    Binary,
    QuotedPrintable,
    Base64,
    UuEncode,
}

internal static class TransferEncodings
{
    public static TransferEncoding Parse(ReadOnlySpan<byte> value)
    {
        var end = value.IndexOfAny(Bytes.WordEnd);
        value = end < 0 ? value : value[..end];
        value = value.Trim((byte)'"');
        if (Bytes.EqualsIgnoreCase(value, "base64"u8) || Bytes.EqualsIgnoreCase(value, "base-64"u8))
        {
            return TransferEncoding.Base64;
        }

        // Also "quoted printable" and "quotedprintable".
        if (Bytes.StartsWithIgnoreCase(value, "quoted"u8))
        {
            return TransferEncoding.QuotedPrintable;
        }

        if (Bytes.EqualsIgnoreCase(value, "8bit"u8))
        {
            return TransferEncoding.EightBit;
        }

        if (Bytes.EqualsIgnoreCase(value, "binary"u8))
        {
            return TransferEncoding.Binary;
        }

        return Bytes.EqualsIgnoreCase(value, "x-uuencode"u8) || Bytes.EqualsIgnoreCase(value, "uuencode"u8)
            || Bytes.EqualsIgnoreCase(value, "x-uue"u8)
            ? TransferEncoding.UuEncode
            : TransferEncoding.SevenBit;
    }

    public static void Decode(TransferEncoding encoding, ReadOnlySpan<byte> content, IBufferWriter<byte> output)
    {
        switch (encoding)
        {
            case TransferEncoding.Base64:
                Base64Decoder.Decode(content, output);
                break;
            case TransferEncoding.QuotedPrintable:
                QuotedPrintableDecoder.Decode(content, output);
                break;
            case TransferEncoding.UuEncode:
                UuDecoder.Decode(content, output);
                break;
            default:
                Copy(content, output);
                break;
        }
    }

    public static void Copy(ReadOnlySpan<byte> content, IBufferWriter<byte> output)
    {
        const int Piece = 32 * 1024;
        while (!content.IsEmpty)
        {
            var piece = content[..Math.Min(content.Length, Piece)];
            piece.CopyTo(output.GetSpan(piece.Length));
            output.Advance(piece.Length);
            content = content[piece.Length..];
        }
    }
}
