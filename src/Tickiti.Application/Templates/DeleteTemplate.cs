using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Templates;

namespace Tickiti.Application.Templates;

/// <summary>Deletes a template; what was made from it stays as it is.</summary>
public sealed record DeleteTemplate(long? Id) : ICommand<TemplateDeleted>;

public sealed record TemplateDeleted(long Id);

internal sealed class DeleteTemplateValidator : AbstractValidator<DeleteTemplate>
{
    public DeleteTemplateValidator() => RuleFor(command => command.Id).MustBeGiven();
}

internal sealed class DeleteTemplateHandler(ITickitiDb db) : ICommandHandler<DeleteTemplate, TemplateDeleted>
{
    public async Task<Result<TemplateDeleted>> Handle(DeleteTemplate command, CancellationToken cancellationToken)
    {
        var id = command.Id!.Value;
        if (await db.Templates.That(new TemplateWithId(id)).FirstOrDefaultAsync(cancellationToken) is not { } template)
        {
            return TemplateErrors.NotFound(id);
        }

        template.Delete();
        db.Templates.Remove(template);
        return new TemplateDeleted(id);
    }
}
