using Microsoft.AspNetCore.Mvc;
using Tickiti.Api.Common;
using Tickiti.Application.Templates;
using Tickiti.Domain.Common;
using Tickiti.Domain.Tokens;

namespace Tickiti.Api.Templates;

[Route("api/v1/templates")]
public sealed class TemplatesController : TickitiController
{
    /// <summary>Lists the templates without their contents.</summary>
    [HttpPost]
    [Ability(Ability.TemplatesRead)]
    [Answers<TemplatePage>]
    public Task<IActionResult> List([FromJson] TemplateListing request, CancellationToken cancellationToken) =>
        Send(new SearchTemplates { Limit = request.Limit, Cursor = request.Cursor }, page => page, cancellationToken);

    /// <summary>Finds templates by a part of their identifier, subject or description.</summary>
    [HttpPost("search")]
    [Ability(Ability.TemplatesRead)]
    [Answers<TemplatePage>]
    public Task<IActionResult> Search([FromJson] SearchTemplates query, CancellationToken cancellationToken) =>
        Send(query, page => page, cancellationToken);

    /// <summary>Shows a template with its content.</summary>
    [HttpPost("show")]
    [Ability(Ability.TemplatesRead)]
    [Answers<OneTemplate>]
    public Task<IActionResult> Show([FromJson] ShowTemplate query, CancellationToken cancellationToken) =>
        Send(query, template => new OneTemplate(template), cancellationToken);

    /// <summary>Adds a template; one that does not compile is refused, with line and column.</summary>
    [HttpPost("create")]
    [Ability(Ability.TemplatesWrite)]
    [Answers<OneTemplate>]
    public Task<IActionResult> Create([FromJson] AddTemplate command, CancellationToken cancellationToken) =>
        Send(command, template => new OneTemplate(template), cancellationToken);

    /// <summary>Changes the fields that are given.</summary>
    [HttpPost("update")]
    [Ability(Ability.TemplatesWrite)]
    [Answers<OneTemplate>]
    public Task<IActionResult> Update([FromJson] TemplateUpdate request, CancellationToken cancellationToken) =>
        Send(request.Template ?? new ChangeTemplate(), template => new OneTemplate(template), TemplateUpdate.Explain, cancellationToken);

    /// <summary>Deletes a template.</summary>
    [HttpPost("delete")]
    [Ability(Ability.TemplatesWrite)]
    [Answers<TemplateDeleted>]
    public Task<IActionResult> Delete([FromJson] DeleteTemplate command, CancellationToken cancellationToken) =>
        Send(command, deleted => deleted, cancellationToken);

    /// <summary>Fills in a stored template, or one that is not saved yet, and keeps nothing.</summary>
    [HttpPost("render")]
    [Ability(Ability.TemplatesRead)]
    [Answers<RenderedTemplate>]
    public Task<IActionResult> Render([FromJson] PreviewTemplate query, CancellationToken cancellationToken) =>
        Send(query, rendered => rendered, cancellationToken);
}

public sealed record TemplateListing(int? Limit, string? Cursor);

public sealed record TemplateUpdate(ChangeTemplate? Template)
{
    /// <summary>Fields are named as they were sent: within <c>template</c>.</summary>
    public static Error Explain(Error error) => error with
    {
        Fields = error.Fields.ToDictionary(field => $"template.{field.Key}", field => field.Value),
    };
}

public sealed record OneTemplate(TemplateRead Template);
