using System.Linq.Expressions;
using Tickiti.Domain.Templates;

namespace Tickiti.Application.Templates;

public sealed record TemplateRead(
    long Id,
    TemplateType Type,
    string Identifier,
    string Subject,
    string Content,
    string? Description,
    bool IsEnabled,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    public static TemplateRead Of(Template template) => new(
        template.Id,
        template.Type,
        template.Identifier,
        template.Subject,
        template.Content,
        template.Description,
        template.IsEnabled,
        template.CreatedAt,
        template.UpdatedAt);
}

/// <summary>A template in a list: without its content, which may be long.</summary>
public sealed record TemplateRow(
    long Id,
    TemplateType Type,
    string Identifier,
    string Subject,
    string? Description,
    bool IsEnabled,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    internal static readonly Expression<Func<Template, TemplateRow>> Projection = template => new TemplateRow(
        template.Id,
        template.Type,
        template.Identifier,
        template.Subject,
        template.Description,
        template.IsEnabled,
        template.CreatedAt,
        template.UpdatedAt);
}
