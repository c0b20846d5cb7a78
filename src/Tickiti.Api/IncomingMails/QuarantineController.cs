using Microsoft.AspNetCore.Mvc;
using Tickiti.Api.Common;
using Tickiti.Application.IncomingMails;
using Tickiti.Domain.Tokens;

namespace Tickiti.Api.IncomingMails;

[Route("api/v1/mail/quarantine")]
public sealed class QuarantineController : TickitiController
{
    /// <summary>Lists the mails that could not be handled, newest first.</summary>
    [HttpPost]
    [Ability(Ability.MailRead)]
    [Answers<QuarantinePage>]
    public Task<IActionResult> List([FromJson] ListQuarantine request, CancellationToken cancellationToken) =>
        Send(request, page => page, cancellationToken);

    /// <summary>Reads the bytes of one, whole or a range of them.</summary>
    [HttpPost("raw")]
    [Ability(Ability.MailRead)]
    [Answers<RawMail>]
    public Task<IActionResult> Raw([FromJson] ReadQuarantined request, CancellationToken cancellationToken) =>
        Send(request, raw => raw, cancellationToken);

    /// <summary>Handles one once more, as if it came now.</summary>
    [HttpPost("retry")]
    [Ability(Ability.MailWrite)]
    [Answers<QuarantinedRetried>]
    public Task<IActionResult> Retry([FromJson] RetryQuarantined request, CancellationToken cancellationToken) =>
        Send(request, retried => retried, cancellationToken);

    /// <summary>Takes one out of quarantine without handling it.</summary>
    [HttpPost("discard")]
    [Ability(Ability.MailWrite)]
    [Answers<QuarantinedDiscarded>]
    public Task<IActionResult> Discard([FromJson] DiscardQuarantined request, CancellationToken cancellationToken) =>
        Send(request, discarded => discarded, cancellationToken);
}
