namespace Tickiti.Infrastructure.Persistence;

/// <summary>How what is secret is kept (docs/security.md).</summary>
public sealed class SecretsOptions
{
    public const string SectionName = "Tickiti:Secrets";

    /// <summary>
    /// A file that wraps the key ring: a line of 32 random bytes in base64, as <c>openssl rand -base64 32</c> writes it. The first
    /// line wraps, every line unwraps, so that a new one is put in front. The same file on every node; lost, it takes the
    /// stored passwords with it. Relative to where the command was started.
    /// </summary>
    public string? KeyFile { get; set; }
}
