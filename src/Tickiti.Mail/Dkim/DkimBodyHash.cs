using System.Buffers;
using System.Security.Cryptography;

namespace Tickiti.Mail.Dkim;

/// <summary>
/// Hashes the canonical form of a body (RFC 6376 §3.4.3, §3.4.4), fed in any pieces. A bare LF ends a line as CRLF does; a
/// bare CR is content.
/// </summary>
internal sealed class DkimBodyHash(DkimCanonicalization canonicalization, long limit = long.MaxValue) : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
    private int _buffered;
    private long _blankLines;
    private bool _hasContent;
    private bool _holdsSpace;
    private bool _holdsCr;

    /// <summary>Of the canonical body, the part beyond the limit (l=) included.</summary>
    public long Length { get; private set; }

    /// <summary>Whether there was a CR without LF, which SMTP does not carry (RFC 5321 §2.3.8).</summary>
    public bool HasBareCr { get; private set; }

    public void Append(ReadOnlySpan<byte> body)
    {
        while (!body.IsEmpty)
        {
            if (_holdsCr)
            {
                _holdsCr = false;
                if (body[0] == '\n')
                {
                    EndLine();
                    body = body[1..];
                    continue;
                }

                AppendBareCr();
            }

            var run = canonicalization == DkimCanonicalization.Relaxed
                ? body.IndexOfAny(" \t\r\n"u8)
                : body.IndexOfAny((byte)'\r', (byte)'\n');
            AppendContent(run < 0 ? body : body[..run]);
            if (run < 0)
            {
                return;
            }

            var end = body[run];
            body = body[(run + 1)..];
            switch (end)
            {
                case (byte)'\n':
                    EndLine();
                    break;
                case (byte)'\r':
                    _holdsCr = true;
                    break;
                default:
                    _holdsSpace = true;
                    break;
            }
        }
    }

    public byte[] Finish()
    {
        if (_holdsCr)
        {
            AppendBareCr();
        }

        if (_hasContent)
        {
            Write("\r\n"u8);
        }

        if (Length == 0 && canonicalization == DkimCanonicalization.Simple)
        {
            Write("\r\n"u8);
        }

        _hash.AppendData(_buffer, 0, _buffered);
        return _hash.GetHashAndReset();
    }

    public void Dispose()
    {
        _hash.Dispose();
        ArrayPool<byte>.Shared.Return(_buffer);
    }

    private void AppendContent(ReadOnlySpan<byte> content)
    {
        if (content.IsEmpty)
        {
            return;
        }

        // Empty lines count only where something follows them.
        for (; _blankLines > 0; _blankLines--)
        {
            Write("\r\n"u8);
        }

        if (_holdsSpace)
        {
            Write(" "u8);
        }

        _holdsSpace = false;
        _hasContent = true;
        Write(content);
    }

    private void AppendBareCr()
    {
        HasBareCr = true;
        AppendContent("\r"u8);
    }

    private void EndLine()
    {
        _holdsSpace = false;
        if (_hasContent)
        {
            Write("\r\n"u8);
        }
        else
        {
            _blankLines++;
        }

        _hasContent = false;
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        var room = Math.Max(0, limit - Length);
        Length += bytes.Length;
        bytes = bytes[..(int)Math.Min(bytes.Length, room)];
        while (!bytes.IsEmpty)
        {
            if (_buffered == _buffer.Length)
            {
                _hash.AppendData(_buffer);
                _buffered = 0;
            }

            var piece = bytes[..Math.Min(bytes.Length, _buffer.Length - _buffered)];
            piece.CopyTo(_buffer.AsSpan(_buffered));
            _buffered += piece.Length;
            bytes = bytes[piece.Length..];
        }
    }
}
