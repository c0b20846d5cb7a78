namespace Tickiti.Domain.SentMails;

/// <summary>
/// How much automatic mail one address may get, about one ticket and in all, within minutes and within hours. Two programs
/// that answer each other are held long before anyone is flooded, whatever else failed to tell that they are programs.
/// </summary>
public static class Brake
{
    /// <summary>Earlier mails beyond these change nothing.</summary>
    public const int Remembered = 360;

    private static readonly Limit[] OnTicket = [new(10, 10), new(15, 30), new(25, 60), new(50, 180), new(100, 600)];
    private static readonly Limit[] ToRecipient = [new(30, 10), new(60, 30), new(120, 60), new(240, 180), new(Remembered, 600)];

    /// <param name="earlier">The mails that went to the address before, newest first: the <see cref="Remembered"/> last ones.</param>
    /// <param name="ticketId">What the next one is about.</param>
    /// <param name="now">When it is written.</param>
    public static BrakeState StateFor(IEnumerable<(long? TicketId, DateTimeOffset At)> earlier, long? ticketId, DateTimeOffset now)
    {
        var all = earlier.ToList();
        var onRecipient = StateOf(ToRecipient, [.. all.Select(one => one.At)], now);
        return ticketId is null
            ? onRecipient
            : Worse(onRecipient, StateOf(OnTicket, [.. all.Where(one => one.TicketId == ticketId).Select(one => one.At)], now));
    }

    private static BrakeState StateOf(Limit[] limits, List<DateTimeOffset> times, DateTimeOffset now)
    {
        if (Array.Exists(limits, limit => limit.IsFull(times, now)))
        {
            return BrakeState.Holds;
        }

        return Array.Exists(limits, limit => limit.IsFull([now, .. times], now))
            && !(times.Count > 0 && Array.Exists(limits, limit => limit.IsFull(times, times[0])))
                ? BrakeState.Engages
                : BrakeState.Off;
    }

    private static BrakeState Worse(BrakeState one, BrakeState other) => one > other ? one : other;

    private readonly record struct Limit(int Mails, int Minutes)
    {
        public bool IsFull(List<DateTimeOffset> newestFirst, DateTimeOffset at) =>
            newestFirst.Count >= Mails && newestFirst[Mails - 1] > at.AddMinutes(-Minutes);
    }
}

/// <summary>What the brake says of the next automatic mail to an address.</summary>
public enum BrakeState
{
    Off,

    /// <summary>It may go, and is the last one for now: told once, and not again as long as mail keeps coming.</summary>
    Engages,

    /// <summary>It must not go.</summary>
    Holds,
}
