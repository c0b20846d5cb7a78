using System.Collections.ObjectModel;
using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tickiti.Application.SentMails;
using Tickiti.Application.Suppressions;
using Tickiti.Domain.Common;
using Tickiti.Domain.Mailboxes;
using Tickiti.Domain.SentMails;
using Tickiti.Infrastructure.Persistence;

namespace Tickiti.Infrastructure.SentMails;

/// <summary>
/// Sends what is due of one mailbox, under its lease, over several connections, until nothing more is due or the mailbox has
/// to pause. A mailbox that is not known to be well is tried with one mail: no more than that waits for a dead server, and a
/// wrong password is shown once.
/// </summary>
internal sealed partial class OutboxRound(OutboxTools tools, Mailbox mailbox, IMailTransport transport, HeldLease lease, bool isWell)
{
    // A round ends now and then, so that the mailbox's health is told and what came in behind is seen.
    private const int MaxPages = 50;

    private readonly CancellationTokenSource _halt = new();
    private readonly OutboxLedger _ledger = new(tools, lease);
    private HourlyBudget _budget = new(null, []);
    private int _connections;
    private int _taken;

    /// <param name="stopping">Mails in hand are finished, no more are begun.</param>
    /// <param name="cancellationToken">Mails in hand are given up.</param>
    public async Task<OutboxRoundEnd> RunAsync(CancellationToken stopping, CancellationToken cancellationToken)
    {
        using var stop = stopping.Register(_halt.Cancel);
        await using var brokenOff = cancellationToken.Register(_halt.Cancel);
        var end = new OutboxRoundEnd();
        await using var lastWords = cancellationToken.Register(() => _ledger.GiveUpAfter(OutboxLedger.LastWords));
        await using (_ledger)
        {
            _budget = await ReadBudgetAsync(cancellationToken);
            var mails = Channel.CreateBounded<OutboxItem>(new BoundedChannelOptions(tools.Options.ConnectionsPerMailbox)
            {
                SingleWriter = true,
            });
            _connections = tools.Options.ConnectionsPerMailbox;
            var workers = Enumerable.Range(0, _connections).Select(_ => Task.Run(() => WorkAsync(mails.Reader, end, cancellationToken), CancellationToken.None));
            var working = Task.WhenAll(workers);
            await FeedAsync(mails.Writer, end);
            await working;
        }

        end.Delivered = _taken;
        return end;
    }

    private async Task FeedAsync(ChannelWriter<OutboxItem> mails, OutboxRoundEnd end)
    {
        try
        {
            var reader = new OutboxReader(tools.Scopes, mailbox.Id, tools.Clock);
            for (var pages = 0; pages < MaxPages; pages++)
            {
                var page = await reader.NextPageAsync(_halt.Token);
                if (page.Count == 0)
                {
                    return;
                }

                foreach (var item in await NotSuppressedAsync(page))
                {
                    if (_budget.TrySpend(tools.Clock.GetUtcNow()) is { } until)
                    {
                        end.NotBefore = until;
                        return;
                    }

                    await mails.WriteAsync(item, _halt.Token);
                    if (!isWell)
                    {
                        return;
                    }
                }
            }
        }
        catch (OperationCanceledException) when (_halt.IsCancellationRequested)
        {
            // Whoever halted the round has said why.
        }
        catch (Exception e)
        {
            Interrupted(tools.Log, e, mailbox.Id);
            end.NotBefore = tools.Clock.GetUtcNow() + OutboxRoundEnd.AfterTrouble;
        }
        finally
        {
            mails.Complete();
        }
    }

    // Fails closed: where this cannot be asked, nothing is sent. The ledger asks again when the mail is begun.
    private async Task<IReadOnlyList<OutboxItem>> NotSuppressedAsync(IReadOnlyList<SentMail> page)
    {
        await using var scope = tools.Scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TickitiDbContext>();
        var now = tools.Clock.GetUtcNow();
        var suppressed = await SuppressedAddresses.OfAsync(
            db, page.SelectMany(mail => mail.Waiting).Select(one => one.Address), now, _halt.Token);
        var items = page.Select(mail => new OutboxItem(mail)).ToList();
        if (suppressed.Count == 0)
        {
            return items;
        }

        foreach (var item in items.Where(item => item.Pending.Any(one => suppressed.Contains(EmailAddress.KeyOf(one.Address)))))
        {
            SuppressedNow(tools.Log, item.Mail.Id);
            Suppress(item.Mail, suppressed);
            if (item.Mail.Status == SentMailStatus.Suppressed)
            {
                _ledger.Record(item, (mail, _) =>
                {
                    Suppress(mail, suppressed);
                    return null;
                });
            }
        }

        return [.. items.Where(item => item.Mail.Status == SentMailStatus.Queued)];
    }

    private static void Suppress(SentMail mail, IReadOnlySet<string> suppressed)
    {
        if (mail.Source is SentMailSource.Api or SentMailSource.Organization)
        {
            mail.SuppressWhole(suppressed, SuppressedWords);
        }
        else
        {
            mail.Suppress(suppressed, SuppressedWords);
        }
    }

    private async Task WorkAsync(ChannelReader<OutboxItem> mails, OutboxRoundEnd end, CancellationToken cancellationToken)
    {
        try
        {
            await SendAllAsync(mails, end, cancellationToken);
        }
        catch
        {
            // Else mails would be laid out for ever for somebody who does not come.
            await _halt.CancelAsync();
            throw;
        }
    }

    private async Task SendAllAsync(ChannelReader<OutboxItem> mails, OutboxRoundEnd end, CancellationToken cancellationToken)
    {
        await foreach (var item in mails.ReadAllAsync(CancellationToken.None))
        {
            if (_halt.IsCancellationRequested)
            {
                continue;
            }

            var fault = await SendAsync(item, end, cancellationToken);
            if (fault == DeliveryFault.None)
            {
                continue;
            }

            // A server that takes fewer connections than we would like still takes some.
            if (fault == DeliveryFault.CredentialsRefused || Interlocked.Decrement(ref _connections) == 0)
            {
                await _halt.CancelAsync();
            }
            else
            {
                return;
            }
        }
    }

    private async Task<DeliveryFault> SendAsync(OutboxItem item, OutboxRoundEnd end, CancellationToken cancellationToken)
    {
        var begin = new Begin(_ledger, item);
        try
        {
            using var share = await tools.Memory.TakeAsync(item.Mail, _halt.Token);
            var composed = await ComposeAsync(item, cancellationToken);
            if (composed is null)
            {
                return DeliveryFault.None;
            }

            share.ShrinkTo(composed.Bytes.Length);
            return Settle(item, composed, await transport.DeliverAsync(mailbox, composed, begin.RunAsync, cancellationToken), end);
        }
        catch (Exception e)
        {
            await NotDeliveredAsync(item, e, begin, end);
            return DeliveryFault.None;
        }
    }

    private DeliveryFault Settle(OutboxItem item, ComposedMail composed, DeliveryReport report, OutboxRoundEnd end)
    {
        if (report.Fault != DeliveryFault.None)
        {
            var state = report.Fault == DeliveryFault.CredentialsRefused ? MailboxState.CredentialsRefused : MailboxState.Retrying;
            end.Fail(state, report.Recipients[0].Words);
        }
        else
        {
            Interlocked.Increment(ref _taken);
        }

        // Refused credentials say nothing about the mail: it costs no try.
        if (report.Fault != DeliveryFault.CredentialsRefused)
        {
            // The bytes are not to wait in memory for the ledger.
            var recipients = composed.Recipients;
            _ledger.Record(item, (mail, now) => Record(mail, recipients, report, now));
        }

        return report.Fault;
    }

    private SentMailAttempt Record(
        SentMail mail, IReadOnlyList<SentMailRecipient> recipients, DeliveryReport report, DateTimeOffset now)
    {
        var attempt = DeliveryOutcome.Record(mail, report, recipients, now, Random.Shared.NextDouble());
        Tried(tools.Log, mail.Id, mail.AttemptCount, mail.Status, attempt.Code);
        return attempt;
    }

    private async Task<ComposedMail?> ComposeAsync(OutboxItem item, CancellationToken cancellationToken)
    {
        var contents = await ContentsAsync(item.Mail, cancellationToken);
        string why;
        try
        {
            var composed = ComposedMail.Of(item.Mail, contents, mailbox.ReturnPath);
            if (composed.Recipients.Count > 0)
            {
                return composed;
            }

            why = string.Join(' ', item.Mail.Waiting.Select(one => DeliveryOutcome.NoAddress(one.Address)));
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or KeyNotFoundException)
        {
            Impossible(tools.Log, e, item.Mail.Id);
            why = $"The mail cannot be written: {e.Message}";
        }

        _ledger.Record(item, (mail, now) => DeliveryOutcome.RecordImpossible(mail, why, now));
        return null;
    }

    private async Task<IReadOnlyDictionary<string, byte[]>> ContentsAsync(SentMail mail, CancellationToken cancellationToken)
    {
        if (mail.Attachments.Count == 0)
        {
            return ReadOnlyDictionary<string, byte[]>.Empty;
        }

        await using var scope = tools.Scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TickitiDbContext>();
        var hashes = mail.Attachments.Select(file => file.Sha256).Distinct().ToList();
        return await db.Blobs.AsNoTracking().Where(blob => hashes.Contains(blob.Sha256))
            .ToDictionaryAsync(blob => blob.Sha256, blob => blob.Content, cancellationToken);
    }

    private async Task NotDeliveredAsync(OutboxItem item, Exception why, Begin begin, OutboxRoundEnd end)
    {
        if (why is MailWithdrawnException)
        {
            return;
        }

        var isCancelled = why is OperationCanceledException;
        if (begin.IsDurable && !isCancelled)
        {
            // No transport should end like this; what it did before, nobody knows.
            _ledger.Record(item, (mail, now) => DeliveryOutcome.RecordUncertain(mail, $"Sending was broken off: {why.Message}", now));
        }
        else if (begin.WasAsked)
        {
            // A cancelled transport throws only as long as the end cannot have gone: it waits on, and no try is counted.
            _ledger.Withdraw(item);
        }

        if (!isCancelled)
        {
            Interrupted(tools.Log, why, mailbox.Id);
            end.NotBefore = tools.Clock.GetUtcNow() + OutboxRoundEnd.AfterTrouble;
        }

        await _halt.CancelAsync();
    }

    private async Task<HourlyBudget> ReadBudgetAsync(CancellationToken cancellationToken)
    {
        if (mailbox.HourlyBudget is not { } limit)
        {
            return new HourlyBudget(null, []);
        }

        await using var scope = tools.Scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TickitiDbContext>();
        var since = tools.Clock.GetUtcNow() - HourlyBudget.Window;
        var latest = await db.SentMails.AsNoTracking()
            .Where(mail => mail.MailboxId == mailbox.Id && mail.SentAt > since)
            .OrderByDescending(mail => mail.SentAt).Take(limit)
            .Select(mail => mail.SentAt!.Value)
            .ToListAsync(cancellationToken);
        latest.Reverse();
        return new HourlyBudget(limit, latest);
    }

    private const string SuppressedWords = "The recipient is suppressed: nothing is sent to this address.";

    [LoggerMessage(Level = LogLevel.Information, Message = "Sent mail {SentMailId}: try {Attempt} ended as {Status} (reply {Code}).")]
    private static partial void Tried(ILogger logger, long sentMailId, int attempt, SentMailStatus status, int code);

    [LoggerMessage(Level = LogLevel.Information, Message = "Sent mail {SentMailId}: a recipient is suppressed.")]
    private static partial void SuppressedNow(ILogger logger, long sentMailId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Sent mail {SentMailId} cannot be written.")]
    private static partial void Impossible(ILogger logger, Exception exception, long sentMailId);

    [LoggerMessage(Level = LogLevel.Error, Message = "Sending for mailbox {MailboxId} was interrupted; it goes on shortly.")]
    private static partial void Interrupted(ILogger logger, Exception exception, long mailboxId);

    /// <summary>The mark of a mail, and how far it came.</summary>
    private sealed class Begin(OutboxLedger ledger, OutboxItem item)
    {
        public bool WasAsked { get; private set; }

        public bool IsDurable { get; private set; }

        public async ValueTask RunAsync(CancellationToken cancellationToken)
        {
            WasAsked = true;
            await ledger.BeginAsync(item, cancellationToken);
            IsDurable = true;
        }
    }
}
