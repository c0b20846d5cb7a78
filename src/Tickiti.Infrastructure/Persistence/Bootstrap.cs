using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Mailboxes;
using Tickiti.Domain.Queues;
using Tickiti.Domain.Tokens;
using Tickiti.Domain.Users;

namespace Tickiti.Infrastructure.Persistence;

/// <summary>
/// The first rows of an empty database: the system user, the queue "Inbox", the local mailbox, and one token with every
/// ability.
/// </summary>
internal sealed partial class Bootstrap(
    TickitiDbContext db, IIds ids, IOptions<BootstrapOptions> options, TimeProvider clock, ILogger<Bootstrap> log)
{
    private const long FirstId = 1;

    public async Task<FirstStart?> RunAsync(CancellationToken cancellationToken)
    {
        if (await db.ApiTokens.AsNoTracking().AnyAsync(cancellationToken))
        {
            if (options.Value.AdminToken is not null)
            {
                AdminTokenIgnored(log);
            }

            return null;
        }

        var secret = options.Value.AdminToken ?? ApiToken.NewSecret();
        var first = Stage(secret);
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (WriteConflictException conflict) when (!conflict.IsBlocked)
        {
            // Another node was first, and has told its token.
            db.ChangeTracker.Clear();
            return null;
        }

        await ids.ReserveAsync<User>(FirstId, cancellationToken);
        await ids.ReserveAsync<Queue>(FirstId, cancellationToken);
        await ids.ReserveAsync<Mailbox>(FirstId, cancellationToken);
        await ids.ReserveAsync<ApiToken>(FirstId, cancellationToken);
        return options.Value.AdminToken is null ? first : first with { Token = null };
    }

    [LoggerMessage(Level = LogLevel.Warning, Message =
        "Tickiti:Bootstrap:AdminToken is ignored: this database has tokens. Make one with the command line: -- token create.")]
    private static partial void AdminTokenIgnored(ILogger logger);

    private FirstStart Stage(string secret)
    {
        var now = clock.GetUtcNow();
        var inbox = Queue.Add(FirstId, Queue.InboxName, now, isBuiltIn: true);
        var local = Mailbox.Connect(
            FirstId,
            new MailboxSettings
            {
                Name = "local",
                Address = EmailAddress.Parse("support@tickiti.local"),
                FromName = "Support",
                Type = MailboxType.Local,
                OutgoingType = OutgoingMailboxType.Local,
                QueueId = inbox.Id,
            },
            now);
        var token = ApiToken.Mint(FirstId, "First token", User.SystemId, Ability.All, secret, null, null, now);
        db.AddRange(User.System(now), inbox, local, token);
        return new FirstStart($"{token.Id}|{secret}");
    }
}

/// <summary>Told once, at the first start.</summary>
/// <param name="Token">The first token; null where its secret was given by configuration and is known.</param>
public sealed record FirstStart(string? Token);
