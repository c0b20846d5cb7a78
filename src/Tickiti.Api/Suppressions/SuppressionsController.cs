using Microsoft.AspNetCore.Mvc;
using Tickiti.Api.Common;
using Tickiti.Application.Suppressions;
using Tickiti.Domain.Tokens;

namespace Tickiti.Api.Suppressions;

[Route("api/v1/mail/suppressions")]
public sealed class SuppressionsController : TickitiController
{
    /// <summary>Lists the addresses that nothing is sent to, newest first.</summary>
    [HttpPost]
    [Ability(Ability.MailRead)]
    [Answers<SuppressionPage>]
    public Task<IActionResult> List([FromJson] ListSuppressions request, CancellationToken cancellationToken) =>
        Send(request, page => page, cancellationToken);

    /// <summary>Suppresses an address; one that is suppressed already gets the new reason and note.</summary>
    [HttpPost("create")]
    [Ability(Ability.MailWrite)]
    [Answers<SuppressionAnswer>]
    public Task<IActionResult> Create([FromJson] AddSuppression request, CancellationToken cancellationToken) =>
        Send(request, suppression => new SuppressionAnswer(suppression), cancellationToken);

    /// <summary>Lets mail be sent to an address again.</summary>
    [HttpPost("delete")]
    [Ability(Ability.MailWrite)]
    [Answers<SuppressionRemoved>]
    public Task<IActionResult> Delete([FromJson] RemoveSuppression request, CancellationToken cancellationToken) =>
        Send(request, removed => removed, cancellationToken);
}

public sealed record SuppressionAnswer(SuppressionRead Suppression);
