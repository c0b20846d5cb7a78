using System.Security.Cryptography;
using FluentValidation;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Interventions;

namespace Tickiti.Application.Interventions;

/// <summary>Adds an intervention; its token is told in the answer and never again.</summary>
public sealed record AddIntervention : InterventionFields, ICommand<InterventionToken>;

internal sealed class AddInterventionValidator : AbstractValidator<AddIntervention>
{
    public AddInterventionValidator(EpilogTargets targets)
    {
        RuleFor(command => command.Name).NotBlank();
        RuleFor(command => command.Title).NotBlank();
        RuleFor(command => command.QueueName).NotBlank();
        this.CheckFields(targets);
    }
}

internal sealed class AddInterventionHandler(ITickitiDb db, IIds ids, ISecretKeeper secrets, TimeProvider clock)
    : ICommandHandler<AddIntervention, InterventionToken>
{
    private const int TokenBytes = 32;
    private static readonly InterventionContent Blank = new("", "", 0, RemoteEnabled: false, null, null);

    public static string NewToken() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TokenBytes));

    public async Task<Result<InterventionToken>> Handle(AddIntervention command, CancellationToken cancellationToken)
    {
        var queue = await db.QueueOfAsync(command, present: null, cancellationToken);
        if (queue.Error is { } refusal)
        {
            return refusal;
        }

        var token = NewToken();
        var added = Intervention.Add(
            await ids.NextAsync<Intervention>(cancellationToken),
            command.Over(Blank, queue.Value),
            secrets.Protect(InterventionSecrets.Purpose, token),
            clock.GetUtcNow());
        if (added.Error is { } incomplete)
        {
            return incomplete;
        }

        db.Interventions.Add(added.Value);
        return new InterventionToken(InterventionRead.Of(added.Value), token);
    }
}
