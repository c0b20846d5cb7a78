using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Idempotency;

namespace Tickiti.Application.Idempotency;

/// <summary>
/// Runs a keyed request at most once. The answer is inserted with the effect and looked up only when that collides, so a
/// fresh key costs no extra round trip; a refusal looks too, because the key may be a replay whose request would be refused
/// by now.
/// </summary>
public sealed class IdempotentRunner(ITickitiDb db, IdempotencyScope scope, IdempotencyKeysInWork keys, AnswerSeal seal)
{
    /// <param name="request">The key and what it is for.</param>
    /// <param name="send">The work.</param>
    /// <param name="render">Writes the answer to a success; it is stored.</param>
    /// <param name="cancellationToken">Stops the wait for another request with the key, and the work.</param>
    /// <returns>The answer, fresh or replayed, or the refusal; a refusal is not stored.</returns>
    public async Task<Result<StoredAnswer>> RunAsync<T>(
        IdempotencyRequest request,
        Func<CancellationToken, Task<Result<T>>> send,
        Func<T, StoredAnswer> render,
        CancellationToken cancellationToken)
    {
        using var turn = await keys.TakeTurnAsync(request, cancellationToken);
        if (turn is null)
        {
            return IdempotencyErrors.KeyInProgress;
        }

        if (keys.Recent(request) is { } recent)
        {
            return Replay(recent, request);
        }

        scope.Begin(request, value => render((T)value));
        try
        {
            var result = await send(cancellationToken);
            if (result.Error is { } error)
            {
                return await FindAsync(request, cancellationToken) is { } earlier ? Replay(earlier, request) : error;
            }

            keys.Remember(scope.Record!);
            return new StoredAnswer(scope.Record!.StatusCode, seal.Open(scope.Record.Body));
        }
        catch (IdempotencyKeyTakenException)
        {
            var earlier = await FindAsync(request, cancellationToken);
            return earlier is null ? IdempotencyErrors.KeyInProgress : Replay(earlier, request);
        }
        finally
        {
            scope.End();
        }
    }

    private Result<StoredAnswer> Replay(IdempotencyRecord record, IdempotencyRequest request) =>
        record.Answers(request.Action, request.PayloadHash)
            ? new StoredAnswer(record.StatusCode, seal.Open(record.Body), IsReplay: true)
            : IdempotencyErrors.KeyConflict;

    private async Task<IdempotencyRecord?> FindAsync(IdempotencyRequest request, CancellationToken cancellationToken)
    {
        var record = await db.IdempotencyRecords.AsNoTracking().FirstOrDefaultAsync(
            one => one.TokenId == request.TokenId && one.Key == request.Key, cancellationToken);
        if (record is not null)
        {
            keys.Remember(record);
        }

        return record;
    }
}
