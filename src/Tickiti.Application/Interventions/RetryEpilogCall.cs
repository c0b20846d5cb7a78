using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Interventions;

namespace Tickiti.Application.Interventions;

/// <summary>Makes a call again, now: one that failed, was cancelled, or waits for its time.</summary>
public sealed record RetryEpilogCall(long? Id) : ICommand<EpilogCallRetried>;

public sealed record EpilogCallRetried(long Id, EpilogStatus Status);

internal sealed class RetryEpilogCallValidator : AbstractValidator<RetryEpilogCall>
{
    public RetryEpilogCallValidator() => RuleFor(command => command.Id).MustBeGiven();
}

internal sealed class RetryEpilogCallHandler(ITickitiDb db, TimeProvider clock) : ICommandHandler<RetryEpilogCall, EpilogCallRetried>
{
    public async Task<Result<EpilogCallRetried>> Handle(RetryEpilogCall command, CancellationToken cancellationToken)
    {
        var id = command.Id!.Value;
        if (await db.EpilogCalls.FirstOrDefaultAsync(call => call.Id == id, cancellationToken) is not { } call)
        {
            return InterventionErrors.CallNotFound(id);
        }

        return call.Retry(clock.GetUtcNow()).Error is { } refused ? refused : new EpilogCallRetried(id, call.Status);
    }
}
