using NUnit.Framework;
using Shouldly;
using Tickiti.Domain.SentMails;
using Tickiti.Infrastructure.SentMails;

namespace Tickiti.UnitTests.SentMails;

public sealed class OutboxMemoryTests
{
    private const int Megabyte = 1024 * 1024;
    private const int Budget = 64 * Megabyte;

    [Test]
    public async Task Take_OfManyMails_StaysWithinTheBudgetAndServesAll()
    {
        var memory = new OutboxMemory(Budget);
        var random = new Random(20261126);
        var sizes = Enumerable.Range(0, 400).Select(_ => random.Next(4) == 0 ? random.Next(Megabyte, 8 * Megabyte) : random.Next(Megabyte / 10, Megabyte)).ToList();
        var (inWork, most) = (0L, 0L);

        await Task.WhenAll(sizes.Select(size => Task.Run(async () =>
        {
            using var share = await memory.TakeAsync(MailOf(size), CancellationToken.None);
            var now = Interlocked.Add(ref inWork, (long)size * OutboxMemory.Copies);
            InterlockedMax(ref most, now);
            await Task.Yield();
            Interlocked.Add(ref inWork, -(long)size * OutboxMemory.Copies);
        }))).WaitAsync(TimeSpan.FromSeconds(60));

        most.ShouldBeInRange(Budget / 4, Budget);
        inWork.ShouldBe(0);
    }

    [Test]
    public async Task Take_OfMoreThanThereIs_GoesAloneAmongTheLarge()
    {
        var memory = new OutboxMemory(Budget);
        var huge = await memory.TakeAsync(MailOf(10 * Budget), CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromSeconds(10));

        var large = memory.TakeAsync(MailOf(2 * Megabyte), CancellationToken.None).AsTask();

        large.IsCompleted.ShouldBeFalse();
        huge.Dispose();
        (await large.WaitAsync(TimeSpan.FromSeconds(10))).Dispose();
    }

    [Test]
    public async Task Take_OfASmallMail_DoesNotWaitForLargeOnes()
    {
        var memory = new OutboxMemory(Budget);
        using var huge = await memory.TakeAsync(MailOf(Budget), CancellationToken.None);
        var waiting = memory.TakeAsync(MailOf(Budget), CancellationToken.None).AsTask();

        for (var i = 0; i < 1000; i++)
        {
            (await memory.TakeAsync(MailOf(Megabyte), CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromSeconds(10))).Dispose();
        }

        waiting.IsCompleted.ShouldBeFalse();
    }

    [Test]
    public async Task Take_OfATinyMail_NeverWaits()
    {
        var memory = new OutboxMemory(Budget);
        var taken = new List<Task<OutboxMemory.Share>>();
        do
        {
            taken.Add(memory.TakeAsync(MailOf(Megabyte), CancellationToken.None).AsTask());
        }
        while (taken[^1].IsCompleted);

        for (var i = 0; i < 1000; i++)
        {
            await memory.TakeAsync(MailOf(60_000), CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromSeconds(10));
        }

        taken[^1].IsCompleted.ShouldBeFalse();
    }

    [Test]
    public async Task Take_WhenOthersAreComposed_NeedNotWaitForTheirServers()
    {
        var memory = new OutboxMemory(Budget);
        var composed = new List<OutboxMemory.Share>();
        for (var i = 0; i < 9; i++)
        {
            var share = await memory.TakeAsync(MailOf(Megabyte), CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromSeconds(10));
            share.ShrinkTo(Megabyte + (Megabyte / 3));
            composed.Add(share);
        }

        // What is composed counts, once.
        var next = memory.TakeAsync(MailOf(Megabyte), CancellationToken.None).AsTask();
        next.IsCompleted.ShouldBeFalse();
        composed.ForEach(share => share.Dispose());
        composed.ForEach(share => share.Dispose());
        using var all = await next.WaitAsync(TimeSpan.FromSeconds(10));
        all.ShrinkTo(long.MaxValue);
        var full = Enumerable.Range(0, 3).Select(_ => memory.TakeAsync(MailOf(Megabyte), CancellationToken.None).AsTask()).ToList();
        full.Count(one => one.IsCompleted).ShouldBe(2);
    }

    [Test]
    public async Task Take_WhenGivenUp_LetsTheNextOnePass()
    {
        var memory = new OutboxMemory(Budget);
        var first = await memory.TakeAsync(MailOf(4 * Megabyte), CancellationToken.None);
        using var giveUp = new CancellationTokenSource();
        var tooLarge = memory.TakeAsync(MailOf(Budget), giveUp.Token).AsTask();
        var behind = memory.TakeAsync(MailOf(2 * Megabyte), CancellationToken.None).AsTask();

        behind.IsCompleted.ShouldBeFalse();
        await giveUp.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(tooLarge);
        (await behind.WaitAsync(TimeSpan.FromSeconds(10))).Dispose();
        first.Dispose();
    }

    private static void InterlockedMax(ref long most, long now)
    {
        for (var seen = Volatile.Read(ref most); now > seen;)
        {
            var before = Interlocked.CompareExchange(ref most, now, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }

    private static SentMail MailOf(long size) => SentMail.Write(
        1,
        new OutgoingMail
        {
            MailboxId = 1,
            MailboxName = "local",
            FromAddress = "support@desk.test",
            To = ["a@customer.test"],
            Subject = "Hello",
            MessageId = "1@desk.test",
            Source = SentMailSource.Api,
            Attachments = [new SentMailAttachment(1, 0, "file", "text/plain", new string('0', 64), size, null)],
        },
        DateTimeOffset.UnixEpoch);
}
