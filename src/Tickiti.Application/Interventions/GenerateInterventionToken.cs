using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Interventions;

namespace Tickiti.Application.Interventions;

/// <summary>Makes a new token. For a day calls are signed with the one before, too, so that the other side can change over.</summary>
public sealed record GenerateInterventionToken(long? InterventionId) : ICommand<InterventionToken>;

internal sealed class GenerateInterventionTokenValidator : AbstractValidator<GenerateInterventionToken>
{
    public GenerateInterventionTokenValidator() => RuleFor(command => command.InterventionId).MustBeGiven();
}

internal sealed class GenerateInterventionTokenHandler(ITickitiDb db, ISecretKeeper secrets, TimeProvider clock)
    : ICommandHandler<GenerateInterventionToken, InterventionToken>
{
    public async Task<Result<InterventionToken>> Handle(GenerateInterventionToken command, CancellationToken cancellationToken)
    {
        var id = command.InterventionId!.Value;
        if (await db.Interventions.That(new InterventionWithId(id)).FirstOrDefaultAsync(cancellationToken) is not { } intervention)
        {
            return InterventionErrors.NotFound(id);
        }

        var token = AddInterventionHandler.NewToken();
        intervention.ReplaceToken(secrets.Protect(InterventionSecrets.Purpose, token), clock.GetUtcNow());
        return new InterventionToken(InterventionRead.Of(intervention), token);
    }
}
