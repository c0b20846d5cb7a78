using Tickiti.Application.SentMails;
using Tickiti.Domain.Mailboxes;
using Tickiti.Domain.Queues;
using Tickiti.Domain.Users;

namespace Tickiti.Application.Common;

/// <summary>
/// Ids, assigned before anything is written: a whole graph goes out in one round trip, and the answer is known before the
/// commit. Small numbers, growing, with gaps after a crash.
/// </summary>
public interface IIds
{
    /// <summary>The next id of a kind of row.</summary>
    ValueTask<long> NextAsync<T>(CancellationToken cancellationToken);

    /// <summary>Says that a kind's ids up to one are taken (the rows of a first start).</summary>
    ValueTask ReserveAsync<T>(long upTo, CancellationToken cancellationToken);
}

/// <summary>Who is asking: the token of a request, or nobody where the machine acts by itself.</summary>
public sealed class Actor
{
    public long? TokenId { get; set; }
}

/// <summary>Keeps mailbox passwords and the like: protected at rest, each kind for its own purpose.</summary>
public interface ISecretKeeper
{
    string Protect(string purpose, string secret);

    /// <exception cref="System.Security.Cryptography.CryptographicException">Not protected with our keys.</exception>
    string Unprotect(string purpose, string protectedSecret);
}

/// <summary>
/// The few rows that nearly every request asks for, in memory: queues, mailboxes, users. At most a second old, and at once
/// new on the node that changed them; the database's own constraints have the last word.
/// </summary>
public interface IDirectory
{
    ValueTask<DirectorySnapshot> ReadAsync(CancellationToken cancellationToken);

    void Forget();
}

/// <summary>The rows are shared and detached: read them, never change them.</summary>
public sealed record DirectorySnapshot(
    IReadOnlyList<Queue> Queues, IReadOnlyList<Mailbox> Mailboxes, IReadOnlyList<User> Users)
{
    public Queue Inbox => Queues.First(queue => queue.IsBuiltIn);

    public Queue? QueueNamed(string name)
    {
        var key = Queue.KeyOf(name);
        return Queues.FirstOrDefault(queue => queue.NameKey == key);
    }

    public Queue? QueueWithId(long id) => Queues.FirstOrDefault(queue => queue.Id == id);

    public Mailbox? MailboxWithId(long id) => Mailboxes.FirstOrDefault(mailbox => mailbox.Id == id);

    public Mailbox? MailboxNamed(string name)
    {
        var key = Mailbox.KeyOf(name);
        return Mailboxes.FirstOrDefault(mailbox => mailbox.NameKey == key);
    }

    /// <summary>The address of a mailbox of ours, with or without a +detail: what is sent there comes back to us.</summary>
    public bool IsOurs(string addressKey) =>
        Mailboxes.Any(mailbox => mailbox.AddressKey == addressKey || PlusAddress.IsOf(addressKey, mailbox.AddressKey));

    public User? UserWithId(long id) => Users.FirstOrDefault(user => user.Id == id);

    /// <summary>Active staff with an address; the system user has none.</summary>
    public User? StaffWithEmail(string addressKey) =>
        Users.FirstOrDefault(user => user.IsActive && user.IsStaff && !user.IsSystem && user.Email == addressKey);
}

/// <summary>What a commit may have made due: those who wait for it need not poll.</summary>
public interface IWakeUps
{
    /// <summary>A mail was queued, or a mailbox may send again.</summary>
    void MailIsDue();

    /// <summary>An epilog call was queued.</summary>
    void CallIsDue();

    /// <summary>A mailbox was changed, or is to be polled now.</summary>
    void MailboxIsDue();
}

/// <summary>Keys made at the first start and shared by all nodes of a database.</summary>
public interface ISigningKeys
{
    /// <param name="purpose">One of <see cref="SigningKeyPurpose"/>.</param>
    ReadOnlyMemory<byte> KeyFor(string purpose);
}

public static class SigningKeyPurpose
{
    public const string MessageIds = "message-ids";
    public const string IdempotencyKeys = "idempotency-keys";
}
