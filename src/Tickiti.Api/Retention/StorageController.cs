using Microsoft.AspNetCore.Mvc;
using Tickiti.Api.Common;
using Tickiti.Application.Retention;
using Tickiti.Domain.Tokens;

namespace Tickiti.Api.Retention;

[Route("api/v1/administration/storage")]
public sealed class StorageController : TickitiController
{
    /// <summary>Says for how many days things are kept; 0 means for ever.</summary>
    [HttpPost]
    [Ability(Ability.AdministrationRead)]
    [Answers<StorageAnswer>]
    public Task<IActionResult> Show(CancellationToken cancellationToken) =>
        Send(new ReadRetention(), times => new StorageAnswer(times), cancellationToken);

    /// <summary>Changes the times that are given.</summary>
    [HttpPost("retention")]
    [Ability(Ability.AdministrationWrite)]
    [Answers<StorageAnswer>]
    public Task<IActionResult> Retention([FromJson] ChangeRetention request, CancellationToken cancellationToken) =>
        Send(request, times => new StorageAnswer(times), cancellationToken);
}

public sealed record StorageAnswer(RetentionTimes Retention);
