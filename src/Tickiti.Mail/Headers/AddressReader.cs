namespace Tickiti.Mail;

/// <summary>One entry of an address list. Open and Close are the angle brackets, Terminator 0 is the end of the data.</summary>
internal readonly record struct AddressEntry(
    int Start, int End, byte Terminator, bool HasAt, int Open, int Close, bool IsEmpty)
{
    public bool HasAngle => Open >= 0;
}

/// <summary>
/// Cuts an address list at commas, semicolons and the colons behind group names. What is opened and never closed is looked
/// for once, so that the time stays linear.
/// </summary>
internal ref struct AddressReader(ReadOnlySpan<byte> value)
{
    private readonly ReadOnlySpan<byte> _value = value;
    private int _position;
    private bool _quotesEnd;
    private bool _commentsEnd;
    private bool _anglesEnd;

    public bool Read(out AddressEntry entry)
    {
        var start = _position;
        var open = -1;
        var close = -1;
        var hasAt = false;
        var isEmpty = true;
        while (_position < _value.Length)
        {
            var character = _value[_position];
            isEmpty &= Bytes.IsWhiteSpace(character) || character is (byte)',' or (byte)';' or (byte)':';
            switch (character)
            {
                case (byte)'"':
                    SkipQuoted();
                    continue;
                case (byte)'(':
                    SkipComment();
                    continue;
                case (byte)'<' when open < 0:
                    open = _position;
                    close = FindClose();
                    _position = Math.Min(close + 1, _value.Length);
                    continue;
                case (byte)'@':
                    hasAt = true;
                    break;
                case (byte)',' or (byte)';':
                    entry = new AddressEntry(start, _position++, character, hasAt, open, close, isEmpty);
                    return true;
                case (byte)':' when open < 0 && !hasAt:
                    // What stands before the colon is a group's name.
                    entry = new AddressEntry(start, _position++, character, false, -1, -1, true);
                    return true;
            }

            _position++;
        }

        entry = new AddressEntry(start, _value.Length, 0, hasAt, open, close, isEmpty);
        return start < _value.Length;
    }

    private int FindClose()
    {
        var rest = _value[(_position + 1)..];
        var close = _anglesEnd ? -1 : rest.IndexOf((byte)'>');
        if (close < 0)
        {
            _anglesEnd = true;
            close = rest.IndexOfAny((byte)',', (byte)';');
        }

        return close < 0 ? _value.Length : _position + 1 + close;
    }

    private void SkipQuoted()
    {
        for (var i = _position + 1; i < _value.Length && !_quotesEnd; i++)
        {
            if (_value[i] == '\\')
            {
                i++;
            }
            else if (_value[i] == '"')
            {
                _position = i + 1;
                return;
            }
        }

        _quotesEnd = true;
        _position++;
    }

    private void SkipComment()
    {
        var depth = 0;
        for (var i = _position; i < _value.Length && !_commentsEnd; i++)
        {
            switch (_value[i])
            {
                case (byte)'\\':
                    i++;
                    break;
                case (byte)'(':
                    depth++;
                    break;
                case (byte)')' when --depth == 0:
                    _position = i + 1;
                    return;
            }
        }

        _commentsEnd = true;
        _position++;
    }
}
