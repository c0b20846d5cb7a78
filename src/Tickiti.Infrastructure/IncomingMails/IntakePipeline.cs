using System.Threading.Channels;
using Tickiti.Application.IncomingMails;
using Tickiti.Domain.IncomingMails;
using Tickiti.Infrastructure.Mail;

namespace Tickiti.Infrastructure.IncomingMails;

/// <summary>
/// Three things at a time: the socket fetches one batch, another thread reads the one before it, and the one before that is
/// committed. What is committed and due is deleted between two batches of the socket.
/// </summary>
internal sealed class IntakePipeline(
    IMailSource source,
    BatchCommitter committer,
    MemoryBudget memory,
    Action<MailSource> brokeOffAt,
    MailboxPollingOptions options,
    TimeProvider clock)
{
    /// <summary>A batch ends early with large mails.</summary>
    private const long MaxBatchBytes = 8 * 1024 * 1024;

    /// <summary>A mail as it came, and what is decoded of it.</summary>
    private const int Copies = 2;

    private readonly Channel<Batch> _fetched = Channel.CreateBounded<Batch>(1);
    private readonly Channel<TakenMail> _deletable = Channel.CreateUnbounded<TakenMail>();

    /// <summary>How many mails have got their row.</summary>
    public int TakenCount { get; private set; }

    /// <summary>Rows whose copy the source agreed to delete.</summary>
    public List<long> Deleted { get; } = [];

    /// <param name="mails">Without a row so far.</param>
    /// <param name="stopping">Nothing more is fetched; what is in hand is committed.</param>
    public async Task RunAsync(IReadOnlyList<ListedMail> mails, CancellationToken stopping)
    {
        using var failing = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var committing = CommitAsync(failing);
        try
        {
            foreach (var batch in Batches(mails))
            {
                await FetchAsync(batch, failing.Token);
                await DeleteAsync(failing.Token);
            }
        }
        catch (OperationCanceledException) when (committing.IsFaulted)
        {
            // The reason comes with the task below.
        }
        finally
        {
            _fetched.Writer.Complete();
            try
            {
                await committing;
            }
            finally
            {
                ReleaseTheRest();
            }
        }

        await DeleteAsync(stopping);
    }

    private async Task FetchAsync(List<ListedMail> batch, CancellationToken cancellationToken)
    {
        var taken = await memory.TakeAsync(Copies * batch.Sum(mail => Math.Min(mail.Source.Size, options.MaxMailBytes)), cancellationToken);
        var part = new Part([], 0);
        try
        {
            try
            {
                await foreach (var mail in source.FetchAsync(batch, cancellationToken))
                {
                    NoteRefusal(mail);
                    part = part.With(mail);
                    if (part.Bytes >= MaxBatchBytes)
                    {
                        // More than was listed may come: it is handed over in parts, and each waits until the one before it is taken.
                        taken = await HandOverAsync(part, taken, cancellationToken);
                        part = new Part([], 0);
                    }
                }
            }
            catch (MailSourceException broke) when (broke.At is { } at)
            {
                brokeOffAt(at.Source);
                throw;
            }
            finally
            {
                // Also what came before the connection broke: a server that breaks it often gets its mail fetched all the same.
                taken = await HandOverAsync(part, taken, cancellationToken);
            }
        }
        finally
        {
            memory.Release(taken);
        }
    }

    /// <returns>What of the memory is left to give back: none, once it goes with a part.</returns>
    private async Task<long> HandOverAsync(Part part, long taken, CancellationToken cancellationToken)
    {
        if (part.Mails.Count > 0)
        {
            var reading = Task.Run(() => ReadAsync(part.Mails), CancellationToken.None);
            await _fetched.Writer.WriteAsync(new Batch(reading, taken), cancellationToken);
            return 0;
        }

        return taken;
    }

    // Else the same refused mails could fill round after round.
    private void NoteRefusal(FetchedMail mail)
    {
        if (mail.Outcome == FetchOutcome.Refused)
        {
            brokeOffAt(mail.Listed.Source);
        }
    }

    private async Task<List<ParsedMail>> ReadAsync(List<FetchedMail> fetched)
    {
        var parsed = new List<ParsedMail>(fetched.Count);
        foreach (var mail in fetched.Where(mail => mail.Outcome != FetchOutcome.Refused))
        {
            parsed.Add(await ParsedMail.ReadWithinAsync(mail, options.TimeAMail, clock, CancellationToken.None));
        }

        return parsed;
    }

    private async Task CommitAsync(CancellationTokenSource failing)
    {
        try
        {
            while (await _fetched.Reader.WaitToReadAsync(CancellationToken.None))
            {
                await CommitNextAsync();
            }
        }
        catch
        {
            await failing.CancelAsync();
            throw;
        }
    }

    // The bytes of a batch are free for others only when nothing here refers to its mails any more.
    private async Task CommitNextAsync()
    {
        if (!_fetched.Reader.TryRead(out var batch))
        {
            return;
        }

        var (reading, bytes) = (batch.Reading, batch.Bytes);
        batch = null;
        try
        {
            var committing = CommitAsync(reading);
            reading = null;
            await committing;
        }
        finally
        {
            memory.Release(bytes);
        }
    }

    private void ReleaseTheRest()
    {
        while (_fetched.Reader.TryRead(out var left))
        {
            memory.Release(left.Bytes);
        }
    }

    private async Task CommitAsync(Task<List<ParsedMail>> reading)
    {
        var batch = await reading;
        if (batch.Count == 0)
        {
            return;
        }

        var taken = await committer.CommitAsync(batch);
        var now = clock.GetUtcNow();
        foreach (var mail in taken)
        {
            TakenCount++;
            if (mail.Id is not null && mail.DeleteDueAt <= now)
            {
                _deletable.Writer.TryWrite(mail);
            }
        }
    }

    private async Task DeleteAsync(CancellationToken cancellationToken)
    {
        var due = new Dictionary<ListedMail, long>();
        while (_deletable.Reader.TryRead(out var mail))
        {
            due.Add(mail.Listed, mail.Id!.Value);
        }

        if (due.Count > 0)
        {
            Deleted.AddRange((await source.DeleteAsync([.. due.Keys], cancellationToken)).Select(mail => due[mail]));
        }
    }

    private IEnumerable<List<ListedMail>> Batches(IReadOnlyList<ListedMail> mails)
    {
        var (batch, bytes) = (new List<ListedMail>(), 0L);
        foreach (var mail in mails)
        {
            if (batch.Count > 0 && (batch.Count == options.BatchSize || bytes + mail.Source.Size > MaxBatchBytes))
            {
                yield return batch;
                (batch, bytes) = ([], 0);
            }

            batch.Add(mail);
            bytes += mail.Source.Size;
        }

        if (batch.Count > 0)
        {
            yield return batch;
        }
    }

    private sealed record Part(List<FetchedMail> Mails, long Bytes)
    {
        public Part With(FetchedMail mail)
        {
            Mails.Add(mail);
            return this with { Bytes = Bytes + mail.Raw.Length };
        }
    }

    private sealed record Batch(Task<List<ParsedMail>> Reading, long Bytes);
}
