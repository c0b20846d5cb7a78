using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Tickiti.Application.Common;
using Tickiti.Application.IncomingMails;
using Tickiti.Application.Suppressions;
using Tickiti.Application.Templates;
using Tickiti.Application.Tokens;
using Tickiti.Domain.Common;
using Tickiti.Domain.ExcludedEmails;
using Tickiti.Domain.IgnoredSubjects;
using Tickiti.Domain.Interventions;
using Tickiti.Domain.Mailboxes;
using Tickiti.Domain.Queues;
using Tickiti.Domain.SentMails;
using Tickiti.Domain.Suppressions;
using Tickiti.Domain.Templates;
using Tickiti.Domain.Tokens;
using Tickiti.Domain.Users;
using Tickiti.Infrastructure.SentMails;

namespace Tickiti.Infrastructure.Persistence;

/// <summary>What a context needs to write besides the database: ids and a clock for audit rows, and whom to wake.</summary>
public sealed class WriteServices(
    IIds ids,
    TimeProvider clock,
    IDirectory directory,
    IMailFilters mailFilters,
    ITokenDirectory tokens,
    ITemplates templates,
    ISuppressionHints suppressions,
    IWakeUps wakeUps,
    BrakeAlarm brakeAlarm)
{
    /// <summary>For tools that build the model and never write.</summary>
    private static readonly WriteServices ForDesign = new(null!, TimeProvider.System, null!, null!, null!, null!, null!, null!, null!);

    internal IDirectory Directory => directory;

    internal IMailFilters MailFilters => mailFilters;

    internal ITokenDirectory Tokens => tokens;

    internal ITemplates Templates => templates;

    internal ISuppressionHints Suppressions => suppressions;

    internal IWakeUps WakeUps => wakeUps;

    internal BrakeAlarm BrakeAlarm => brakeAlarm;

    internal static WriteServices Of(DbContextOptions options) =>
        options.FindExtension<CoreOptionsExtension>()?.ApplicationServiceProvider?.GetService<WriteServices>() ?? ForDesign;

    internal async ValueTask<AuditEntry> AuditAsync(DomainEvent happened, Actor? actor, CancellationToken cancellationToken) => new()
    {
        Id = await ids.NextAsync<AuditEntry>(cancellationToken),
        At = clock.GetUtcNow(),
        TokenId = actor?.TokenId,
        Name = happened.Name,
        SubjectId = happened.SubjectId,
        TicketId = happened.TicketId,
        Detail = happened.Detail?.Cut(AuditEntry.DetailMaxLength),
    };
}

/// <summary>What a write makes true for others in this process, told after the commit and not before.</summary>
internal struct SaveEffects
{
    private bool _directoryChanged;
    private bool _mailFiltersChanged;
    private bool _tokensChanged;
    private bool _mailboxIsDue;
    private bool _mailIsDue;
    private bool _templatesChanged;
    private bool _isSuppressed;
    private bool _callIsDue;
    private List<SentMail>? _brakes;

    public void Note(EntityEntry entry)
    {
        if (entry.State is EntityState.Unchanged or EntityState.Detached)
        {
            return;
        }

        _directoryChanged |= entry.Entity is Queue or Mailbox or User;
        _mailFiltersChanged |= entry.Entity is IgnoredSubject or ExcludedEmail;
        _tokensChanged |= entry.Entity is ApiToken or User;
        _templatesChanged |= entry.Entity is Template;
        _isSuppressed |= entry is { State: EntityState.Added, Entity: Suppression };
        _callIsDue |= entry.Entity is EpilogCall { Status: EpilogStatus.Queued };
        _mailboxIsDue |= entry.Entity is Mailbox or MailboxHealth { IsHastened: true };
        // Mail may be waiting for the secret or the connection that a mailbox was given just now.
        _mailIsDue |= entry.Entity is Mailbox or SentMail { Status: SentMailStatus.Queued };
        if (entry.Entity is SentMail { EngagesBrake: true } last)
        {
            (_brakes ??= []).Add(last);
        }
    }

    public readonly void Announce(WriteServices services)
    {
        if (_directoryChanged)
        {
            services.Directory.Forget();
        }

        if (_mailFiltersChanged)
        {
            services.MailFilters.Forget();
        }

        if (_tokensChanged)
        {
            services.Tokens.Forget();
        }

        if (_templatesChanged)
        {
            services.Templates.Forget();
        }

        if (_isSuppressed)
        {
            services.Suppressions.Forget();
        }

        if (_callIsDue)
        {
            services.WakeUps.CallIsDue();
        }

        if (_mailboxIsDue)
        {
            services.WakeUps.MailboxIsDue();
        }

        if (_mailIsDue)
        {
            services.WakeUps.MailIsDue();
        }

        _brakes?.ForEach(services.BrakeAlarm.Raise);
    }
}
