using System.Collections;
using System.Text;

namespace Tickiti.Mail;

/// <summary>The fields of a header block in their order. Names are compared without case.</summary>
public sealed class HeaderList : IReadOnlyList<Header>
{
    private readonly MimeSource _source;
    private readonly HeaderSlot[] _slots;

    internal HeaderList(MimeSource source, HeaderSlot[] slots)
    {
        _source = source;
        _slots = slots;
    }

    public int Count => _slots.Length;

    public Header this[int index] => new(_source, _slots[index]);

    /// <summary>The decoded value of the first field of that name, or null.</summary>
    public string? this[string name] => Find(name)?.Value;

    public bool Contains(string name) => Find(name) is not null;

    public Header? Find(string name)
    {
        foreach (var header in All(name))
        {
            return header;
        }

        return null;
    }

    public IEnumerable<Header> All(string name)
    {
        var bytes = Encoding.Latin1.GetBytes(name);
        foreach (var slot in _slots)
        {
            var header = new Header(_source, slot);
            if (header.Is(bytes))
            {
                yield return header;
            }
        }
    }

    public IEnumerator<Header> GetEnumerator()
    {
        foreach (var slot in _slots)
        {
            yield return new Header(_source, slot);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal bool TryFind(ReadOnlySpan<byte> name, out Header header)
    {
        var span = _source.Span;
        foreach (var slot in _slots)
        {
            if (slot.NameLength == name.Length && Ascii.EqualsIgnoreCase(span.Slice(slot.Start, slot.NameLength), name))
            {
                header = new Header(_source, slot);
                return true;
            }
        }

        header = default;
        return false;
    }

    /// <summary>The trimmed bytes of the first field of that name; empty where there is none.</summary>
    internal ReadOnlySpan<byte> ValueOf(ReadOnlySpan<byte> name) => TryFind(name, out var header) ? header.ValueBytes : [];
}
