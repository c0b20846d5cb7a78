namespace Tickiti.Mail;

/// <summary>
/// Parameters of Content-Type and Content-Disposition one by one (RFC 2045 §5.1), also unquoted with spaces, without
/// semicolons and with comments.
/// </summary>
internal ref struct ParameterReader
{
    private ReadOnlySpan<byte> _rest;

    public ParameterReader(ReadOnlySpan<byte> afterValue)
    {
        _rest = afterValue;
        Name = Value = [];
        IsQuoted = false;
    }

    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>Between the quotes, backslashes still in it.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    public bool IsQuoted { get; private set; }

    public bool MoveNext()
    {
        while (true)
        {
            _rest = _rest.TrimStart("; \t\r\n"u8);
            if (_rest.IsEmpty)
            {
                return false;
            }

            if (_rest[0] == '(')
            {
                SkipComment();
                continue;
            }

            var end = _rest.IndexOfAny((byte)'=', (byte)';');
            if (end < 0)
            {
                _rest = [];
                return false;
            }

            var name = _rest[..end].TrimEnd(" \t\r\n"u8);
            var isParameter = _rest[end] == '=';
            _rest = _rest[(end + 1)..];
            if (!isParameter)
            {
                continue;
            }

            // "junk name=value": the last word is the name.
            Name = name[(name.LastIndexOfAny(" \t\r\n"u8) + 1)..];
            ReadValue();
            return true;
        }
    }

    private void ReadValue()
    {
        _rest = _rest.TrimStart(" \t\r\n"u8);
        IsQuoted = !_rest.IsEmpty && _rest[0] == '"';
        if (IsQuoted)
        {
            var end = 1;
            while (true)
            {
                var found = end < _rest.Length ? _rest[end..].IndexOfAny((byte)'"', (byte)'\\') : -1;
                if (found < 0)
                {
                    // No closing quote: up to the next parameter.
                    end = _rest.IndexOf((byte)';');
                    Value = (end < 0 ? _rest : _rest[..end])[1..].TrimEnd(" \t\r\n"u8);
                    _rest = end < 0 ? [] : _rest[end..];
                    return;
                }

                end += found;
                if (_rest[end] == '"')
                {
                    Value = _rest[1..end];
                    _rest = _rest[(end + 1)..];
                    return;
                }

                end += 2;
            }
        }

        var stop = _rest.IndexOf((byte)';');
        var value = stop < 0 ? _rest : _rest[..stop];
        _rest = stop < 0 ? [] : _rest[stop..];
        Value = value.TrimEnd(" \t\r\n"u8);
    }

    private void SkipComment()
    {
        var depth = 0;
        for (var i = 0; i < _rest.Length; i++)
        {
            switch (_rest[i])
            {
                case (byte)'\\':
                    i++;
                    break;
                case (byte)'(':
                    depth++;
                    break;
                case (byte)')' when --depth == 0:
                    _rest = _rest[(i + 1)..];
                    return;
            }
        }

        _rest = [];
    }
}
