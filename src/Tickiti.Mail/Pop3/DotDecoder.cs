using Tickiti.Mail.Transport;

namespace Tickiti.Mail.Pop3;

/// <summary>
/// Reads the body of a multi-line response (RFC 1939 §3): takes the doubled dots back and finds the end. Only CRLF
/// begins a line: a server that passes a bare LF on must not be able to end a message, or begin a reply, in the middle
/// of one.
/// </summary>
internal struct DotDecoder
{
    private bool _inLine;

    public DotDecoder()
    {
    }

    /// <summary>How many bytes the body has had so far.</summary>
    public long Length { get; private set; }

    /// <summary>Decodes what can be decided, into the output or nowhere; true when the end was reached.</summary>
    public bool Decode(ReadOnlySpan<byte> input, PooledBuffer? output, out int consumed)
    {
        consumed = 0;
        while (true)
        {
            var rest = input[consumed..];
            if (!_inLine)
            {
                if (rest.IsEmpty)
                {
                    return false;
                }

                if (rest[0] == '.')
                {
                    if (rest.Length < 3 && (rest.Length == 1 || rest[1] == '\r'))
                    {
                        return false;
                    }

                    if (rest[1] == '\r' && rest[2] == '\n')
                    {
                        consumed += 3;
                        return true;
                    }

                    consumed++;
                    rest = rest[1..];
                }

                _inLine = true;
            }

            var dotted = rest.IndexOf("\r\n."u8);
            var taken = dotted >= 0 ? dotted + 2 : rest.Length - (rest.EndsWith("\r"u8) ? 1 : 0);
            output?.Append(rest[..taken]);
            Length += taken;
            consumed += taken;
            if (dotted < 0)
            {
                _inLine = !rest.EndsWith("\r\n"u8);
                return false;
            }

            _inLine = false;
        }
    }
}
