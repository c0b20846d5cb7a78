using System.Buffers;

namespace Tickiti.Mail.Transport;

/// <summary>
/// A growing buffer over the shared pool. Above 1 MiB it takes exact arrays: the pool would round 33 MB to 64.
/// </summary>
internal sealed class PooledBuffer : IDisposable
{
    private const int LargestPooled = 1024 * 1024;

    private byte[] _array;

    public PooledBuffer(int capacity) => _array = Rent(capacity);

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => _array.AsMemory(0, Length);

    public void Clear() => Length = 0;

    public void Append(byte value)
    {
        Reserve(1);
        _array[Length++] = value;
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_array.AsSpan(Length));
        Length += bytes.Length;
    }

    /// <summary>Room to write into; <see cref="Advance"/> says how much of it was used.</summary>
    public Span<byte> GetSpan(int size)
    {
        Reserve(size);
        return _array.AsSpan(Length);
    }

    public void Advance(int count) => Length += count;

    /// <summary>What was written, as an array of its own. A large one that is full is handed over, not copied.</summary>
    public byte[] Take()
    {
        if (Length <= LargestPooled || Length < _array.Length)
        {
            return Written.ToArray();
        }

        var array = _array;
        _array = [];
        Length = 0;
        return array;
    }

    public void Dispose()
    {
        var array = _array;
        _array = [];
        Length = 0;
        Return(array);
    }

    private void Reserve(int size)
    {
        if (_array.Length - Length >= size)
        {
            return;
        }

        // A large one is most often right from the start and lacks little.
        var growth = _array.Length < LargestPooled ? _array.Length : _array.Length / 4;
        var larger = Rent(Math.Max(Length + size, (int)Math.Min((long)_array.Length + growth, Array.MaxLength)));
        _array.AsSpan(0, Length).CopyTo(larger);
        Return(_array);
        _array = larger;
    }

    private static byte[] Rent(int size) =>
        size > LargestPooled ? GC.AllocateUninitializedArray<byte>(size) : ArrayPool<byte>.Shared.Rent(size);

    private static void Return(byte[] array)
    {
        if (array.Length is > 0 and <= LargestPooled)
        {
            ArrayPool<byte>.Shared.Return(array);
        }
    }
}
