using Microsoft.AspNetCore.Mvc;
using Tickiti.Api.Common;
using Tickiti.Application.Interventions;
using Tickiti.Domain.Tokens;

namespace Tickiti.Api.Interventions;

[Route("api/v1/workflow/interventions")]
public sealed class InterventionsController : TickitiController
{
    /// <summary>Lists all interventions; never their tokens.</summary>
    [HttpPost]
    [Ability(Ability.WorkflowRead)]
    [Answers<InterventionList>]
    public Task<IActionResult> List(CancellationToken cancellationToken) =>
        Send(new ListInterventions(), all => new InterventionList(all), cancellationToken);

    /// <summary>Adds an intervention and tells the token that signs its calls, once.</summary>
    [HttpPost("create")]
    [Ability(Ability.WorkflowWrite)]
    [Answers<InterventionToken>]
    public Task<IActionResult> Create([FromJson] AddIntervention command, CancellationToken cancellationToken) =>
        SendAnswering(command, added => Answer(added) with { HasSecret = true }, cancellationToken);

    /// <summary>Changes the fields that are given.</summary>
    [HttpPost("update")]
    [Ability(Ability.WorkflowWrite)]
    [Answers<OneIntervention>]
    public Task<IActionResult> Update([FromJson] ChangeIntervention command, CancellationToken cancellationToken) =>
        Send(command, intervention => new OneIntervention(intervention), cancellationToken);

    /// <summary>Deletes an intervention; calls that wait for it are cancelled.</summary>
    [HttpPost("delete")]
    [Ability(Ability.WorkflowWrite)]
    [Answers<InterventionDeleted>]
    public Task<IActionResult> Delete([FromJson] DeleteIntervention command, CancellationToken cancellationToken) =>
        Send(command, deleted => deleted, cancellationToken);

    /// <summary>Makes a new token and tells it, once; the one before stays good for a day.</summary>
    [HttpPost("generate-token")]
    [Ability(Ability.WorkflowWrite)]
    [Answers<InterventionToken>]
    public Task<IActionResult> GenerateToken([FromJson] GenerateInterventionToken command, CancellationToken cancellationToken) =>
        SendAnswering(command, made => Answer(made) with { HasSecret = true }, cancellationToken);

    /// <summary>Lists the epilog calls with their tries, the newest first.</summary>
    [HttpPost("calls")]
    [Ability(Ability.WorkflowRead)]
    [Answers<EpilogCallPage>]
    public Task<IActionResult> Calls([FromJson] ListEpilogCalls query, CancellationToken cancellationToken) =>
        Send(query, page => page, cancellationToken);

    /// <summary>Makes an epilog call again, now.</summary>
    [HttpPost("calls/retry")]
    [Ability(Ability.WorkflowWrite)]
    [Answers<EpilogCallRetried>]
    public Task<IActionResult> Retry([FromJson] RetryEpilogCall command, CancellationToken cancellationToken) =>
        Send(command, retried => retried, cancellationToken);
}

public sealed record OneIntervention(InterventionRead Intervention);

public sealed record InterventionList(IReadOnlyList<InterventionRead> Interventions);
