namespace Tickiti.Mail.Pop3;

/// <summary>How much was asked for and has not come yet. A single command always fits.</summary>
internal sealed class Pop3Window(int maxCommands, long maxBytes)
{
    private int _commands;
    private long _bytes;

    /// <summary>Below half: asking for several at once makes one write of them.</summary>
    public bool WantsMore => _commands <= maxCommands / 2;

    public bool TryOpen(long size)
    {
        var bytes = Cost(size);
        if (_commands > 0 && (_commands >= maxCommands || _bytes + bytes > maxBytes))
        {
            return false;
        }

        _commands++;
        _bytes += bytes;
        return true;
    }

    public void Close(long size)
    {
        _commands--;
        _bytes -= Cost(size);
    }

    // A message of unknown size travels alone.
    private long Cost(long size) => size < 0 ? maxBytes : size;
}
