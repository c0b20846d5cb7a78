using NUnit.Framework;
using Shouldly;
using Tickiti.Application.Idempotency;
using Tickiti.Domain.Idempotency;
using Tickiti.Testing;

namespace Tickiti.UnitTests.Idempotency;

public sealed class IdempotencyKeysInWorkTests
{
    private static readonly IdempotencyRequest Request = new(1, "key", "action", "hash");
    private readonly ShiftedClock _clock = new();

    [Test]
    public void Recent_OfAnAnswerJustGiven_IsThatAnswer() => Remembering().Recent(Request).ShouldNotBeNull();

    [Test]
    public void Recent_OfAnotherTokensKey_IsNothing() => Remembering().Recent(Request with { TokenId = 2 }).ShouldBeNull();

    // The database forgets a key after a while; no node may go on replaying it.
    [Test]
    public void Recent_OfAnAnswerGivenLongAgo_IsNothing()
    {
        var keys = Remembering();

        _clock.Advance(TimeSpan.FromHours(1));

        keys.Recent(Request).ShouldBeNull();
    }

    [Test]
    public void Remember_WhenThereAreMany_ForgetsTheOldestAlone()
    {
        var keys = Remembering();
        var later = Enumerable.Range(0, 10_000).Select(i => Request with { Key = $"later-{i}" }).ToList();

        later.ForEach(request => Remember(keys, request));

        keys.Recent(Request).ShouldBeNull();
        later.ShouldAllBe(request => keys.Recent(request) != null);
    }

    private IdempotencyKeysInWork Remembering()
    {
        var keys = new IdempotencyKeysInWork(_clock);
        Remember(keys, Request);
        return keys;
    }

    private void Remember(IdempotencyKeysInWork keys, IdempotencyRequest request) => keys.Remember(IdempotencyRecord.Of(
        request.TokenId, request.Key, request.Action, request.PayloadHash, 200, "{}"u8.ToArray(), _clock.GetUtcNow()));
}
