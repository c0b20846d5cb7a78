using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Interventions;

namespace Tickiti.Application.Interventions;

/// <summary>Changes the fields that are given.</summary>
public sealed record ChangeIntervention : InterventionFields, ICommand<InterventionRead>
{
    public long? InterventionId { get; init; }
}

internal sealed class ChangeInterventionValidator : AbstractValidator<ChangeIntervention>
{
    public ChangeInterventionValidator(EpilogTargets targets)
    {
        RuleFor(command => command.InterventionId).MustBeGiven();
        RuleFor(command => command.Title).NotBlank().When(command => command.Title is not null);
        this.CheckFields(targets);
    }
}

internal sealed class ChangeInterventionHandler(ITickitiDb db, TimeProvider clock) : ICommandHandler<ChangeIntervention, InterventionRead>
{
    public async Task<Result<InterventionRead>> Handle(ChangeIntervention command, CancellationToken cancellationToken)
    {
        var id = command.InterventionId!.Value;
        if (await db.Interventions.That(new InterventionWithId(id)).FirstOrDefaultAsync(cancellationToken) is not { } intervention)
        {
            return InterventionErrors.NotFound(id);
        }

        var queue = await db.QueueOfAsync(command, intervention, cancellationToken);
        if (queue.Error is { } refusal)
        {
            return refusal;
        }

        var changed = intervention.Change(command.Over(intervention.Present, queue.Value), clock.GetUtcNow());
        return changed.Error is { } incomplete ? incomplete : InterventionRead.Of(intervention);
    }
}
