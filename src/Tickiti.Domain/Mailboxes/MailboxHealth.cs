using Tickiti.Domain.Common;

namespace Tickiti.Domain.Mailboxes;

public enum MailDirection
{
    Incoming,
    Outgoing,
}

public enum MailboxState
{
    /// <summary>Not tried yet.</summary>
    New,
    Ok,

    /// <summary>The last try went wrong; tried again with a back-off.</summary>
    Retrying,

    /// <summary>As many errors in a row as the mailbox allows; tried slowly.</summary>
    Failing,
    CredentialsRefused,
    ReconnectRequired,

    /// <summary>A secret that is needed is missing.</summary>
    Incomplete,

    /// <summary>Neither fetches nor sends.</summary>
    Disabled,
}

/// <summary>
/// How one direction of a mailbox is doing. Not part of the <see cref="Mailbox"/>: its poller writes here all the time and
/// must never stand in the way of an administrator's change.
/// </summary>
public sealed class MailboxHealth
{
    public const int LastErrorMaxLength = 1000;

    private MailboxHealth()
    {
    }

    public long MailboxId { get; private init; }

    public MailDirection Direction { get; private init; }

    public MailboxState State { get; private set; }

    public DateTimeOffset? LastOkAt { get; private set; }

    public int ConsecutiveErrors { get; private set; }

    public string? LastError { get; private set; }

    /// <summary>Due from then on.</summary>
    public DateTimeOffset NextTryAt { get; private set; }

    /// <summary>
    /// The <see cref="Mailbox.ConnectionVersion"/> that the state was found with. When the mailbox's is another, the state says
    /// nothing about it: it is read as <see cref="MailboxState.New"/> and whoever works next begins anew.
    /// </summary>
    public int ConnectionVersion { get; private set; }

    /// <summary>Whoever waits for the next try is to be woken when this is saved.</summary>
    public bool IsHastened { get; private set; }

    public static MailboxHealth Of(Mailbox mailbox, MailDirection direction, DateTimeOffset now) => new()
    {
        MailboxId = mailbox.Id,
        Direction = direction,
        NextTryAt = now,
        ConnectionVersion = mailbox.ConnectionVersion,
    };

    public void Succeed(DateTimeOffset now, DateTimeOffset nextTryAt)
    {
        State = MailboxState.Ok;
        LastOkAt = now;
        ConsecutiveErrors = 0;
        LastError = null;
        NextTryAt = nextTryAt;
    }

    /// <returns>Whether people are to be told: the errors have just reached the threshold, or a multiple of it.</returns>
    public bool Fail(MailboxState kind, string error, Mailbox mailbox, DateTimeOffset nextTryAt)
    {
        ConsecutiveErrors++;
        LastError = error.Cut(LastErrorMaxLength);
        NextTryAt = nextTryAt;
        var isFailing = ConsecutiveErrors >= mailbox.MaxConsecutiveErrors;
        State = kind == MailboxState.Retrying && isFailing ? MailboxState.Failing : kind;
        return ConsecutiveErrors == mailbox.MaxConsecutiveErrors
            || ConsecutiveErrors == mailbox.MaxConsecutiveErrors * mailbox.SecondaryReportThreshold;
    }

    /// <summary>A changed secret or connection: whatever was wrong may be right now.</summary>
    public void BeginAnew(int connectionVersion, DateTimeOffset now)
    {
        State = MailboxState.New;
        ConsecutiveErrors = 0;
        LastError = null;
        NextTryAt = now;
        ConnectionVersion = connectionVersion;
    }

    /// <summary>A person wants it tried now.</summary>
    public void Hasten(DateTimeOffset now)
    {
        NextTryAt = now;
        IsHastened = true;
    }
}
