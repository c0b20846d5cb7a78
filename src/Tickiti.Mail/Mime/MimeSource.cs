namespace Tickiti.Mail;

/// <summary>The one buffer that a message, its parts and their headers are slices of.</summary>
internal sealed class MimeSource
{
    private const int CharsetWindow = 64 * 1024;

    private readonly ReadOnlyMemory<byte> _raw;
    private List<MimeDefect>? _defects;

    public MimeSource(ReadOnlyMemory<byte> raw, MimeLimits limits, int depth)
    {
        _raw = raw;
        Limits = limits;
        Depth = depth;
        LineEnd = (byte)'\n';
        if (!raw.Span.Contains((byte)'\n') && raw.Span.Contains((byte)'\r'))
        {
            LineEnd = (byte)'\r';
            Report(MimeDefectCode.BareCarriageReturns, 0);
        }
    }

    public ReadOnlyMemory<byte> Raw => _raw;

    public ReadOnlySpan<byte> Span => _raw.Span;

    public MimeLimits Limits { get; }

    /// <summary>Multiparts and messages around this message.</summary>
    public int Depth { get; }

    /// <summary>LF, or CR in a mail that has no LF.</summary>
    public byte LineEnd { get; }

    public int Parts { get; set; }

    /// <summary>The first charset that the mail names anywhere, for headers with raw 8-bit text; empty where none.</summary>
    public byte[] Charset => field ??= CharsetName.FirstIn(Span[..Math.Min(Span.Length, CharsetWindow)]).ToArray();

    public IReadOnlyList<MimeDefect> Defects => _defects ?? (IReadOnlyList<MimeDefect>)[];

    public void Report(MimeDefectCode code, int offset)
    {
        _defects ??= [];
        if (_defects.Count < Limits.MaxDefects)
        {
            _defects.Add(new MimeDefect(code, offset));
        }
    }

    /// <summary>The start of the line after the one at <paramref name="position"/>, or <paramref name="end"/>.</summary>
    public int NextLine(int position, int end)
    {
        var found = Span[position..end].IndexOf(LineEnd);
        return found < 0 ? end : position + found + 1;
    }

    /// <summary>Where the content of a line ends that ends (with its line break) at <paramref name="next"/>.</summary>
    public int TrimLineEnd(int start, int next)
    {
        var span = Span;
        if (next > start && span[next - 1] == LineEnd)
        {
            next--;
            if (LineEnd == '\n' && next > start && span[next - 1] == '\r')
            {
                next--;
            }
        }

        return next;
    }
}
