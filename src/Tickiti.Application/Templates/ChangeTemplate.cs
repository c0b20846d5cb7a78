using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Templates;

namespace Tickiti.Application.Templates;

/// <summary>Changes the fields that are given.</summary>
public sealed record ChangeTemplate : TemplateFields, ICommand<TemplateRead>
{
    public long? Id { get; init; }
}

internal sealed class ChangeTemplateValidator : AbstractValidator<ChangeTemplate>
{
    public ChangeTemplateValidator()
    {
        RuleFor(command => command.Id).MustBeGiven();
        RuleFor(command => command.Subject).NotBlank().When(command => command.Subject is not null);
        RuleFor(command => command.Content).NotBlank().When(command => command.Content is not null);
        this.CheckFields();
    }
}

internal sealed class ChangeTemplateHandler(ITickitiDb db, ITemplates templates, TimeProvider clock)
    : ICommandHandler<ChangeTemplate, TemplateRead>
{
    public async Task<Result<TemplateRead>> Handle(ChangeTemplate command, CancellationToken cancellationToken)
    {
        var id = command.Id!.Value;
        if (await db.Templates.That(new TemplateWithId(id)).FirstOrDefaultAsync(cancellationToken) is not { } template)
        {
            return TemplateErrors.NotFound(id);
        }

        var content = command.Over(template.Present);
        if (await db.RefusalOfAsync(templates, content, id, cancellationToken) is { } refusal)
        {
            return refusal;
        }

        template.Change(content, clock.GetUtcNow());
        return TemplateRead.Of(template);
    }
}
