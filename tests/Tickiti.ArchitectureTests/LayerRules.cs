namespace Tickiti.ArchitectureTests;

/// <summary>Api → Infrastructure → Application → Domain; Mail stands beside Domain. Each rule returns its violations.</summary>
internal static class LayerRules
{
    /// <summary>Which of our own assemblies each one may know.</summary>
    public static readonly IReadOnlyDictionary<string, string[]> Allowed = new Dictionary<string, string[]>
    {
        ["Tickiti.Mail"] = [],
        ["Tickiti.Domain"] = [],
        ["Tickiti.Application"] = ["Tickiti.Domain", "Tickiti.Mail"],
        ["Tickiti.Infrastructure"] = ["Tickiti.Domain", "Tickiti.Mail", "Tickiti.Application"],
        ["Tickiti.Api"] = ["Tickiti.Domain", "Tickiti.Application", "Tickiti.Infrastructure"],
    };

    /// <summary>Projects without any package, and in which nothing but the base class library may be known.</summary>
    public static readonly string[] WithoutPackages = ["Tickiti.Mail", "Tickiti.Domain"];

    /// <summary>What belongs to an adapter: use cases know neither HTTP nor a database product.</summary>
    public static readonly string[] ForbiddenToApplication =
    [
        "Microsoft.AspNetCore", "Microsoft.EntityFrameworkCore.Relational", "Microsoft.EntityFrameworkCore.Sqlite",
        "Microsoft.EntityFrameworkCore.SqlServer", "Npgsql", "Microsoft.Data", "SQLitePCLRaw", "Google",
    ];

    public static IEnumerable<string> OutwardReferences(string name, IEnumerable<string> references) =>
        from reference in references
        where Allowed.ContainsKey(reference) && !Allowed[name].Contains(reference)
        select $"{name} must not know {reference}";

    public static IEnumerable<string> ReferencesOutsideOfTheBaseClassLibrary(
        string name, IEnumerable<string> references, Func<string, bool> isBaseClassLibrary) =>
        from reference in references
        where !isBaseClassLibrary(reference)
        select $"{name} must not know {reference}";

    public static IEnumerable<string> ForbiddenReferences(string name, IEnumerable<string> references, string[] prefixes) =>
        from reference in references
        where prefixes.Any(prefix => reference.StartsWith(prefix, StringComparison.Ordinal))
        select $"{name} must not know {reference}";

    public static IEnumerable<string> PackagesWhereNoneBelongs(ProjectFile project) =>
        from package in project.Packages
        where WithoutPackages.Contains(project.Name)
        select $"{project.Name} must have no package, and has {package}";
}
