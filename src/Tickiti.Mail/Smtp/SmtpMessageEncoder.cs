using Tickiti.Mail.Transport;

namespace Tickiti.Mail.Smtp;

/// <summary>
/// Puts a message into the form of the wire (RFC 5321 §2.3.8, §4.5.2): every line ends in CRLF, also where the message
/// has a bare CR or LF, and (for DATA, not for BDAT) a leading dot is doubled. Can be fed piece by piece.
/// </summary>
internal struct SmtpMessageEncoder(bool doublesDots)
{
    private State _state;

    private enum State
    {
        LineStart,
        InLine,
        AfterCr,
    }

    public void Append(ReadOnlySpan<byte> message, PooledBuffer output)
    {
        if (message.IsEmpty)
        {
            return;
        }

        if (_state == State.AfterCr)
        {
            output.Append((byte)'\n');
            message = message[0] == '\n' ? message[1..] : message;
            _state = State.LineStart;
        }

        // Whole runs of lines that need no change are copied at once.
        var runStart = 0;
        var position = 0;
        while (position < message.Length)
        {
            if (doublesDots && _state == State.LineStart && message[position] == '.')
            {
                output.Append(message[runStart..position]);
                output.Append((byte)'.');
                runStart = position;
            }

            _state = State.InLine;
            var lineEnd = message[position..].IndexOfAny((byte)'\r', (byte)'\n');
            if (lineEnd < 0)
            {
                break;
            }

            position += lineEnd;
            if (message[position] == '\n')
            {
                output.Append(message[runStart..position]);
                output.Append((byte)'\r');
                runStart = position++;
            }
            else if (position + 1 == message.Length)
            {
                position++;
                _state = State.AfterCr;
                break;
            }
            else if (message[position + 1] == '\n')
            {
                position += 2;
            }
            else
            {
                output.Append(message[runStart..++position]);
                output.Append((byte)'\n');
                runStart = position;
            }

            _state = State.LineStart;
        }

        output.Append(message[runStart..]);
    }

    /// <summary>Ends the last line.</summary>
    public void EndLine(PooledBuffer output)
    {
        if (_state != State.LineStart)
        {
            output.Append(_state == State.AfterCr ? "\n"u8 : "\r\n"u8);
            _state = State.LineStart;
        }
    }
}
