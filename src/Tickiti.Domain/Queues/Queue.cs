using System.Globalization;
using Tickiti.Domain.Common;

namespace Tickiti.Domain.Queues;

/// <summary>What happens to a reply that proves to be ours, from someone who takes no part in the ticket.</summary>
public enum StrangerReplies
{
    /// <summary>The stranger becomes a participant, with a note.</summary>
    Add,
    Hold,
    NewTicket,
}

/// <summary>What happens to a reply to a closed ticket.</summary>
public enum ClosedReplies
{
    Reopen,
    Hold,
    NewTicket,
}

/// <summary>Where tickets wait for the people who answer them, and the rules for mail that reaches them there.</summary>
public sealed class Queue : Aggregate
{
    public const int NameMaxLength = 100;
    public const int MaxNotifyEmails = 50;
    public const string InboxName = "Inbox";

    private Queue()
    {
    }

    public string Name { get; private set; } = "";

    /// <summary>The name as it is compared: unique without case.</summary>
    public string NameKey { get; private set; } = "";

    public bool IsBuiltIn { get; private init; }

    public long? OutgoingMailboxId { get; private set; }

    public StrangerReplies StrangerReplies { get; private set; }

    public ClosedReplies ClosedReplies { get; private set; }

    /// <summary>Days after closing from which on <see cref="ClosedReplies"/> holds; before, a reply re-opens.</summary>
    public int ClosedRepliesAfterDays { get; private set; }

    public bool AddCcParticipants { get; private set; } = true;

    public bool StaffForward { get; private set; } = true;

    /// <summary>Told of new tickets and replies that nobody is assigned to.</summary>
    public IReadOnlyList<string> NotifyEmails { get; private set; } = [];

    public DateTimeOffset CreatedAt { get; private init; }

    public DateTimeOffset UpdatedAt { get; private set; }

    public static string KeyOf(string name) => name.Trim().Composed().ToLower(CultureInfo.InvariantCulture);

    public static Queue Add(long id, string name, DateTimeOffset now, bool isBuiltIn = false)
    {
        var queue = new Queue
        {
            Id = id,
            Name = name.Trim(),
            NameKey = KeyOf(name),
            IsBuiltIn = isBuiltIn,
            CreatedAt = now,
            UpdatedAt = now,
        };
        queue.Raise("queue.added");
        return queue;
    }

    public void Rename(string name)
    {
        Name = name.Trim();
        NameKey = KeyOf(name);
    }

    /// <summary>Says that its tickets went elsewhere, all at once: one row of the audit trail, however many they are.</summary>
    public void TellMoved(int count, long toQueueId) =>
        Raise("queue.tickets-moved", detail: string.Create(CultureInfo.InvariantCulture, $"{count} to queue {toQueueId}"));

    /// <summary>Says that the queue goes; who removes it asks first whether it may.</summary>
    public void Delete() => Raise("queue.deleted", detail: Name);

    public void SendThrough(long? mailboxId) => OutgoingMailboxId = mailboxId;

    public void SetRules(QueueRules rules, DateTimeOffset now)
    {
        StrangerReplies = rules.StrangerReplies ?? StrangerReplies;
        ClosedReplies = rules.ClosedReplies ?? ClosedReplies;
        ClosedRepliesAfterDays = rules.ClosedRepliesAfterDays ?? ClosedRepliesAfterDays;
        AddCcParticipants = rules.AddCcParticipants ?? AddCcParticipants;
        StaffForward = rules.StaffForward ?? StaffForward;
        NotifyEmails = rules.NotifyEmails ?? NotifyEmails;
        UpdatedAt = now;
        Raise("queue.changed");
    }
}

/// <summary>The mail rules of a queue; null leaves one as it is.</summary>
public sealed record QueueRules(
    StrangerReplies? StrangerReplies,
    ClosedReplies? ClosedReplies,
    int? ClosedRepliesAfterDays,
    bool? AddCcParticipants,
    bool? StaffForward,
    IReadOnlyList<string>? NotifyEmails);
