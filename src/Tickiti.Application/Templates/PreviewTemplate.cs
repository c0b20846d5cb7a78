using System.Text.Json;
using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Templates;

namespace Tickiti.Application.Templates;

/// <summary>
/// Shows what comes out, before anything is saved or enabled: of a stored template (also a disabled one), or of a subject and a
/// content that are given.
/// </summary>
public sealed record PreviewTemplate : IQuery<RenderedTemplate>
{
    public long? Id { get; init; }

    public string? Identifier { get; init; }

    public string? Subject { get; init; }

    public string? Content { get; init; }

    /// <summary>What the placeholders stand for; without it they stay empty.</summary>
    public IReadOnlyDictionary<string, JsonElement>? Data { get; init; }
}

internal sealed class PreviewTemplateValidator : AbstractValidator<PreviewTemplate>
{
    public PreviewTemplateValidator()
    {
        RuleFor(query => query.Id)
            .Must((query, id) => (id is null ? 0 : 1) + (query.Identifier is null ? 0 : 1) + (query.Content is null && query.Subject is null ? 0 : 1) == 1)
            .WithMessage("Give exactly one of id, identifier, and subject with content.");
        RuleFor(query => query.Subject).MaximumLength(Template.SubjectMaxLength);
        RuleFor(query => query.Content).MaximumLength(Template.ContentMaxLength);
    }
}

internal sealed class PreviewTemplateHandler(ITickitiDb db, ITemplates templates) : IQueryHandler<PreviewTemplate, RenderedTemplate>
{
    private static readonly Dictionary<string, JsonElement> NoData = [];

    public async Task<Result<RenderedTemplate>> Handle(PreviewTemplate query, CancellationToken cancellationToken)
    {
        var (subject, content) = (query.Subject ?? "", query.Content ?? "");
        if (query.Id is not null || query.Identifier is not null)
        {
            Specification<Template> asked = query.Id is { } id ? new TemplateWithId(id) : new TemplateNamed(query.Identifier!);
            if (await db.Templates.AsNoTracking().That(asked).FirstOrDefaultAsync(cancellationToken) is not { } stored)
            {
                return TemplateErrors.NotFound(query.Id, query.Identifier);
            }

            (subject, content) = (stored.Subject, stored.Content);
        }

        var compiled = templates.Compile(subject, content);
        return compiled.Error is { } fault ? fault : compiled.Value.Render(query.Data ?? NoData);
    }
}
