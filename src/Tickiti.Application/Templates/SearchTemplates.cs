using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Templates;

namespace Tickiti.Application.Templates;

/// <summary>Templates in the order they were added: all, or those that a text, a type or a state describes.</summary>
public sealed record SearchTemplates : IQuery<TemplatePage>
{
    public const int DefaultLimit = 100;
    public const int MaxLimit = 500;
    public const int MaxTextLength = 200;

    /// <summary>Part of identifier, subject or description, without case.</summary>
    public string? Q { get; init; }

    public string? Type { get; init; }

    public bool? IsEnabled { get; init; }

    /// <summary>Default 100.</summary>
    public int? Limit { get; init; }

    public string? Cursor { get; init; }
}

/// <param name="NextCursor">Null at the end.</param>
public sealed record TemplatePage(IReadOnlyList<TemplateRow> Templates, string? NextCursor);

internal sealed class SearchTemplatesValidator : AbstractValidator<SearchTemplates>
{
    public SearchTemplatesValidator()
    {
        RuleFor(query => query.Q).MaximumLength(SearchTemplates.MaxTextLength);
        RuleFor(query => query.Type).MustName<SearchTemplates, TemplateType>();
        RuleFor(query => query.Limit).InclusiveBetween(1, SearchTemplates.MaxLimit);
        RuleFor(query => query.Cursor).MustBeCursor();
    }
}

internal sealed class SearchTemplatesHandler(ITickitiDb db) : IQueryHandler<SearchTemplates, TemplatePage>
{
    public async Task<Result<TemplatePage>> Handle(SearchTemplates query, CancellationToken cancellationToken)
    {
        var limit = query.Limit ?? SearchTemplates.DefaultLimit;
        var rows = await Asked(query).OrderBy(template => template.Id).Take(limit + 1)
            .Select(TemplateRow.Projection).ToListAsync(cancellationToken);
        return rows.Count <= limit
            ? new TemplatePage(rows, null)
            : new TemplatePage(rows[..limit], Cursor.After(rows[limit - 1].Id));
    }

    private IQueryable<Template> Asked(SearchTemplates query)
    {
        var asked = db.Templates.AsNoTracking();
        if (query.Q?.Trim() is { Length: > 0 } text)
        {
            asked = asked.Where(template => DatabaseFunctions.HasText(template.Identifier, text)
                || DatabaseFunctions.HasText(template.Subject, text)
                || (template.Description != null && DatabaseFunctions.HasText(template.Description, text)));
        }

        if (query.Type is not null)
        {
            var type = Wire<TemplateType>.Parse(query.Type);
            asked = asked.Where(template => template.Type == type);
        }

        if (query.IsEnabled is { } isEnabled)
        {
            asked = asked.Where(template => template.IsEnabled == isEnabled);
        }

        return Cursor.TryRead(query.Cursor, out var last) ? asked.Where(template => template.Id > last) : asked;
    }
}
