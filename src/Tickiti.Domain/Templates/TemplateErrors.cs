using Tickiti.Domain.Common;

namespace Tickiti.Domain.Templates;

public static class TemplateErrors
{
    public static Error NotFound(long id) => Error.NotFound($"There is no template {id}.");

    public static Error NotFound(long? id, string? identifier) =>
        id is { } given ? NotFound(given) : Error.NotFound($"There is no template '{identifier}'.");

    /// <summary>Named in a request that wants it filled in; a disabled one is not found either.</summary>
    public static Error Unknown(string identifier) =>
        Error.Field("template_identifier", $"Template '{identifier}' not found.");

    public static Error IdentifierTaken(string identifier) =>
        Error.Field("identifier", $"There is a template '{identifier}' already.");

    /// <summary>It does not compile.</summary>
    public static Error Fault(string field, int line, int column, string what) =>
        Error.Field(field, $"Line {line}, column {column}: {what}");

    public static Error TooMuch(string why) => Error.Field("data", $"The template cannot be filled with this data: {why}");
}
