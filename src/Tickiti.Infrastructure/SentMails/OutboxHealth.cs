using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tickiti.Domain.Mailboxes;
using Tickiti.Infrastructure.Persistence;

namespace Tickiti.Infrastructure.SentMails;

/// <summary>How the sending side of a mailbox is doing: told after each round, asked before the next.</summary>
internal static partial class OutboxHealth
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(15);
    // A person who sets another wrong password makes for one try more: at most four an hour all the same. More would look like
    // somebody guessing.
    private static readonly TimeSpan CredentialsPause = TimeSpan.FromMinutes(20);

    private static readonly TimeSpan ToldEvery = TimeSpan.FromMinutes(1);

    /// <summary>Whether the mailbox may be tried. A change of its connection makes good what was wrong before.</summary>
    public static bool MayTry(MailboxHealth? health, Mailbox mailbox, DateTimeOffset now) =>
        health is null || health.ConnectionVersion != mailbox.ConnectionVersion || health.NextTryAt <= now;

    /// <summary>Whether the mailbox sent well when it was last tried as it is set up now.</summary>
    public static bool IsWell(MailboxHealth? health, Mailbox mailbox) =>
        health is { State: MailboxState.Ok } && health.ConnectionVersion == mailbox.ConnectionVersion;

    public static async Task TellAsync(
        OutboxTools tools, Mailbox mailbox, HeldLease lease, OutboxRoundEnd end, CancellationToken cancellationToken)
    {
        await using var scope = tools.Scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TickitiDbContext>();
        var now = tools.Clock.GetUtcNow();
        var health = await db.MailboxHealth.FirstOrDefaultAsync(
            one => one.MailboxId == mailbox.Id && one.Direction == MailDirection.Outgoing, cancellationToken);
        if (health is null)
        {
            health = MailboxHealth.Of(mailbox, MailDirection.Outgoing, now);
            db.MailboxHealth.Add(health);
        }

        if (health.ConnectionVersion != mailbox.ConnectionVersion)
        {
            health.BeginAnew(mailbox.ConnectionVersion, now);
        }

        if (!Change(tools, mailbox, health, end, now))
        {
            return;
        }

        await tools.Leases.SaveAsync(db, lease, cancellationToken);
    }

    private static bool Change(OutboxTools tools, Mailbox mailbox, MailboxHealth health, OutboxRoundEnd end, DateTimeOffset now)
    {
        if (end.Fault is { } fault && (end.Delivered == 0 || fault.State == MailboxState.CredentialsRefused))
        {
            if (health.Fail(fault.State, fault.Words, mailbox, now + Pause(fault.State, health.ConsecutiveErrors)))
            {
                Troubled(tools.Log, mailbox.Id, health.ConsecutiveErrors, health.State);
            }

            return true;
        }

        var isNews = end.Delivered > 0
            && (health.State != MailboxState.Ok || health.LastOkAt is not { } last || now - last >= ToldEvery);
        if (isNews)
        {
            health.Succeed(now, now);
        }

        return isNews;
    }

    private static TimeSpan Pause(MailboxState state, int earlierErrors)
    {
        if (state == MailboxState.CredentialsRefused)
        {
            return CredentialsPause;
        }

        var pause = FirstPause * Math.Pow(2, Math.Min(earlierErrors, 10));
        pause = pause < LongestPause ? pause : LongestPause;
        return pause * (0.9 + (0.1 * Random.Shared.NextDouble()));
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Mailbox {MailboxId} could not send {Errors} times in a row: {State}.")]
    private static partial void Troubled(ILogger logger, long mailboxId, int errors, MailboxState state);
}
