using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Application.SentMails;
using Tickiti.Domain.Common;
using Tickiti.Domain.Mailboxes;
using Tickiti.Domain.SentMails;

namespace Tickiti.Application.IncomingMails;

/// <summary>
/// Which mail of ours a report speaks of. An id of ours that verifies proves it: in the returned part, or in what the report
/// answers or is addressed to. Without one, the latest mail to such a recipient is named as probable, and nothing follows.
/// </summary>
internal sealed class ReportedMails(MessageIds ids, TicketThreads threads)
{
    private const int MaxKeysAQuery = 1000;

    // Recipients have no index of their own, because each mail sent would pay for it; so only the newest are looked at.
    private const int MaxLookedAt = 10_000;
    private static readonly TimeSpan ProbableWithin = TimeSpan.FromDays(5);

    private readonly Dictionary<long, SentMail> _mails = [];
    private readonly Dictionary<string, long> _latestTo = [];

    /// <summary>The tickets that the reported mails belong to.</summary>
    public IEnumerable<long> TicketIds => _mails.Values.Select(mail => mail.TicketId).OfType<long>();

    /// <summary>Everyone whom the reported mails were sent to; keys.</summary>
    public IEnumerable<string> Recipients =>
        _mails.Values.SelectMany(mail => mail.Recipients).Select(one => EmailAddress.KeyOf(one.Address));

    public ReportLink? Find(ParsedMail mail, Mailbox mailbox)
    {
        if (mail.Report is not { } report)
        {
            return null;
        }

        foreach (var (id, because) in SignedIds(mail, report, mailbox))
        {
            if (_mails.TryGetValue(id, out var proven))
            {
                return new ReportLink(proven, ReportProof.Verified, because);
            }
        }

        var latest = report.OriginalRecipients.Select(key => _latestTo.GetValueOrDefault(key)).FirstOrDefault(id => id > 0);
        return _mails.GetValueOrDefault(latest) is { } probable
            ? new ReportLink(probable, ReportProof.Probable, "probably, by recipient and time")
            : null;
    }

    public async Task LoadAsync(
        ITickitiDb db, Mailbox mailbox, IReadOnlyList<ParsedMail> batch, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var reports = batch.Where(mail => mail.Report is not null).ToList();
        if (reports.Count == 0)
        {
            return;
        }

        await LoadMailsAsync(db, reports.SelectMany(mail => SignedIds(mail, mail.Report!, mailbox).Select(one => one.SentMailId)), cancellationToken);
        var loose = reports.Where(mail => Find(mail, mailbox) is null).SelectMany(mail => mail.Report!.OriginalRecipients).ToHashSet();
        if (loose.Count > 0)
        {
            await LoadLatestAsync(db, mailbox, loose, now - ProbableWithin, cancellationToken);
        }
    }

    // Where it was sent to is what our return path said; what it returns, servers cut and change.
    private IEnumerable<(long SentMailId, string Because)> SignedIds(ParsedMail mail, ParsedReport report, Mailbox mailbox)
    {
        foreach (var id in threads.TokenIds(mail, mailbox))
        {
            yield return (id.SentMailId, "by the token of its return path");
        }

        foreach (var original in report.OriginalIds)
        {
            if (ids.TryVerify(original, out var id))
            {
                yield return (id.SentMailId, "by a signed id");
            }
        }

        foreach (var (id, _) in threads.SignedIds(mail, mailbox))
        {
            yield return (id.SentMailId, "by a signed id");
        }
    }

    // Tracked: a report changes its mail.
    private async Task LoadMailsAsync(ITickitiDb db, IEnumerable<long> mailIds, CancellationToken cancellationToken)
    {
        foreach (var some in mailIds.Distinct().Chunk(MaxKeysAQuery))
        {
            var mails = await db.SentMails.Include(mail => mail.Recipients).Where(mail => some.Contains(mail.Id)).ToListAsync(cancellationToken);
            mails.ForEach(mail => _mails.TryAdd(mail.Id, mail));
        }
    }

    private async Task LoadLatestAsync(
        ITickitiDb db, Mailbox mailbox, HashSet<string> recipients, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var newest = await db.SentMails.AsNoTracking()
            .Where(mail => mail.CreatedAt >= since && mail.MailboxId == mailbox.Id)
            .OrderByDescending(mail => mail.CreatedAt).Take(MaxLookedAt)
            .SelectMany(mail => mail.Recipients, (mail, one) => new { mail.Id, one.Address })
            .ToListAsync(cancellationToken);
        foreach (var mail in newest)
        {
            var key = EmailAddress.KeyOf(mail.Address);
            if (recipients.Contains(key) && mail.Id > _latestTo.GetValueOrDefault(key))
            {
                _latestTo[key] = mail.Id;
            }
        }

        await LoadMailsAsync(db, _latestTo.Values, cancellationToken);
    }
}

/// <summary>The mail that a report speaks of.</summary>
/// <param name="Because">For the trace.</param>
internal sealed record ReportLink(SentMail Mail, ReportProof Proof, string Because);
