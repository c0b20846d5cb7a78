using Tickiti.Domain.Common;

namespace Tickiti.Domain.Interventions;

public enum EpilogStatus
{
    Queued,
    Sending,
    Delivered,
    Failed,

    /// <summary>The intervention is gone, or makes no calls any more.</summary>
    Cancelled,
}

/// <summary>How one try ended.</summary>
public enum EpilogOutcome
{
    /// <summary>2xx.</summary>
    Accepted,

    /// <summary>Any other answer.</summary>
    Refused,

    /// <summary>Nothing was sent: no address, a forbidden one, no connection.</summary>
    NotSent,

    /// <summary>It was sent, or may have been, and no answer came: the other side may have it.</summary>
    Unknown,
}

/// <summary>
/// One staff answer on its way to the program that asked for it. It is written in the transaction of the answer, and made until
/// the other side accepts it; always under the same id, so that the other side can tell a repetition.
/// </summary>
public sealed class EpilogCall : Aggregate
{
    public const int LastErrorMaxLength = 500;

    private EpilogCall()
    {
    }

    public long InterventionId { get; private init; }

    public long TicketId { get; private init; }

    public long ResponseId { get; private init; }

    public EpilogStatus Status { get; private set; }

    public int AttemptCount { get; private set; }

    public DateTimeOffset NextTryAt { get; private set; }

    /// <summary>
    /// Who makes the call has until then; afterwards another node may. Each claim counts the version up, so that what an
    /// earlier one found out late is not written.
    /// </summary>
    public DateTimeOffset LeaseUntil { get; private set; }

    public DateTimeOffset CreatedAt { get; private init; }

    public DateTimeOffset? EndedAt { get; private set; }

    public string? LastError { get; private set; }

    public static EpilogCall Queue(long id, long interventionId, long ticketId, long responseId, DateTimeOffset now) => new()
    {
        Id = id,
        InterventionId = interventionId,
        TicketId = ticketId,
        ResponseId = responseId,
        NextTryAt = now,
        LeaseUntil = now,
        CreatedAt = now,
    };

    /// <summary>Records a try: it is over, or comes again.</summary>
    public EpilogAttempt Record(EpilogTry made, double jitter, DateTimeOffset now)
    {
        AttemptCount++;
        LastError = made.Outcome == EpilogOutcome.Accepted ? null : made.Words.Cut(LastErrorMaxLength);
        if (made.Outcome == EpilogOutcome.Accepted)
        {
            End(EpilogStatus.Delivered, now);
        }
        else if (made.IsBrokenOff)
        {
            // We ended it ourselves: whoever goes on need not wait.
            Status = EpilogStatus.Queued;
            NextTryAt = now;
        }
        else if (!made.IsFinal && EpilogSchedule.NextTry(AttemptCount, CreatedAt, now, made.RetryAfter, jitter) is { } next)
        {
            Status = EpilogStatus.Queued;
            NextTryAt = next;
        }
        else
        {
            End(EpilogStatus.Failed, now);
        }

        return EpilogAttempt.Of(Id, AttemptCount, made, now);
    }

    public void Cancel(string why, DateTimeOffset now)
    {
        LastError = why.Cut(LastErrorMaxLength);
        End(EpilogStatus.Cancelled, now);
    }

    /// <summary>A person wants it made now.</summary>
    public Result<Done> Retry(DateTimeOffset now)
    {
        if (Status is EpilogStatus.Sending or EpilogStatus.Delivered)
        {
            return InterventionErrors.CannotRetry(Status);
        }

        Status = EpilogStatus.Queued;
        NextTryAt = now;
        EndedAt = null;
        Raise("epilog-call.retried", TicketId);
        return Done.Value;
    }

    private void End(EpilogStatus status, DateTimeOffset now)
    {
        Status = status;
        EndedAt = now;
    }
}

/// <summary>What one try found out.</summary>
/// <param name="IsFinal">The other side wants no more of it (410).</param>
public sealed record EpilogTry(EpilogOutcome Outcome, int StatusCode, string Words, TimeSpan? RetryAfter = null, bool IsFinal = false)
{
    /// <summary>Our own server stopped, and did not wait for the answer.</summary>
    public bool IsBrokenOff { get; init; }

    public string Address { get; init; } = "";

    public int DurationMilliseconds { get; init; }
}

/// <summary>One try, kept.</summary>
public sealed class EpilogAttempt
{
    public const int WordsMaxLength = 1000;
    public const int AddressMaxLength = 64;

    private EpilogAttempt()
    {
    }

    public long CallId { get; private init; }

    /// <summary>1, 2, 3 …</summary>
    public int Number { get; private init; }

    public DateTimeOffset At { get; private init; }

    public EpilogOutcome Outcome { get; private init; }

    /// <summary>0 where no answer came.</summary>
    public int StatusCode { get; private init; }

    /// <summary>The address that was connected to; empty where none was.</summary>
    public string Address { get; private init; } = "";

    public int DurationMilliseconds { get; private init; }

    public string Words { get; private init; } = "";

    internal static EpilogAttempt Of(long callId, int number, EpilogTry made, DateTimeOffset at) => new()
    {
        CallId = callId,
        Number = number,
        At = at,
        Outcome = made.Outcome,
        StatusCode = made.StatusCode,
        Address = made.Address.Cut(AddressMaxLength),
        DurationMilliseconds = made.DurationMilliseconds,
        Words = made.Words.Cut(WordsMaxLength),
    };
}

/// <summary>When a call is made again: 10 s, 30 s, 90 s …, at most 4 hours apart, for two days.</summary>
public static class EpilogSchedule
{
    public static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan LongestDelay = TimeSpan.FromHours(4);
    public static readonly TimeSpan GiveUpAfter = TimeSpan.FromHours(48);

    private const double Growth = 3;
    private const double JitterShare = 0.1;

    /// <param name="tries">The one that failed just now included.</param>
    /// <returns>Null: no more.</returns>
    public static DateTimeOffset? NextTry(int tries, DateTimeOffset firstAt, DateTimeOffset now, TimeSpan? asked, double jitter)
    {
        var delay = FirstDelay * Math.Min(Math.Pow(Growth, tries - 1), LongestDelay / FirstDelay);
        delay += delay * JitterShare * ((2 * jitter) - 1);
        if (asked is { } patience && patience > delay)
        {
            delay = patience < LongestDelay ? patience : LongestDelay;
        }

        var next = now + delay;
        return next <= firstAt + GiveUpAfter ? next : null;
    }
}
