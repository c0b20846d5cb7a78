using System.Globalization;
using Tickiti.Domain.Common;

namespace Tickiti.Domain.Templates;

/// <summary>What a template is meant for; it tells people, and refuses nothing.</summary>
public enum TemplateType
{
    Email,
    Notification,
    Intervention,
}

/// <summary>A subject and a content with placeholders (Handlebars), under a name that callers know.</summary>
public sealed class Template : Aggregate
{
    public const int IdentifierMaxLength = 100;
    public const int SubjectMaxLength = 998;
    public const int ContentMaxLength = 256 * 1024;
    public const int DescriptionMaxLength = 1000;

    private Template()
    {
    }

    public TemplateType Type { get; private set; }

    public string Identifier { get; private set; } = "";

    /// <summary>The identifier as it is compared: unique without case.</summary>
    public string IdentifierKey { get; private set; } = "";

    /// <summary>Plain text: nothing in it is escaped.</summary>
    public string Subject { get; private set; } = "";

    /// <summary>HTML: <c>{{name}}</c> is escaped in it, <c>{{{name}}}</c> is not.</summary>
    public string Content { get; private set; } = "";

    public string? Description { get; private set; }

    /// <summary>A disabled one is for its users as if it were not there.</summary>
    public bool IsEnabled { get; private set; }

    public DateTimeOffset CreatedAt { get; private init; }

    public DateTimeOffset UpdatedAt { get; private set; }

    public static string KeyOf(string identifier) => identifier.Trim().ToLower(CultureInfo.InvariantCulture);

    /// <summary>Letters, digits, and <c>. _ -</c>: what stands in a program without being quoted.</summary>
    public static bool IsIdentifier(string text) =>
        text.Trim() is { Length: > 0 and <= IdentifierMaxLength } name
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');

    public static Template Add(long id, TemplateContent content, DateTimeOffset now)
    {
        var template = new Template { Id = id, CreatedAt = now };
        template.Take(content, now);
        template.Raise("template.added", detail: template.Identifier);
        return template;
    }

    public void Change(TemplateContent content, DateTimeOffset now)
    {
        if (content == Present)
        {
            return;
        }

        Take(content, now);
        Raise("template.changed", detail: Identifier);
    }

    /// <summary>Says that the template goes.</summary>
    public void Delete() => Raise("template.deleted", detail: Identifier);

    public TemplateContent Present => new(Type, Identifier, Subject, Content, Description, IsEnabled);

    private void Take(TemplateContent content, DateTimeOffset now)
    {
        Type = content.Type;
        Identifier = content.Identifier.Trim();
        IdentifierKey = KeyOf(content.Identifier);
        Subject = content.Subject;
        Content = content.Content;
        Description = content.Description;
        IsEnabled = content.IsEnabled;
        UpdatedAt = now;
    }
}

/// <summary>All that people say of a template.</summary>
public sealed record TemplateContent(
    TemplateType Type, string Identifier, string Subject, string Content, string? Description, bool IsEnabled);
