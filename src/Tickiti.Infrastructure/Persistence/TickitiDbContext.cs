using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Blobs;
using Tickiti.Domain.Common;
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

namespace Tickiti.Infrastructure.Persistence;

/// <summary>The one model of the house. Each database has a subclass of its own, with its migrations; everyone injects this.</summary>
/// <remarks>
/// Contexts are pooled, because making one costs more than most of what is done with it. So they take nothing scoped but the
/// <see cref="Actor"/>, which is set at each lease.
/// </remarks>
public abstract class TickitiDbContext(DbContextOptions options) : DbContext(options), ITickitiDb
{
    private readonly WriteServices _services = WriteServices.Of(options);

    public DbSet<Ticket> Tickets => Set<Ticket>();

    public DbSet<Response> Responses => Set<Response>();

    public DbSet<ResponsePlace> ResponsePlaces => Set<ResponsePlace>();

    public DbSet<Attachment> Attachments => Set<Attachment>();

    public DbSet<Queue> Queues => Set<Queue>();

    public DbSet<Mailbox> Mailboxes => Set<Mailbox>();

    public DbSet<MailboxHealth> MailboxHealth => Set<MailboxHealth>();

    public DbSet<IncomingMail> IncomingMails => Set<IncomingMail>();

    public DbSet<SentMail> SentMails => Set<SentMail>();

    public DbSet<SentMailAttempt> SentMailAttempts => Set<SentMailAttempt>();

    public DbSet<SentMailEvent> SentMailEvents => Set<SentMailEvent>();

    public DbSet<Suppression> Suppressions => Set<Suppression>();

    public DbSet<IgnoredSubject> IgnoredSubjects => Set<IgnoredSubject>();

    public DbSet<ExcludedEmail> ExcludedEmails => Set<ExcludedEmail>();

    public DbSet<User> Users => Set<User>();

    public DbSet<ApiToken> ApiTokens => Set<ApiToken>();

    public DbSet<IdempotencyRecord> IdempotencyRecords => Set<IdempotencyRecord>();

    public DbSet<Blob> Blobs => Set<Blob>();

    public DbSet<Upload> Uploads => Set<Upload>();

    public DbSet<Template> Templates => Set<Template>();

    public DbSet<Intervention> Interventions => Set<Intervention>();

    public DbSet<InterventionTicket> InterventionTickets => Set<InterventionTicket>();

    public DbSet<EpilogCall> EpilogCalls => Set<EpilogCall>();

    public DbSet<EpilogAttempt> EpilogAttempts => Set<EpilogAttempt>();

    public DbSet<AuditEntry> AuditEntries => Set<AuditEntry>();

    public DbSet<Setting> Settings => Set<Setting>();

    public DbSet<Lease> Leases => Set<Lease>();

    /// <summary>Who asks, for the audit rows.</summary>
    internal Actor? Actor { get; set; }

    internal DbSet<IdBlock> IdBlocks => Set<IdBlock>();

    public Task<long> SettledPositionAsync(CancellationToken cancellationToken) =>
        Database.SqlQueryRaw<long>(SettledPosition).SingleAsync(cancellationToken);

    async Task ITickitiDb.SaveChangesAsync(CancellationToken cancellationToken) =>
        await SaveChangesAsync(cancellationToken);

    /// <summary>Everything staged, its audit rows included, in one transaction.</summary>
    public sealed override Task<int> SaveChangesAsync(
        bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default) =>
        AnnouncedAsync(inserts => CommitAsync(inserts, token => WriteStagedAsync(inserts, token), cancellationToken), cancellationToken);

    public Task<T> WriteAsync<T>(Func<CancellationToken, Task<T>> write, CancellationToken cancellationToken) =>
        AnnouncedAsync(
            inserts => CommitTogetherAsync(
                async token =>
                {
                    var staged = CountStaged();
                    var value = await write(token);
                    RefuseStagedSince(staged);
                    await WriteStagedAsync(inserts, token);
                    return value;
                },
                cancellationToken),
            cancellationToken);

    /// <summary>Writes what is staged as one transaction, durable when it returns.</summary>
    /// <param name="inserts">What is staged, where it is nothing but new rows.</param>
    /// <param name="write">Writes what is staged on the connection and transaction at hand.</param>
    /// <param name="cancellationToken">Heeded until the commit begins.</param>
    private protected abstract Task<int> CommitAsync(
        IReadOnlyList<StagedInsert>? inserts, Func<CancellationToken, Task<int>> write, CancellationToken cancellationToken);

    /// <summary>Inserts rows on the connection and transaction at hand, in their order.</summary>
    private protected abstract Task<int> InsertAsync(IReadOnlyList<StagedInsert> rows, CancellationToken cancellationToken);

    /// <summary>A query of one value: <see cref="SettledPositionAsync"/>.</summary>
    private protected abstract string SettledPosition { get; }

    /// <summary>Runs several writes as one transaction, durable when it returns.</summary>
    protected abstract Task<T> CommitTogetherAsync<T>(
        Func<CancellationToken, Task<T>> write, CancellationToken cancellationToken);

    /// <summary>Whether the database refused because someone else's write came first (a key, a reference, a deadlock).</summary>
    protected abstract bool IsConflict(Exception exception);

    /// <summary>Whether the database waited long enough for someone else's write to end.</summary>
    protected virtual bool IsBlocked(Exception exception) => false;

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UtcConverter>();
        configurationBuilder.Properties<IReadOnlyList<string>>().HaveConversion<StringListConverter, StringListComparer>();
        StoreByName<TicketStatus>(configurationBuilder);
        StoreByName<Priority>(configurationBuilder);
        StoreByName<ThreadConfidence>(configurationBuilder);
        StoreByName<StrangerReplies>(configurationBuilder);
        StoreByName<ClosedReplies>(configurationBuilder);
        StoreByName<MailboxType>(configurationBuilder);
        StoreByName<OutgoingMailboxType>(configurationBuilder);
        StoreByName<ConnectionSecurity>(configurationBuilder);
        StoreByName<Intake>(configurationBuilder);
        StoreByName<Import>(configurationBuilder);
        StoreByName<ReturnPath>(configurationBuilder);
        StoreByName<MailDirection>(configurationBuilder);
        StoreByName<MailboxState>(configurationBuilder);
        StoreByName<Disposition>(configurationBuilder);
        StoreByName<SentMailStatus>(configurationBuilder);
        StoreByName<SentMailSource>(configurationBuilder);
        StoreByName<AutomaticKind>(configurationBuilder);
        StoreByName<RecipientKind>(configurationBuilder);
        StoreByName<DeliveryEvent>(configurationBuilder);
        StoreByName<ReportProof>(configurationBuilder);
        StoreByName<SuppressionReason>(configurationBuilder);
        StoreByName<TemplateType>(configurationBuilder);
        StoreByName<EpilogStatus>(configurationBuilder);
        StoreByName<EpilogOutcome>(configurationBuilder);
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(TickitiDbContext).Assembly);
        foreach (var aggregate in modelBuilder.Model.GetEntityTypes().Where(type => type.ClrType.IsAssignableTo(typeof(Aggregate))))
        {
            var entity = modelBuilder.Entity(aggregate.ClrType);
            entity.Ignore(nameof(Aggregate.Events));
            entity.Property(nameof(Aggregate.Id)).ValueGeneratedNever();
            entity.Property(nameof(Aggregate.Version)).IsConcurrencyToken();
        }
    }

    private static void StoreByName<T>(ModelConfigurationBuilder builder)
        where T : struct, Enum =>
        builder.Properties<T>().HaveConversion<WireConverter<T>>().HaveMaxLength(32).AreUnicode(false);

    // The changes are found once, before the commit; nothing changes them on its way.
    private async Task<T> AnnouncedAsync<T>(
        Func<IReadOnlyList<StagedInsert>?, Task<T>> commit, CancellationToken cancellationToken)
    {
        ChangeTracker.DetectChanges();
        ChangeTracker.AutoDetectChangesEnabled = false;
        try
        {
            var effects = await PrepareAsync(cancellationToken);
            var inserts = StagedInserts.Of(this);
            var value = await Translated(() => commit(inserts));
            ChangeTracker.AcceptAllChanges();
            effects.Announce(_services);
            return value;
        }
        finally
        {
            ChangeTracker.AutoDetectChangesEnabled = true;
        }
    }

    private int CountStaged() =>
        ChangeTracker.Entries().Count(entry => entry.State is not (EntityState.Unchanged or EntityState.Detached));

    // What is staged has been looked at by now: its audit rows, its versions, its order. More would be taken for written, and lost.
    private void RefuseStagedSince(int staged)
    {
        ChangeTracker.DetectChanges();
        if (CountStaged() != staged)
        {
            throw new InvalidOperationException(
                "Something was staged or changed inside WriteAsync. Stage before it; inside, only statements (ExecuteUpdate, ExecuteDelete).");
        }
    }

    private Task<int> WriteStagedAsync(IReadOnlyList<StagedInsert>? inserts, CancellationToken cancellationToken) =>
        inserts is null ? WriteByEfAsync(cancellationToken) : InsertAsync(inserts, cancellationToken);

    private protected Task<int> WriteByEfAsync(CancellationToken cancellationToken) =>
        base.SaveChangesAsync(acceptAllChangesOnSuccess: false, cancellationToken);

    // Events become audit rows here, so that no handler can forget them; versions grow so that no lost update goes unseen.
    private async Task<SaveEffects> PrepareAsync(CancellationToken cancellationToken)
    {
        var effects = default(SaveEffects);
        List<AuditEntry>? audit = null;
        foreach (var entry in ChangeTracker.Entries())
        {
            effects.Note(entry);
            if (entry.Entity is not Aggregate aggregate)
            {
                continue;
            }

            if (entry.State == EntityState.Modified)
            {
                // Told, because changes are not looked for any more: without it the row would keep its count, and a late
                // writer would find it as he left it.
                aggregate.IncrementVersion();
                entry.Property(nameof(Aggregate.Version)).IsModified = true;
            }

            foreach (var happened in aggregate.Events)
            {
                (audit ??= []).Add(await _services.AuditAsync(happened, Actor, cancellationToken));
            }

            aggregate.ForgetEvents();
        }

        if (audit is not null)
        {
            AuditEntries.AddRange(audit);
        }

        return effects;
    }

    private async Task<T> Translated<T>(Func<Task<T>> write)
    {
        try
        {
            return await write();
        }
        catch (DbUpdateConcurrencyException changed)
        {
            throw new WriteConflictException("A row was changed or deleted by someone else.", changed);
        }
        catch (Exception exception) when (CausesOf(exception).Any(IsConflict))
        {
            throw new WriteConflictException("A constraint of the database refused the write.", exception);
        }
        catch (Exception exception) when (CausesOf(exception).Any(IsBlocked))
        {
            throw new WriteConflictException("Someone else's write has not ended.", exception) { IsBlocked = true };
        }
    }

    // EF wraps what a database says, and once more where it takes it for transient (a deadlock's victim).
    private static IEnumerable<Exception> CausesOf(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            yield return exception;
        }
    }
}
