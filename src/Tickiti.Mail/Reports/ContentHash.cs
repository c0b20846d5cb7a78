using System.Security.Cryptography;

namespace Tickiti.Mail;

/// <summary>
/// SHA-256 over a mail without the fields that its way adds, so that two deliveries of one mail are the same and a changed
/// mail is not.
/// </summary>
public static class ContentHash
{
    private static readonly byte[][] TraceFields =
    [
        [.. "Received"u8], [.. "Return-Path"u8], [.. "Delivered-To"u8], [.. "X-Original-To"u8], [.. "Envelope-To"u8],
        [.. "Authentication-Results"u8],
    ];

    public static byte[] Compute(MimeMessage message)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var raw = message.Raw.Span;
        var position = 0;
        foreach (var header in message.Headers)
        {
            if (IsTrace(header.NameBytes))
            {
                hash.AppendData(raw[position..header.Offset]);
                position = header.Offset + header.Raw.Length;
            }
        }

        hash.AppendData(raw[position..]);
        return hash.GetHashAndReset();
    }

    private static bool IsTrace(ReadOnlySpan<byte> name)
    {
        foreach (var field in TraceFields)
        {
            if (Bytes.EqualsIgnoreCase(name, field))
            {
                return true;
            }
        }

        return Bytes.StartsWithIgnoreCase(name, "ARC-"u8)
            || (Bytes.StartsWithIgnoreCase(name, "X-"u8) && Bytes.IndexOfIgnoreCase(name, "spam"u8) > 0);
    }
}
