using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Templates;

namespace Tickiti.Application.Templates;

/// <summary>The fields of a template as they are given; a missing one leaves what is there, or its default.</summary>
public abstract record TemplateFields
{
    /// <summary><c>email</c>, <c>notification</c> or <c>intervention</c>.</summary>
    public string? Type { get; init; }

    /// <summary>Unique without case: letters, digits, <c>.</c>, <c>_</c>, <c>-</c>.</summary>
    public string? Identifier { get; init; }

    /// <summary>Plain text with placeholders.</summary>
    public string? Subject { get; init; }

    /// <summary>HTML with placeholders.</summary>
    public string? Content { get; init; }

    public string? Description { get; init; }

    /// <summary>Default: true.</summary>
    public bool? IsEnabled { get; init; }

    internal TemplateContent Over(TemplateContent present) => new(
        Type is null ? present.Type : Wire<TemplateType>.Parse(Type),
        Identifier ?? present.Identifier,
        Subject ?? present.Subject,
        Content ?? present.Content,
        Description ?? present.Description,
        IsEnabled ?? present.IsEnabled);
}

internal static class TemplateChecks
{
    public static void CheckFields<T>(this AbstractValidator<T> validator)
        where T : TemplateFields
    {
        validator.RuleFor(fields => fields.Type).MustName<T, TemplateType>();
        validator.RuleFor(fields => fields.Identifier).Must(text => text is null || Template.IsIdentifier(text))
            .WithMessage($"1 to {Template.IdentifierMaxLength} letters, digits, '.', '_' and '-'.");
        validator.RuleFor(fields => fields.Subject).MustBeOneLine().MaximumLength(Template.SubjectMaxLength);
        validator.RuleFor(fields => fields.Content).MaximumLength(Template.ContentMaxLength);
        validator.RuleFor(fields => fields.Description).MaximumLength(Template.DescriptionMaxLength);
    }

    /// <summary>What speaks against the content: an identifier that is taken, or that it does not compile.</summary>
    public static async Task<Error?> RefusalOfAsync(
        this ITickitiDb db, ITemplates templates, TemplateContent content, long? ownId, CancellationToken cancellationToken) =>
        await db.Templates.That(new TemplateNamed(content.Identifier)).AnyAsync(one => one.Id != ownId, cancellationToken)
            ? TemplateErrors.IdentifierTaken(content.Identifier.Trim())
            : templates.Compile(content.Subject, content.Content).Error;
}
