using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Application.SentMails;
using Tickiti.Application.Suppressions;
using Tickiti.Domain.Common;
using Tickiti.Domain.IncomingMails;
using Tickiti.Domain.Mailboxes;
using Tickiti.Domain.SentMails;
using Tickiti.Domain.Tickets;

namespace Tickiti.Application.IncomingMails;

/// <summary>
/// What the steps ask of the database, asked once for a whole batch: a handful of queries, however many mails. What a mail
/// of the batch adds is seen by those after it.
/// </summary>
internal sealed class IntakeLookups
{
    /// <summary>An id further up than this is no proof that a mail could need.</summary>
    private const int MaxAncestors = 50;

    // SQL Server takes 2,100 parameters a statement.
    private const int MaxKeysAQuery = 1000;

    private readonly HashSet<(string Key, long Size)> _stored = [];
    private readonly Dictionary<string, List<KnownCopy>> _copies = [];
    private readonly HashSet<string> _blobs = [];

    /// <summary>Knows nothing but the directory so far.</summary>
    public IntakeLookups(DirectorySnapshot directory, MessageIds ids)
    {
        Directory = directory;
        Threads = new TicketThreads(ids);
        Reports = new ReportedMails(ids, Threads);
    }

    public DirectorySnapshot Directory { get; }

    public TicketThreads Threads { get; }

    /// <summary>Which mails of ours the reports speak of.</summary>
    public ReportedMails Reports { get; }

    /// <summary>Of those that write, and those that reports speak of.</summary>
    public KnownSuppressions Suppressions { get; } = new();

    public MailFilter Filter { get; init; } = MailFilter.Empty;

    public static async Task<IntakeLookups> LoadAsync(
        ITickitiDb db,
        DirectorySnapshot directory,
        MailFilter filter,
        MessageIds ids,
        Mailbox mailbox,
        IReadOnlyList<ParsedMail> batch,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var lookups = new IntakeLookups(directory, ids) { Filter = filter };
        await lookups.LoadStoredAsync(db, mailbox.Id, batch, cancellationToken);
        await lookups.LoadCopiesAsync(db, batch, cancellationToken);
        await lookups.LoadBlobsAsync(db, batch, cancellationToken);
        await lookups.Reports.LoadAsync(db, mailbox, batch, now, cancellationToken);
        await lookups.LoadThreadsAsync(db, mailbox, batch, ids, cancellationToken);
        await lookups.Suppressions.LoadAsync(db, lookups.Reports.Recipients.Concat(batch.Select(mail => mail.SenderKey)), cancellationToken);
        return lookups;
    }

    public bool IsStored(MailSource source) => _stored.Contains((source.Key, source.Size));

    /// <summary>The copy that makes this one a duplicate: in the same mailbox any, elsewhere one that is not too old.</summary>
    public KnownCopy? CopyOf(ParsedMail mail, long mailboxId, DateTimeOffset since)
    {
        if (mail.ContentHash.Length == 0 || !_copies.TryGetValue(mail.ContentHash, out var copies))
        {
            return null;
        }

        return copies.Where(copy => copy.MailboxId == mailboxId || copy.CreatedAt >= since)
            .OrderByDescending(copy => copy.IsFirst).ThenBy(copy => copy.Id).FirstOrDefault();
    }

    /// <summary>The mail that went by this one's name and is gone from the server, where its content is the same.</summary>
    public KnownCopy? NamesakeOf(ParsedMail mail) => mail.ContentHash.Length == 0
        ? null
        : _copies.GetValueOrDefault(mail.ContentHash)?.Find(copy => copy.Id == mail.Fetched.Listed.NamedAs);

    /// <summary>The copy that counted until now, where its time is over.</summary>
    public long? OutdatedFirstCopy(string contentHash) =>
        _copies.GetValueOrDefault(contentHash)?.Find(copy => copy.IsFirst)?.Id;

    /// <summary>One of our mailboxes, with or without a +detail.</summary>
    public bool IsOurs(EmailAddress address) => Directory.IsOurs(address.Key);

    /// <returns>False where it is stored, or staged already.</returns>
    public bool AddBlob(string sha256) => _blobs.Add(sha256);

    /// <summary>Its row is to be decided again.</summary>
    public void Forget(MailSource source) => _stored.Remove((source.Key, source.Size));

    /// <summary>For the mails after this one.</summary>
    public void Add(IncomingMail row)
    {
        _stored.Add((row.SourceKey, row.SourceSize));
        if (row.ContentHash.Length > 0)
        {
            AddCopy(row.ContentHash, new KnownCopy(row.Id, row.MailboxId, row.TicketId, row.CreatedAt, row.FirstCopyKey is not null));
        }

        if (row is { TicketId: { } ticketId, ResponseId: not null })
        {
            Threads.Know(row.MessageIdKey, ticketId);
        }
    }

    private void AddCopy(string contentHash, KnownCopy copy)
    {
        if (!_copies.TryGetValue(contentHash, out var copies))
        {
            _copies.Add(contentHash, copies = []);
        }

        copies.Add(copy);
    }

    private async Task LoadStoredAsync(ITickitiDb db, long mailboxId, IReadOnlyList<ParsedMail> batch, CancellationToken cancellationToken)
    {
        foreach (var keys in batch.Select(mail => mail.Source.Key).Chunk(MaxKeysAQuery))
        {
            var rows = await db.IncomingMails.AsNoTracking()
                .Where(row => row.MailboxId == mailboxId && keys.Contains(row.SourceKey))
                .Select(row => new { row.SourceKey, row.SourceSize })
                .ToListAsync(cancellationToken);
            rows.ForEach(row => _stored.Add((row.SourceKey, row.SourceSize)));
        }
    }

    private async Task LoadCopiesAsync(ITickitiDb db, IReadOnlyList<ParsedMail> batch, CancellationToken cancellationToken)
    {
        foreach (var hashes in batch.Select(mail => mail.ContentHash).Where(hash => hash.Length > 0).Distinct().Chunk(MaxKeysAQuery))
        {
            var rows = await db.IncomingMails.AsNoTracking()
                .Where(row => hashes.Contains(row.ContentHash))
                .Select(row => new { row.ContentHash, row.Id, row.MailboxId, row.TicketId, row.CreatedAt, row.FirstCopyKey })
                .ToListAsync(cancellationToken);
            rows.ForEach(row => AddCopy(
                row.ContentHash, new KnownCopy(row.Id, row.MailboxId, row.TicketId, row.CreatedAt, row.FirstCopyKey is not null)));
        }
    }

    private async Task LoadBlobsAsync(ITickitiDb db, IReadOnlyList<ParsedMail> batch, CancellationToken cancellationToken)
    {
        var all = batch.Select(mail => mail.RawSha256)
            .Concat(batch.SelectMany(mail => mail.Attachments).Select(file => file.Sha256))
            .Where(hash => hash.Length > 0).Distinct();
        foreach (var hashes in all.Chunk(MaxKeysAQuery))
        {
            _blobs.UnionWith(await db.Blobs.AsNoTracking().Where(blob => hashes.Contains(blob.Sha256))
                .Select(blob => blob.Sha256).ToListAsync(cancellationToken));
        }
    }

    private async Task LoadThreadsAsync(
        ITickitiDb db, Mailbox mailbox, IReadOnlyList<ParsedMail> batch, MessageIds ids, CancellationToken cancellationToken)
    {
        var (sentMails, tickets, foreign) = (new HashSet<long>(), new HashSet<long>(), new HashSet<string>());
        foreach (var mail in batch)
        {
            foreach (var (id, _) in Threads.SignedIds(mail, mailbox))
            {
                sentMails.Add(id.SentMailId);
                tickets.Add(id.TicketId ?? 0);
            }

            if (ids.TryVerify(mail.MessageId, out var own))
            {
                sentMails.Add(own.SentMailId);
            }

            foreign.UnionWith(mail.Ancestors.Take(MaxAncestors).Select(IncomingMail.KeyOf));
            tickets.Add(TicketThreads.TaggedNumber(mail.Subject) is { } number ? Ticket.IdOf(number) : 0);
        }

        await LoadSentMailsAsync(db, sentMails, cancellationToken);
        tickets.UnionWith(await LoadForeignIdsAsync(db, mailbox.Id, foreign, cancellationToken));
        tickets.UnionWith(Reports.TicketIds);
        tickets.Remove(0);
        await LoadTicketsAsync(db, tickets, cancellationToken);
    }

    private async Task LoadSentMailsAsync(ITickitiDb db, HashSet<long> sentMailIds, CancellationToken cancellationToken)
    {
        foreach (var some in sentMailIds.Chunk(MaxKeysAQuery))
        {
            var rows = await db.SentMails.AsNoTracking().Where(mail => some.Contains(mail.Id))
                .Select(mail => new AnsweredMail(
                    mail.Id,
                    mail.Source,
                    db.Responses.Any(response => response.Id == mail.ResponseId && response.IsInternal),
                    mail.Automatic == AutomaticKind.Notification ? mail.AutomaticTo : null))
                .ToListAsync(cancellationToken);
            rows.ForEach(Threads.Know);
        }
    }

    private async Task<HashSet<long>> LoadForeignIdsAsync(
        ITickitiDb db, long mailboxId, HashSet<string> messageIdKeys, CancellationToken cancellationToken)
    {
        var tickets = new HashSet<long>();
        foreach (var keys in messageIdKeys.Chunk(MaxKeysAQuery))
        {
            var rows = await db.IncomingMails.AsNoTracking()
                .Where(row => keys.Contains(row.MessageIdKey) && row.MailboxId == mailboxId && row.ResponseId != null)
                .OrderBy(row => row.Id)
                .Select(row => new { row.MessageIdKey, row.TicketId })
                .ToListAsync(cancellationToken);
            foreach (var row in rows)
            {
                Threads.Know(row.MessageIdKey, row.TicketId!.Value);
                tickets.Add(row.TicketId.Value);
            }
        }

        return tickets;
    }

    // Tracked: a reply changes its ticket. A merged ticket brings the one that survived.
    private async Task LoadTicketsAsync(ITickitiDb db, HashSet<long> ticketIds, CancellationToken cancellationToken)
    {
        var known = new HashSet<long>();
        for (var next = ticketIds; next.Count > 0;)
        {
            known.UnionWith(next);
            var survivors = new HashSet<long>();
            foreach (var some in next.Chunk(MaxKeysAQuery))
            {
                var tickets = await db.Tickets.Include(ticket => ticket.Participants).Where(ticket => some.Contains(ticket.Id))
                    .ToListAsync(cancellationToken);
                tickets.ForEach(Threads.Know);
                survivors.UnionWith(tickets.Select(ticket => ticket.MergedIntoId).OfType<long>());
            }

            survivors.ExceptWith(known);
            next = survivors;
        }
    }
}

/// <summary>A row with the same content.</summary>
/// <param name="IsFirst">It is the copy that counts.</param>
internal sealed record KnownCopy(long Id, long MailboxId, long? TicketId, DateTimeOffset CreatedAt, bool IsFirst);
