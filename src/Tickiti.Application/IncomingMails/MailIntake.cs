using Tickiti.Application.Common;
using Tickiti.Application.Interventions;
using Tickiti.Application.SentMails;
using Tickiti.Domain.IncomingMails;
using Tickiti.Domain.Mailboxes;

namespace Tickiti.Application.IncomingMails;

/// <summary>
/// What happens to a mail: the steps are asked in order, the first that answers wins, each leaves a line in the trace. Decides
/// and stages; whoever calls commits, and touches the network.
/// </summary>
public sealed class MailIntake(
    ITickitiDb db,
    IDirectory directory,
    IMailFilters filters,
    IIds ids,
    MessageIds messageIds,
    TicketMail ticketMail,
    AutomaticMail automaticMail,
    EpilogCalls calls,
    StaffProof staffProof,
    TimeProvider clock)
{
    /// <summary>The whole policy.</summary>
    internal static readonly IReadOnlyList<IIntakeStep> Steps =
    [
        new StoredBefore(),
        new OwnMail(),
        new DeliveryReport(),
        new ExcludedSender(),
        new SubjectIgnored(),
        new Automatic(),
        new Reply(),
        new NewConversation(),
    ];

    /// <summary>Stages the rows of a batch, in its order; mails see what those before them became.</summary>
    public async Task<IReadOnlyList<TakenMail>> TakeInAsync(
        Mailbox mailbox, IReadOnlyList<ParsedMail> batch, CancellationToken cancellationToken)
    {
        var known = await directory.ReadAsync(cancellationToken);
        var lookups = await IntakeLookups.LoadAsync(
            db, known, await filters.ReadAsync(cancellationToken), messageIds, mailbox, batch, clock.GetUtcNow(), cancellationToken);
        var rows = NewRows();
        var taken = new List<TakenMail>(batch.Count);
        foreach (var parsed in batch)
        {
            var mail = new IntakeContext(parsed, mailbox, lookups, staffProof, clock.GetUtcNow());
            taken.Add(await rows.StageAsync(mail, Decide(mail), cancellationToken));
        }

        return taken;
    }

    /// <summary>Decides again on a mail that has its row, as if it came now, and stages what becomes of it.</summary>
    public async Task TakeInAgainAsync(Mailbox mailbox, IncomingMail row, ParsedMail parsed, CancellationToken cancellationToken)
    {
        var known = await directory.ReadAsync(cancellationToken);
        var lookups = await IntakeLookups.LoadAsync(
            db, known, await filters.ReadAsync(cancellationToken), messageIds, mailbox, [parsed], clock.GetUtcNow(), cancellationToken);
        lookups.Forget(parsed.Source);
        var mail = new IntakeContext(parsed, mailbox, lookups, staffProof, clock.GetUtcNow());
        await NewRows().StageAgainAsync(mail, row, Decide(mail), cancellationToken);
    }

    private IntakeRows NewRows() => new(db, ids, ticketMail, automaticMail, calls);

    internal static IntakeVerdict Decide(IntakeContext mail)
    {
        if (mail.Parsed.Failure is { } failure)
        {
            mail.Say($"quarantined: {failure.Sentence}");
            return mail.Lookups.IsStored(mail.Parsed.Source) ? new AlreadyTaken() : new IsKept(Disposition.Quarantined, failure.Code);
        }

        if (mail.Parsed.Defects.Count > 0)
        {
            mail.Say($"read with defects: {string.Join(", ", mail.Parsed.Defects)}");
        }

        foreach (var step in Steps)
        {
            if (step.Ask(mail) is { } verdict)
            {
                return verdict;
            }
        }

        throw new System.Diagnostics.UnreachableException("The last step answers every mail.");
    }
}
