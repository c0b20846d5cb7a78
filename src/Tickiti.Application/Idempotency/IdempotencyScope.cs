using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Idempotency;

namespace Tickiti.Application.Idempotency;

/// <summary>A keyed request: whose key, for what, and with which payload.</summary>
/// <param name="PayloadHash">SHA-256 of the canonical payload (RFC 8785), lower-case hex.</param>
public sealed record IdempotencyRequest(long TokenId, string Key, string Action, string PayloadHash);

/// <summary>An answer as it goes over the wire, so that a replay is the same byte for byte.</summary>
public sealed record StoredAnswer(int StatusCode, byte[] Body, bool IsReplay = false)
{
    /// <summary>It tells a secret that is kept nowhere else; it is stored protected.</summary>
    public bool HasSecret { get; init; }
}

/// <summary>
/// The key of the request at hand, if it has one, and how its answer is written: what the unit of work needs to store the
/// answer in the transaction of the effect.
/// </summary>
public sealed class IdempotencyScope(TimeProvider clock, AnswerSeal seal)
{
    private IdempotencyRequest? _request;
    private Func<object, StoredAnswer>? _render;

    /// <summary>The record staged for the answer, once the handler succeeded.</summary>
    public IdempotencyRecord? Record { get; private set; }

    public void Begin(IdempotencyRequest request, Func<object, StoredAnswer> render)
    {
        _request = request;
        _render = render;
        Record = null;
    }

    public void End()
    {
        _request = null;
        _render = null;
    }

    internal void StageAnswer(ITickitiDb db, object value)
    {
        if (_request is null)
        {
            return;
        }

        var answer = _render!(value);
        Record = IdempotencyRecord.Of(
            _request.TokenId,
            _request.Key,
            _request.Action,
            _request.PayloadHash,
            answer.StatusCode,
            seal.Close(answer),
            clock.GetUtcNow());
        db.IdempotencyRecords.Add(Record);
    }

    internal async Task ThrowIfKeyIsTakenAsync(ITickitiDb db, CancellationToken cancellationToken)
    {
        if (_request is { } request && await db.IdempotencyRecords.AnyAsync(
            record => record.TokenId == request.TokenId && record.Key == request.Key, cancellationToken))
        {
            throw new IdempotencyKeyTakenException();
        }
    }

    /// <summary>Who may repeat the request does not wait for ever for another write that does not end: likely one with his key.</summary>
    internal void ThrowIfTriedFor(TimeSpan time)
    {
        if (_request is not null && time >= IdempotencyKeysInWork.Patience)
        {
            throw new IdempotencyKeyTakenException();
        }
    }
}

/// <summary>Another request with this key committed first, and its answer is ours too; or it is about to, and has not yet.</summary>
public sealed class IdempotencyKeyTakenException() : Exception("The idempotency key was used by another request just now.");
