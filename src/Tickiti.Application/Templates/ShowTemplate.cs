using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Templates;

namespace Tickiti.Application.Templates;

/// <summary>A template with its content, by id or by identifier.</summary>
public sealed record ShowTemplate(long? Id, string? Identifier) : IQuery<TemplateRead>;

internal sealed class ShowTemplateValidator : AbstractValidator<ShowTemplate>
{
    public ShowTemplateValidator() =>
        RuleFor(query => query.Id).Must((query, id) => id is null != (query.Identifier is null))
            .WithMessage("Give exactly one of id and identifier.");
}

internal sealed class ShowTemplateHandler(ITickitiDb db) : IQueryHandler<ShowTemplate, TemplateRead>
{
    public async Task<Result<TemplateRead>> Handle(ShowTemplate query, CancellationToken cancellationToken)
    {
        Specification<Template> asked = query.Id is { } id ? new TemplateWithId(id) : new TemplateNamed(query.Identifier!);
        return await db.Templates.AsNoTracking().That(asked).FirstOrDefaultAsync(cancellationToken) is { } template
            ? TemplateRead.Of(template)
            : TemplateErrors.NotFound(query.Id, query.Identifier);
    }
}
