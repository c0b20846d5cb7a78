using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Mailboxes;

namespace Tickiti.Application.Mailboxes;

/// <summary>How the mailboxes are doing, each direction by itself; all, or the one that is named.</summary>
public sealed record ReadMailboxHealth(long? MailboxId) : IQuery<MailboxHealthList>;

public sealed record MailboxHealthList(IReadOnlyList<MailboxHealthRead> Mailboxes);

/// <param name="MailboxId">The mailbox.</param>
/// <param name="Name">Its name.</param>
/// <param name="Address">Its address.</param>
/// <param name="State">The worse of its directions.</param>
/// <param name="Incoming">Fetching; null where it is not meant to fetch.</param>
/// <param name="Outgoing">Sending; null where it is not meant to send.</param>
public sealed record MailboxHealthRead(
    long MailboxId, string Name, string Address, MailboxState State, HealthRead? Incoming, HealthRead? Outgoing);

/// <param name="State">In one word.</param>
/// <param name="LastOkAt">When it last went well.</param>
/// <param name="ConsecutiveErrors">Errors in a row since then.</param>
/// <param name="LastError">The last one, in the server's words where it said some.</param>
/// <param name="NextTryAt">When it is tried next; null where nothing is planned.</param>
public sealed record HealthRead(
    MailboxState State, DateTimeOffset? LastOkAt, int ConsecutiveErrors, string? LastError, DateTimeOffset? NextTryAt);

internal sealed class ReadMailboxHealthHandler(ITickitiDb db) : IQueryHandler<ReadMailboxHealth, MailboxHealthList>
{
    public async Task<Result<MailboxHealthList>> Handle(ReadMailboxHealth query, CancellationToken cancellationToken)
    {
        var mailboxes = await db.Mailboxes.AsNoTracking()
            .Where(mailbox => query.MailboxId == null || mailbox.Id == query.MailboxId)
            .OrderBy(mailbox => mailbox.CreatedAt).ThenBy(mailbox => mailbox.Id).ToListAsync(cancellationToken);
        if (query.MailboxId is { } id && mailboxes.Count == 0)
        {
            return MailboxErrors.NotFound(id);
        }

        var health = (await db.MailboxHealth.AsNoTracking().ToListAsync(cancellationToken)).ToLookup(one => one.MailboxId);
        return new MailboxHealthList([.. mailboxes.Select(mailbox => MailboxHealthReads.EachOf(mailbox, health[mailbox.Id]))]);
    }
}

/// <summary>What the pollers found, put together with what the mailbox is set to.</summary>
internal static class MailboxHealthReads
{
    // Worst last. What was not tried yet says less than what went well.
    private static readonly MailboxState[] Severity =
    [
        MailboxState.Disabled,
        MailboxState.New,
        MailboxState.Ok,
        MailboxState.Retrying,
        MailboxState.Failing,
        MailboxState.ReconnectRequired,
        MailboxState.CredentialsRefused,
        MailboxState.Incomplete,
    ];

    public static async Task<List<MailboxHealth>> HealthOfAsync(
        this ITickitiDb db, long mailboxId, CancellationToken cancellationToken) =>
        await db.MailboxHealth.AsNoTracking().Where(one => one.MailboxId == mailboxId).ToListAsync(cancellationToken);

    public static HealthRead Of(Mailbox mailbox, IEnumerable<MailboxHealth> rows)
    {
        var directions = Directions(mailbox, rows);
        return directions.Count == 0
            ? new HealthRead(MailboxState.Disabled, null, 0, null, null)
            : directions.Values.MaxBy(one => Array.IndexOf(Severity, one.State))! with
            {
                LastOkAt = directions.Values.Max(one => one.LastOkAt),
            };
    }

    public static MailboxHealthRead EachOf(Mailbox mailbox, IEnumerable<MailboxHealth> rows)
    {
        var directions = Directions(mailbox, rows);
        return new MailboxHealthRead(
            mailbox.Id,
            mailbox.Name,
            mailbox.Address,
            Of(mailbox, rows).State,
            directions.GetValueOrDefault(MailDirection.Incoming),
            directions.GetValueOrDefault(MailDirection.Outgoing));
    }

    private static Dictionary<MailDirection, HealthRead> Directions(Mailbox mailbox, IEnumerable<MailboxHealth> rows)
    {
        var found = rows.ToDictionary(row => row.Direction);
        var directions = new Dictionary<MailDirection, HealthRead>();
        if (mailbox.Fetches)
        {
            directions[MailDirection.Incoming] = Read(
                mailbox, found.GetValueOrDefault(MailDirection.Incoming), isComplete: mailbox.CanFetch);
        }

        if (mailbox.Sends)
        {
            directions[MailDirection.Outgoing] = Read(
                mailbox, found.GetValueOrDefault(MailDirection.Outgoing), isComplete: mailbox.CanSend);
        }

        return directions;
    }

    private static HealthRead Read(Mailbox mailbox, MailboxHealth? row, bool isComplete)
    {
        if (!isComplete)
        {
            return new HealthRead(MailboxState.Incomplete, row?.LastOkAt, 0, null, null);
        }

        // What was found with an earlier connection says nothing about this one, which is tried at once.
        return row is null || row.ConnectionVersion != mailbox.ConnectionVersion
            ? new HealthRead(MailboxState.New, row?.LastOkAt, 0, null, null)
            : new HealthRead(row.State, row.LastOkAt, row.ConsecutiveErrors, row.LastError, row.NextTryAt);
    }
}
