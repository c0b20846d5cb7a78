using Microsoft.AspNetCore.Mvc;
using Tickiti.Api.Common;
using Tickiti.Application.ExcludedEmails;
using Tickiti.Domain.Tokens;

namespace Tickiti.Api.ExcludedEmails;

[Route("api/v1/mail/excluded-emails")]
public sealed class ExcludedEmailsController : TickitiController
{
    /// <summary>Lists the excluded emails: mail of these senders makes no ticket.</summary>
    [HttpPost]
    [Ability(Ability.MailRead)]
    [Answers<ExcludedEmailList>]
    public Task<IActionResult> List(CancellationToken cancellationToken) =>
        Send(new ListExcludedEmails(), emails => new ExcludedEmailList(emails), cancellationToken);

    /// <summary>Adds an excluded email: an address, @domain, *@domain or *.domain.</summary>
    [HttpPost("create")]
    [Ability(Ability.MailWrite)]
    [Answers<ExcludedEmailAnswer>]
    public Task<IActionResult> Create([FromJson] AddExcludedEmail request, CancellationToken cancellationToken) =>
        Send(request, email => new ExcludedEmailAnswer(email), cancellationToken);

    /// <summary>Deletes an excluded email.</summary>
    [HttpPost("delete")]
    [Ability(Ability.MailWrite)]
    [Answers<ExcludedEmailDeleted>]
    public Task<IActionResult> Delete([FromJson] DeleteExcludedEmail request, CancellationToken cancellationToken) =>
        Send(request, deleted => deleted, cancellationToken);
}

public sealed record ExcludedEmailList(IReadOnlyList<ExcludedEmailRead> ExcludedEmails);

public sealed record ExcludedEmailAnswer(ExcludedEmailRead ExcludedEmail);
