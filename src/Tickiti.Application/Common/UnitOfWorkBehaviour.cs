using MediatR;
using Tickiti.Application.Idempotency;
using Tickiti.Domain.Common;

namespace Tickiti.Application.Common;

/// <summary>
/// Saves what a command's handler staged, together with the audit rows and the stored answer, in one transaction. When
/// someone else's write came first the handler runs again from its start, on fresh rows: it will answer what is true then.
/// </summary>
internal sealed class UnitOfWorkBehaviour<TRequest, TResponse>(
    ITickitiDb db, IDirectory directory, SetWrites sets, IdempotencyScope scope, TimeProvider clock)
    : IPipelineBehavior<TRequest, TResponse>
    where TRequest : ICommand
    where TResponse : IResult<TResponse>
{
    // Many answers to one ticket at once is the worst that happens in earnest; each try lets one of them through.
    private const int MaxTries = 50;

    public async Task<TResponse> Handle(
        TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResponse> next)
    {
        var began = clock.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            var result = await next();
            if (result.Error is not null)
            {
                db.ChangeTracker.Clear();
                sets.Clear();
                return result;
            }

            scope.StageAnswer(db, result.Boxed!);
            try
            {
                await SaveAsync(cancellationToken);
                return result;
            }
            catch (WriteConflictException conflict) when (attempt < MaxTries)
            {
                db.ChangeTracker.Clear();
                sets.Clear();
                directory.Forget();
                await scope.ThrowIfKeyIsTakenAsync(db, cancellationToken);
                if (conflict.IsBlocked)
                {
                    scope.ThrowIfTriedFor(clock.GetElapsedTime(began));
                }

                await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(2 * attempt)), clock, cancellationToken);
            }
        }
    }

    private async Task SaveAsync(CancellationToken cancellationToken)
    {
        if (sets.HasAny)
        {
            await db.WriteAsync(sets.RunAsync, cancellationToken);
            sets.Clear();
        }
        else
        {
            await db.SaveChangesAsync(cancellationToken);
        }
    }
}
