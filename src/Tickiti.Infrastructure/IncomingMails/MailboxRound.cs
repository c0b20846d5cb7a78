using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Tickiti.Application.IncomingMails;
using Tickiti.Domain.Mailboxes;
using Tickiti.Infrastructure.Mail;
using Tickiti.Infrastructure.Persistence;

namespace Tickiti.Infrastructure.IncomingMails;

/// <summary>What a round works with.</summary>
internal sealed record PollingTools(
    IServiceScopeFactory Scopes,
    IMailSources Sources,
    Leases Leases,
    MemoryBudget Memory,
    SuspectMails Suspects,
    IntakeMetrics Metrics,
    IOptions<MailboxPollingOptions> Polling,
    TimeProvider Clock,
    ILogger<MailboxRound> Log);

/// <summary>
/// One session with a mailbox's source: what is due is deleted, what is new is taken in. A row and the raw bytes are committed
/// before a copy goes; what breaks off in between is made good by the next round.
/// </summary>
internal sealed partial class MailboxRound(PollingTools tools, Mailbox mailbox, HeldLease lease)
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    private readonly MailLedger _ledger = new(tools.Scopes, tools.Leases, lease, mailbox, tools.Clock);
    private readonly List<long> _deleted = [];

    /// <param name="stopping">Nothing more is begun; what is in hand is finished.</param>
    /// <returns>Whether more waits, and this round got on.</returns>
    public async Task<bool> RunAsync(CancellationToken stopping)
    {
        await using var source = await tools.Sources.OpenAsync(mailbox, stopping);
        var listed = await source.ListAsync(stopping);
        var found = await _ledger.CompareAsync(source.Store, listed, stopping);
        await MarkAsync(found, stopping);
        var fresh = await WithoutExistingAsync(source, found.Fresh, stopping);
        var (others, onTrial) = tools.Suspects.Sort(mailbox.Id, fresh);
        var isTrial = others.Count == 0;
        var take = isTrial ? onTrial.Take(1).ToList() : [.. others.Take(tools.Polling.Value.MaxMailsARound)];
        var taken = 0;
        try
        {
            taken = await TakeInAsync(source, take, found.Due, stopping);
            take.ForEach(mail => tools.Suspects.Clear(mailbox.Id, mail.Source));
        }
        catch (MailSourceException broke) when (isTrial)
        {
            BrokeAgain(tools.Log, broke, mailbox.Id, take[0].Source.Uid);
        }

        return isTrial ? onTrial.Count > 1 : others.Count + onTrial.Count > take.Count && taken > 0;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message =
        "Mailbox {MailboxId}: the session broke off again at the mail {Uid}; the others are fetched without it")]
    private static partial void BrokeAgain(ILogger logger, Exception exception, long mailboxId, string uid);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Mailbox {MailboxId}: {Count} mails to fetch")]
    private static partial void Fetching(ILogger logger, long mailboxId, int count);

    // What is due to go goes last: a server that does not bear it is to give its mail first.
    private async Task<int> TakeInAsync(
        IMailSource source, List<ListedMail> mails, IReadOnlyList<DueMail> due, CancellationToken stopping)
    {
        Fetching(tools.Log, mailbox.Id, mails.Count);
        var pipeline = new IntakePipeline(
            source,
            new BatchCommitter(_ledger, mailbox, tools.Metrics, tools.Clock, tools.Log),
            tools.Memory,
            mail => tools.Suspects.Note(mailbox.Id, mail),
            tools.Polling.Value,
            tools.Clock);
        try
        {
            await pipeline.RunAsync(mails, stopping);
            await DeleteAsync(source, due, stopping);
        }
        finally
        {
            _deleted.AddRange(pipeline.Deleted);
            await CompleteAsync(source);
        }

        return pipeline.TakenCount;
    }

    private async Task MarkAsync(LedgerComparison found, CancellationToken cancellationToken)
    {
        if (found.Gone.Count > 0)
        {
            await _ledger.MarkAsync(found.Gone, isOnServer: false, cancellationToken);
        }

        if (found.Back.Count > 0)
        {
            await _ledger.MarkAsync(found.Back, isOnServer: true, cancellationToken);
        }
    }

    // A folder has no mail of earlier days that would be left alone: what is put there is meant.
    private async Task<IReadOnlyList<ListedMail>> WithoutExistingAsync(
        IMailSource source, IReadOnlyList<ListedMail> fresh, CancellationToken cancellationToken)
    {
        if (!source.DeletesForGood || !await _ledger.IsFirstLoginAsync(source.Store, cancellationToken))
        {
            return fresh;
        }

        var skipped = mailbox.Import == Import.New ? fresh : [];
        await _ledger.RememberLoginAsync(source.Store, skipped, cancellationToken);
        return mailbox.Import == Import.New ? [] : fresh;
    }

    private async Task DeleteAsync(IMailSource source, IReadOnlyList<DueMail> due, CancellationToken cancellationToken)
    {
        if (due.Count > 0)
        {
            var ids = due.ToDictionary(mail => mail.Listed, mail => mail.Id);
            _deleted.AddRange((await source.DeleteAsync([.. ids.Keys], cancellationToken)).Select(mail => ids[mail]));
        }
    }

    // Deletions count once the source says so; without its word the next listing tells.
    private async Task CompleteAsync(IMailSource source)
    {
        using var farewell = new CancellationTokenSource(Farewell, tools.Clock);
        if (await source.CompleteAsync(farewell.Token) && _deleted.Count > 0)
        {
            await _ledger.MarkAsync(_deleted, isOnServer: false, CancellationToken.None);
        }
    }
}
