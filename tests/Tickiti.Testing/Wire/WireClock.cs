using System.Collections.Concurrent;

namespace Tickiti.Testing.Wire;

/// <summary>A clock whose timers go off when a test says so: time-outs without waiting, and none by accident.</summary>
public sealed class WireClock : TimeProvider
{
    private readonly ConcurrentDictionary<Alarm, bool> _armed = new();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var alarm = new Alarm(this, callback, state);
        alarm.Change(dueTime, period);
        return alarm;
    }

    /// <summary>Lets every timer that is set go off, again and again until the talk has ended.</summary>
    public async Task RingUntilEndAsync(Task talk)
    {
        ArgumentNullException.ThrowIfNull(talk);
        while (!talk.IsCompleted)
        {
            foreach (var alarm in _armed.Keys)
            {
                alarm.Ring();
            }

            await Task.WhenAny(talk, Task.Delay(5));
        }
    }

    private sealed class Alarm(WireClock clock, TimerCallback callback, object? state) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime == Timeout.InfiniteTimeSpan)
            {
                clock._armed.TryRemove(this, out _);
            }
            else
            {
                clock._armed[this] = true;
            }

            return true;
        }

        public void Ring()
        {
            if (clock._armed.TryRemove(this, out _))
            {
                callback(state);
            }
        }

        public void Dispose() => clock._armed.TryRemove(this, out _);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
