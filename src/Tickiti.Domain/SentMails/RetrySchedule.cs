namespace Tickiti.Domain.SentMails;

/// <summary>When a mail that was refused for now is tried again: soon at first, then ever more slowly, and not for ever.</summary>
public static class RetrySchedule
{
    public static readonly TimeSpan FirstDelay = TimeSpan.FromMinutes(5);
    public static readonly TimeSpan LongestDelay = TimeSpan.FromHours(8);
    public static readonly TimeSpan GiveUpAfter = TimeSpan.FromHours(48);

    /// <summary>Nobody is asked again sooner, whatever he said.</summary>
    public static readonly TimeSpan ShortestDelay = TimeSpan.FromSeconds(30);

    // A server that says "soon" each time and never takes the mail is believed so often.
    private const int BelievedTries = 3;
    private const double Growth = 1.3;
    private const double JitterShare = 0.1;

    /// <param name="earlierTries">Those before the one that was just refused.</param>
    /// <param name="firstTriedAt">The 48 hours count from here.</param>
    /// <param name="now">The time of the refusal.</param>
    /// <param name="asked">"Try again in N minutes", where the server said so: it knows best, at first.</param>
    /// <param name="jitter">From 0 to 1: spreads what was refused together.</param>
    /// <returns>Null: no more.</returns>
    public static DateTimeOffset? NextTry(
        int earlierTries, DateTimeOffset firstTriedAt, DateTimeOffset now, TimeSpan? asked, double jitter)
    {
        var own = FirstDelay * Math.Min(Math.Pow(Growth, earlierTries), LongestDelay / FirstDelay);
        var least = earlierTries < BelievedTries ? ShortestDelay : own;
        var delay = asked is not { } hint ? own : hint > least ? hint : least;

        // Who asks for patience gets at least that; our own guess may go either way.
        delay += delay * JitterShare * (asked is null ? (2 * jitter) - 1 : jitter);
        var next = now + (delay < LongestDelay ? delay : LongestDelay);
        return next <= firstTriedAt + GiveUpAfter ? next : null;
    }
}
