using System.ComponentModel.DataAnnotations;

namespace Tickiti.Infrastructure.Persistence;

public enum DatabaseProvider
{
    Sqlite,
    SqlServer,
    PostgreSql,
}

/// <summary>Which database, and how careful with it. Its connection string is <c>ConnectionStrings:Tickiti</c>.</summary>
public sealed class DatabaseOptions
{
    public const string SectionName = "Tickiti:Database";

    /// <summary>Sqlite needs no connection string: its file is <c>tickiti.db</c> in the data directory.</summary>
    [EnumDataType(typeof(DatabaseProvider))]
    public DatabaseProvider Provider { get; set; } = DatabaseProvider.Sqlite;

    /// <summary>Bring the schema up to date before the server listens; one node at a time.</summary>
    public bool MigrateOnStart { get; set; } = true;

    /// <summary>SQLite only. Full: an answered write survives a power cut. Normal: it survives a crash of the process.</summary>
    [RegularExpression("Full|Normal", ErrorMessage = "Tickiti:Database:Synchronous is Full or Normal.")]
    public string Synchronous { get; set; } = "Full";
}
