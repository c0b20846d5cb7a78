using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Mailboxes;
using Tickiti.Domain.Queues;

namespace Tickiti.Application.Queues;

/// <summary>The fields of a queue as they are given; a missing one leaves what is there, or its default.</summary>
public abstract record QueueFields
{
    /// <summary>Unique without case.</summary>
    public string? Name { get; init; }

    /// <summary>Sends the answers; null for whatever mailbox fits.</summary>
    public long? OutgoingMailboxId
    {
        get;
        init
        {
            field = value;
            HasOutgoingMailboxId = true;
        }
    }

    /// <summary>A reply from someone who takes no part in the ticket. Default: <c>add</c>.</summary>
    public StrangerReplies? StrangerReplies { get; init; }

    /// <summary>A reply to a closed ticket. Default: <c>reopen</c>.</summary>
    public ClosedReplies? ClosedReplies { get; init; }

    /// <summary>So many days after closing a reply re-opens, whatever <c>closed_replies</c> says. Default: 0.</summary>
    public int? ClosedRepliesAfterDays { get; init; }

    /// <summary>Default: true.</summary>
    public bool? AddCcParticipants { get; init; }

    /// <summary>Default: true.</summary>
    public bool? StaffForward { get; init; }

    /// <summary>Told of new tickets and replies that nobody is assigned to.</summary>
    public IReadOnlyList<string>? NotifyEmails { get; init; }

    internal bool HasOutgoingMailboxId { get; private init; }

    internal QueueRules Rules => new(
        StrangerReplies,
        ClosedReplies,
        ClosedRepliesAfterDays,
        AddCcParticipants,
        StaffForward,
        NotifyEmails is null ? null : [.. NotifyEmails.Select(email => email.Trim())]);
}

internal static class QueueChecks
{
    private const int MaxDays = 3650;

    public static void CheckFields<T>(this AbstractValidator<T> validator)
        where T : QueueFields
    {
        validator.RuleFor(fields => fields.ClosedRepliesAfterDays).InclusiveBetween(0, MaxDays);
        validator.RuleFor(fields => fields.NotifyEmails).Must(list => list is null || list.Count <= Queue.MaxNotifyEmails)
            .WithMessage($"At most {Queue.MaxNotifyEmails} addresses.");
        validator.RuleForEach(fields => fields.NotifyEmails).MustBeAddress();
    }

    /// <summary>What other rows say against the fields: a name taken, a mailbox that is not there.</summary>
    public static async Task<Error?> RefusalOfAsync(
        this ITickitiDb db, QueueFields fields, long? ownId, CancellationToken cancellationToken)
    {
        if (fields.Name is { } name
            && await db.Queues.That(new QueueNamed(name)).AnyAsync(queue => queue.Id != ownId, cancellationToken))
        {
            return QueueErrors.NameTaken(name.Trim());
        }

        return fields.OutgoingMailboxId is not { } mailbox
            || await db.Mailboxes.That(new MailboxWithId(mailbox)).AnyAsync(cancellationToken)
                ? null
                : QueueErrors.UnknownMailbox(mailbox);
    }
}
