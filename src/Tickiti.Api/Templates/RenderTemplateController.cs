using Microsoft.AspNetCore.Mvc;
using Tickiti.Api.Common;
using Tickiti.Application.Templates;
using Tickiti.Domain.Tokens;

namespace Tickiti.Api.Templates;

[Route("api/render_template")]
public sealed class RenderTemplateController : TickitiController
{
    /// <summary>Fills in a template with data and answers the result; nothing is sent.</summary>
    [HttpPost]
    [Ability(Ability.SendEmail)]
    [Idempotent("render_template", Required = true)]
    [Answers<FilledTemplate>]
    public Task<IActionResult> Render([FromJson] RenderTemplate command, CancellationToken cancellationToken) =>
        Send(
            command,
            rendered => new FilledTemplate(command.TemplateIdentifier!, rendered.Subject, rendered.Content),
            cancellationToken);
}

public sealed record FilledTemplate(string TemplateIdentifier, string Subject, string Content);
