namespace Tickiti.FunctionalTests.Common;

/// <summary>The real time, moved on at will.</summary>
public sealed class TestClock : TimeProvider
{
    private long _aheadTicks;

    private TimeSpan Ahead => TimeSpan.FromTicks(Volatile.Read(ref _aheadTicks));

    public void Advance(TimeSpan time) => Interlocked.Add(ref _aheadTicks, time.Ticks);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;

    public override long GetTimestamp() => base.GetTimestamp() + (long)(Ahead.TotalSeconds * TimestampFrequency);
}
