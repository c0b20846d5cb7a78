using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Interventions;

namespace Tickiti.Application.Interventions;

/// <summary>Deletes an intervention. Its tickets stay; calls that wait for it are cancelled.</summary>
public sealed record DeleteIntervention(long? InterventionId) : ICommand<InterventionDeleted>;

public sealed record InterventionDeleted(long InterventionId);

internal sealed class DeleteInterventionValidator : AbstractValidator<DeleteIntervention>
{
    public DeleteInterventionValidator() => RuleFor(command => command.InterventionId).MustBeGiven();
}

internal sealed class DeleteInterventionHandler(ITickitiDb db) : ICommandHandler<DeleteIntervention, InterventionDeleted>
{
    public async Task<Result<InterventionDeleted>> Handle(DeleteIntervention command, CancellationToken cancellationToken)
    {
        var id = command.InterventionId!.Value;
        if (await db.Interventions.That(new InterventionWithId(id)).FirstOrDefaultAsync(cancellationToken) is not { } intervention)
        {
            return InterventionErrors.NotFound(id);
        }

        intervention.Delete();
        db.Interventions.Remove(intervention);
        return new InterventionDeleted(id);
    }
}
