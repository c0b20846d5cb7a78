using Microsoft.AspNetCore.Mvc;
using Tickiti.Api.Common;
using Tickiti.Application.IgnoredSubjects;
using Tickiti.Domain.Tokens;

namespace Tickiti.Api.IgnoredSubjects;

[Route("api/v1/mail/subjects")]
public sealed class IgnoredSubjectsController : TickitiController
{
    /// <summary>Lists the ignored subjects: a mail whose subject contains one of them makes no ticket.</summary>
    [HttpPost]
    [Ability(Ability.MailRead)]
    [Answers<IgnoredSubjectList>]
    public Task<IActionResult> List(CancellationToken cancellationToken) =>
        Send(new ListIgnoredSubjects(), subjects => new IgnoredSubjectList(subjects), cancellationToken);

    /// <summary>Adds an ignored subject.</summary>
    [HttpPost("create")]
    [Ability(Ability.MailWrite)]
    [Answers<IgnoredSubjectAnswer>]
    public Task<IActionResult> Create([FromJson] AddIgnoredSubject request, CancellationToken cancellationToken) =>
        Send(request, subject => new IgnoredSubjectAnswer(subject), cancellationToken);

    /// <summary>Deletes an ignored subject.</summary>
    [HttpPost("delete")]
    [Ability(Ability.MailWrite)]
    [Answers<IgnoredSubjectDeleted>]
    public Task<IActionResult> Delete([FromJson] DeleteIgnoredSubject request, CancellationToken cancellationToken) =>
        Send(request, deleted => deleted, cancellationToken);
}

public sealed record IgnoredSubjectList(IReadOnlyList<IgnoredSubjectRead> Subjects);

public sealed record IgnoredSubjectAnswer(IgnoredSubjectRead Subject);
