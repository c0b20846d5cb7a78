using Microsoft.AspNetCore.Mvc;
using Tickiti.Api.Common;
using Tickiti.Application.SentMails;
using Tickiti.Domain.Tokens;

namespace Tickiti.Api.SentMails;

[Route("api/v1/mail/sent-mail")]
public sealed class SentMailController : TickitiController
{
    /// <summary>Lists the mails of the last days, newest first.</summary>
    [HttpPost]
    [Ability(Ability.MailRead)]
    [Answers<SentMailList>]
    public Task<IActionResult> List([FromJson] ListSentMail request, CancellationToken cancellationToken) =>
        Send(request, rows => new SentMailList(rows), cancellationToken);

    /// <summary>Finds mails by a part of their subject or To, whatever its case.</summary>
    [HttpPost("search")]
    [Ability(Ability.MailRead)]
    [Answers<SentMailList>]
    public Task<IActionResult> Search([FromJson] SearchSentMail request, CancellationToken cancellationToken) =>
        Send(request, rows => new SentMailList(rows), cancellationToken);

    /// <summary>Shows one mail, with the fate of each recipient and each try.</summary>
    [HttpPost("show")]
    [Ability(Ability.MailRead)]
    [Answers<SentMailAnswer>]
    public Task<IActionResult> Show([FromJson] ShowSentMail request, CancellationToken cancellationToken) =>
        Send(request, mail => new SentMailAnswer(mail), cancellationToken);

    /// <summary>Settles a mail by a person's decision: send again, take as arrived, or give up.</summary>
    [HttpPost("resolve")]
    [Ability(Ability.MailWrite)]
    [Answers<SentMailResolved>]
    public Task<IActionResult> Resolve([FromJson] ResolveSentMail request, CancellationToken cancellationToken) =>
        Send(request, resolved => resolved, cancellationToken);
}

public sealed record SentMailList(IReadOnlyList<SentMailRow> SentMail);

public sealed record SentMailAnswer(ShownSentMail Message);
