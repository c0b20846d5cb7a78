using Tickiti.Application.Common;

namespace Tickiti.Infrastructure.Search;

/// <summary>
/// One full text table of SQLite (FTS5, by trigrams), with a list of the rows that it does not hold yet. Triggers keep the list: a
/// row is listed by the very statement that inserts or changes it, so nothing is ever forgotten, in whatever order rows are
/// committed; what is deleted leaves the index at once.
/// </summary>
internal sealed record SqliteSearchIndex(string Name, string Table, IReadOnlyList<string> Columns)
{
    private static readonly SqliteSearchIndex Subjects = new("TicketSearch", "Tickets", ["Subject"]);

    // The rows of a ticket lie together, so that tickets are found newest first.
    private static readonly SqliteSearchIndex Contents = new("ResponseSearch", "Responses", ["Text"]) { Group = "TicketId" };

    private static readonly SqliteSearchIndex SentMails = new("SentMailSearch", "SentMails", ["Subject", "ToAddress"]);

    private static readonly SqliteSearchIndex Suppressions = new("SuppressionSearch", "Suppressions", ["Email"]);

    private const int GroupBits = 32;

    public static IReadOnlyList<SqliteSearchIndex> All { get; } = [Subjects, Contents, SentMails, Suppressions];

    /// <summary>Whose ids are found, where they are not the row's own.</summary>
    public string? Group { get; private init; }

    /// <summary>The rows to be indexed.</summary>
    public string Due => $"{Name}Due";

    /// <summary>What is found, of a row of the table.</summary>
    public string Found => Group ?? "Id";

    public static SqliteSearchIndex Of(SearchedText text) => text switch
    {
        SearchedText.Subject => Subjects,
        SearchedText.Content => Contents,
        SearchedText.SentMail => SentMails,
        _ => Suppressions,
    };

    /// <summary>The key in the index of a row of the table.</summary>
    public string KeyOf(string row) => Group is null
        ? $"{row}.\"Id\""
        : $"(({row}.\"{Group}\" << {GroupBits}) | ({row}.\"Id\" & 0xFFFFFFFF))";

    /// <summary>The lowest key that belongs to this id or a higher one.</summary>
    public long FirstKeyOf(long id) => Group is null ? id : Math.Min(id, int.MaxValue) << GroupBits;

    public long IdOfKey(long key) => Group is null ? key : key >> GroupBits;

    /// <summary>Makes what is missing; all of it may be there already.</summary>
    public string Schema() =>
        $"""
         CREATE VIRTUAL TABLE IF NOT EXISTS "{Name}" USING fts5({ColumnList()}, columnsize=0, tokenize='trigram case_sensitive 1');
         CREATE TABLE IF NOT EXISTS "{Due}" ("Id" INTEGER NOT NULL PRIMARY KEY);
         CREATE TRIGGER IF NOT EXISTS "{Name}_insert" AFTER INSERT ON "{Table}" BEGIN
           INSERT OR IGNORE INTO "{Due}" ("Id") VALUES (NEW."Id");
         END;
         CREATE TRIGGER IF NOT EXISTS "{Name}_update" AFTER UPDATE OF {UpdatedColumns()} ON "{Table}" BEGIN
           DELETE FROM "{Name}" WHERE rowid = {KeyOf("OLD")};
           INSERT OR IGNORE INTO "{Due}" ("Id") VALUES (NEW."Id");
         END;
         CREATE TRIGGER IF NOT EXISTS "{Name}_delete" AFTER DELETE ON "{Table}" BEGIN
           DELETE FROM "{Name}" WHERE rowid = {KeyOf("OLD")};
           DELETE FROM "{Due}" WHERE "Id" = OLD."Id";
         END;
         """;

    /// <summary>Says of every row that it is not indexed.</summary>
    public string Refill() => $"""INSERT OR IGNORE INTO "{Due}" ("Id") SELECT "Id" FROM "{Table}";""";

    public string ColumnList() => string.Join(", ", Columns.Select(column => $"\"{column}\""));

    private string UpdatedColumns() => string.Join(", ", Columns.Append(Found).Select(column => $"\"{column}\""));
}
