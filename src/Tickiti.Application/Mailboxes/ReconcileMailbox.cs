using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Application.IncomingMails;
using Tickiti.Domain.Common;
using Tickiti.Domain.IncomingMails;
using Tickiti.Domain.Mailboxes;

namespace Tickiti.Application.Mailboxes;

/// <summary>
/// Lists what lies on a mailbox's server and compares it with the ledger: each mail there has a row, or is to be fetched.
/// Fetches nothing, changes nothing.
/// </summary>
public sealed record ReconcileMailbox(long? MailboxId) : IQuery<MailboxReconciled>;

/// <param name="IsBalanced">Nothing waits to be fetched, and nothing that the ledger takes to be there is missing.</param>
/// <param name="Listed">Mails on the server.</param>
/// <param name="Known">Of those, with a row.</param>
/// <param name="Waiting">Of those, without one: the next visits fetch them.</param>
/// <param name="Gone">Rows that take their mail to be there, and it is not; the next visit corrects them.</param>
/// <param name="Dispositions">All rows of the mailbox, by what became of them.</param>
public sealed record MailboxReconciled(
    long MailboxId,
    bool IsBalanced,
    int Listed,
    int Known,
    int Waiting,
    int Gone,
    IReadOnlyDictionary<string, int> Dispositions);

internal sealed class ReconcileMailboxValidator : AbstractValidator<ReconcileMailbox>
{
    public ReconcileMailboxValidator() => RuleFor(query => query.MailboxId).MustBeGiven();
}

internal sealed class ReconcileMailboxHandler(ITickitiDb db, IMailSources sources) : IQueryHandler<ReconcileMailbox, MailboxReconciled>
{
    private const int MaxKeysAQuery = 1000;

    public async Task<Result<MailboxReconciled>> Handle(ReconcileMailbox query, CancellationToken cancellationToken)
    {
        var id = query.MailboxId!.Value;
        if (await db.Mailboxes.AsNoTracking().That(new MailboxWithId(id)).SingleOrDefaultAsync(cancellationToken) is not { } mailbox)
        {
            return MailboxErrors.NotFound(id);
        }

        if (!mailbox.CanFetch)
        {
            return MailboxErrors.CannotFetch(mailbox.Name);
        }

        try
        {
            await using var source = await sources.OpenAsync(mailbox, cancellationToken);
            var listed = (await source.ListAsync(cancellationToken)).Select(mail => (mail.Source.Key, mail.Source.Size)).ToHashSet();
            await source.CompleteAsync(cancellationToken);
            return await CompareAsync(id, source.Store, listed, cancellationToken);
        }
        catch (MailSourceException failure)
        {
            return MailboxErrors.NotListed(failure.Message);
        }
    }

    private async Task<MailboxReconciled> CompareAsync(
        long id, string store, HashSet<(string Key, long Size)> listed, CancellationToken cancellationToken)
    {
        var known = 0;
        foreach (var keys in listed.Select(mail => mail.Key).Chunk(MaxKeysAQuery))
        {
            var rows = await db.IncomingMails.AsNoTracking().Where(row => row.MailboxId == id && keys.Contains(row.SourceKey))
                .Select(row => new { row.SourceKey, row.SourceSize }).ToListAsync(cancellationToken);
            known += rows.Count(row => listed.Contains((row.SourceKey, row.SourceSize)));
        }

        var thoughtThere = await db.IncomingMails.AsNoTracking()
            .Where(row => row.MailboxId == id && row.IsOnServer && row.SourceStore == store)
            .Select(row => new { row.SourceKey, row.SourceSize }).ToListAsync(cancellationToken);
        var gone = thoughtThere.Count(row => !listed.Contains((row.SourceKey, row.SourceSize)));
        var waiting = listed.Count - known;
        return new MailboxReconciled(
            id, waiting + gone == 0, listed.Count, known, waiting, gone, await DispositionsAsync(id, cancellationToken));
    }

    private async Task<Dictionary<string, int>> DispositionsAsync(long id, CancellationToken cancellationToken) =>
        (await db.IncomingMails.Where(row => row.MailboxId == id).GroupBy(row => row.Disposition)
            .Select(group => new { group.Key, Count = group.Count() }).ToListAsync(cancellationToken))
        .OrderBy(one => one.Key).ToDictionary(one => Wire<Disposition>.Name(one.Key), one => one.Count);
}
