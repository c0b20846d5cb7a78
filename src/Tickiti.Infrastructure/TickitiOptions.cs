using System.ComponentModel.DataAnnotations;

namespace Tickiti.Infrastructure;

/// <summary>Where Tickiti keeps its files.</summary>
public sealed class TickitiOptions
{
    public const string SectionName = "Tickiti";

    /// <summary>The SQLite file, the key ring and the folders of local mailboxes; relative to where the command was started.</summary>
    [Required]
    public string DataDirectory { get; set; } = "data";

    /// <summary>The data directory as an absolute path.</summary>
    public string DataPath => Path.GetFullPath(DataDirectory);
}
