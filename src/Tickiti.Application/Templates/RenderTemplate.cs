using System.Text.Json;
using FluentValidation;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Templates;

namespace Tickiti.Application.Templates;

/// <summary>Fills in a template and sends nothing. A command, so that the answer is kept under its key.</summary>
public sealed record RenderTemplate(string? TemplateIdentifier, IReadOnlyDictionary<string, JsonElement>? Data) : ICommand<RenderedTemplate>;

internal sealed class RenderTemplateValidator : AbstractValidator<RenderTemplate>
{
    public RenderTemplateValidator()
    {
        RuleFor(command => command.TemplateIdentifier).NotBlank();
        RuleFor(command => command.Data).NotNull().WithMessage("This field is required; it may be empty.");
    }
}

internal sealed class RenderTemplateHandler(ITemplates templates) : ICommandHandler<RenderTemplate, RenderedTemplate>
{
    public async Task<Result<RenderedTemplate>> Handle(RenderTemplate command, CancellationToken cancellationToken) =>
        await templates.FindAsync(command.TemplateIdentifier!, cancellationToken) is { } template
            ? template.Render(command.Data!)
            : TemplateErrors.Unknown(command.TemplateIdentifier!);
}
