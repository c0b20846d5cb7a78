using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Tickiti.Domain.Blobs;
using Tickiti.Domain.ExcludedEmails;
using Tickiti.Domain.Idempotency;
using Tickiti.Domain.IgnoredSubjects;
using Tickiti.Domain.IncomingMails;
using Tickiti.Domain.Interventions;
using Tickiti.Domain.Mailboxes;
using Tickiti.Domain.Queues;
using Tickiti.Domain.SentMails;
using Tickiti.Domain.Suppressions;
using Tickiti.Domain.Templates;
using Tickiti.Domain.Tickets;
using Tickiti.Domain.Tokens;
using Tickiti.Domain.Users;

namespace Tickiti.Application.Common;

/// <summary>
/// The database as the use cases see it: sets to load from and add to, and one way to write. Which database it is, and how
/// it groups its commits, is not their concern.
/// </summary>
public interface ITickitiDb
{
    DbSet<Ticket> Tickets { get; }

    DbSet<Response> Responses { get; }

    /// <summary>Read only.</summary>
    DbSet<ResponsePlace> ResponsePlaces { get; }

    DbSet<Attachment> Attachments { get; }

    DbSet<Queue> Queues { get; }

    DbSet<Mailbox> Mailboxes { get; }

    DbSet<MailboxHealth> MailboxHealth { get; }

    DbSet<IncomingMail> IncomingMails { get; }

    DbSet<SentMail> SentMails { get; }

    DbSet<SentMailAttempt> SentMailAttempts { get; }

    DbSet<SentMailEvent> SentMailEvents { get; }

    DbSet<Suppression> Suppressions { get; }

    DbSet<IgnoredSubject> IgnoredSubjects { get; }

    DbSet<ExcludedEmail> ExcludedEmails { get; }

    DbSet<User> Users { get; }

    DbSet<ApiToken> ApiTokens { get; }

    DbSet<IdempotencyRecord> IdempotencyRecords { get; }

    DbSet<Blob> Blobs { get; }

    DbSet<Upload> Uploads { get; }

    DbSet<Template> Templates { get; }

    DbSet<Intervention> Interventions { get; }

    DbSet<InterventionTicket> InterventionTickets { get; }

    DbSet<EpilogCall> EpilogCalls { get; }

    DbSet<EpilogAttempt> EpilogAttempts { get; }

    DbSet<AuditEntry> AuditEntries { get; }

    DbSet<Setting> Settings { get; }

    DbSet<Lease> Leases { get; }

    ChangeTracker ChangeTracker { get; }

    /// <summary>No response will be committed at a position below this one any more; it only grows.</summary>
    Task<long> SettledPositionAsync(CancellationToken cancellationToken);

    /// <summary>Writes everything staged in one transaction, durable when it returns.</summary>
    /// <exception cref="WriteConflictException">Someone else was first; load again and decide again.</exception>
    Task SaveChangesAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Runs set-based writes (<c>ExecuteUpdate</c>, <c>ExecuteDelete</c>) and saves, together in one transaction. The only
    /// way to do them: a connection that reads refuses to write. What is to be saved is staged before the call.
    /// </summary>
    /// <exception cref="InvalidOperationException">Rows were staged or changed inside <paramref name="write"/>.</exception>
    Task<T> WriteAsync<T>(Func<CancellationToken, Task<T>> write, CancellationToken cancellationToken);
}

/// <summary>Someone else's write came first: a key taken, a row changed or gone. Loading and deciding again will tell.</summary>
public sealed class WriteConflictException(string message, Exception inner) : Exception(message, inner)
{
    /// <summary>The other write is not over yet; it was waited for.</summary>
    public bool IsBlocked { get; init; }
}
