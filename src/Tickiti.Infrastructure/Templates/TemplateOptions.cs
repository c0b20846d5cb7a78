using System.ComponentModel.DataAnnotations;

namespace Tickiti.Infrastructure.Templates;

/// <summary>How much a template may cost; templates and data are taken for hostile.</summary>
public sealed class TemplateOptions
{
    public const string SectionName = "Tickiti:Templates";

    /// <summary>Milliseconds after which filling in a template is given up.</summary>
    [Range(10, 60_000)]
    public int MaxRenderMilliseconds { get; set; } = 1000;

    /// <summary>The largest subject or content that may come out, in thousands of characters.</summary>
    [Range(1, 100_000)]
    public int MaxOutputInKilobytes { get; set; } = 2048;

    /// <summary>Compiled templates that are kept in memory; those used longest ago go first.</summary>
    [Range(1, 100_000)]
    public int MaxCached { get; set; } = 500;
}
