using System.Buffers;

namespace Tickiti.Mail;

/// <summary>Characters collected in pooled memory. Dispose returns it.</summary>
internal ref struct CharBuffer
{
    private char[]? _rented;
    private Span<char> _chars;

    public CharBuffer(Span<char> initial)
    {
        _chars = initial;
    }

    public int Length { get; set; }

    public readonly Span<char> Written => _chars[..Length];

    public void Append(char value)
    {
        if (Length == _chars.Length)
        {
            Grow(1);
        }

        _chars[Length++] = value;
    }

    public void Append(ReadOnlySpan<char> value)
    {
        value.CopyTo(Reserve(value.Length));
        Length += value.Length;
    }

    /// <summary>Room for as many characters behind what is written; the caller moves <see cref="Length"/>.</summary>
    public Span<char> Reserve(int length)
    {
        if (_chars.Length - Length < length)
        {
            Grow(length);
        }

        return _chars[Length..];
    }

    public void Dispose()
    {
        if (_rented is not null)
        {
            ArrayPool<char>.Shared.Return(_rented);
            _rented = null;
        }
    }

    private void Grow(int length)
    {
        var larger = ArrayPool<char>.Shared.Rent(Math.Max(Length + length, _chars.Length * 2));
        Written.CopyTo(larger);
        Dispose();
        _chars = _rented = larger;
    }
}
