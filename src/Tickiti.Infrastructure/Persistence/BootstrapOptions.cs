using System.ComponentModel.DataAnnotations;
using Tickiti.Domain.Tokens;

namespace Tickiti.Infrastructure.Persistence;

/// <summary>For automation that must know the first token before the first start.</summary>
public sealed class BootstrapOptions
{
    public const string SectionName = "Tickiti:Bootstrap";

    /// <summary>The secret of the first token, which is then <c>1|secret</c>. Ignored on a database that has tokens.</summary>
    [MinLength(20, ErrorMessage = "Tickiti:Bootstrap:AdminToken needs at least 20 characters.")]
    [MaxLength(ApiToken.SecretMaxLength, ErrorMessage = "Tickiti:Bootstrap:AdminToken takes at most 256 characters.")]
    [RegularExpression("[!-{}~]+", ErrorMessage = "Tickiti:Bootstrap:AdminToken takes printable ASCII characters without blank and |.")]
    public string? AdminToken { get; set; }
}
