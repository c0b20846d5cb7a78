using FluentValidation;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Templates;

namespace Tickiti.Application.Templates;

/// <summary>Adds a template; one that does not compile is refused with the place.</summary>
public sealed record AddTemplate : TemplateFields, ICommand<TemplateRead>;

internal sealed class AddTemplateValidator : AbstractValidator<AddTemplate>
{
    public AddTemplateValidator()
    {
        RuleFor(command => command.Type).NotBlank();
        RuleFor(command => command.Identifier).NotBlank();
        RuleFor(command => command.Subject).NotBlank();
        RuleFor(command => command.Content).NotBlank();
        this.CheckFields();
    }
}

internal sealed class AddTemplateHandler(ITickitiDb db, ITemplates templates, IIds ids, TimeProvider clock)
    : ICommandHandler<AddTemplate, TemplateRead>
{
    private static readonly TemplateContent Blank = new(TemplateType.Email, "", "", "", null, IsEnabled: true);

    public async Task<Result<TemplateRead>> Handle(AddTemplate command, CancellationToken cancellationToken)
    {
        var content = command.Over(Blank);
        if (await db.RefusalOfAsync(templates, content, ownId: null, cancellationToken) is { } refusal)
        {
            return refusal;
        }

        var template = Template.Add(await ids.NextAsync<Template>(cancellationToken), content, clock.GetUtcNow());
        db.Templates.Add(template);
        return TemplateRead.Of(template);
    }
}
