using Tickiti.Application.Common;
using Tickiti.Domain.Common;

namespace Tickiti.Infrastructure.Search;

/// <summary>
/// The n-gram tables of one searched text on SQL Server (docs/adr/0014-search-on-sql-server.md): for each gram the rows that may
/// hold it, 64 to a number; the folded texts themselves; and a list of the changes that neither knows yet, kept by a trigger.
/// </summary>
internal sealed record SqlServerSearchIndex(string Name, string Table, IReadOnlyList<string> Columns)
{
    private const int BlockBits = 6;

    private static readonly SqlServerSearchIndex Subjects = new("TicketSearch", "Tickets", ["Subject"]);

    private static readonly SqlServerSearchIndex Contents = new("ResponseSearch", "Responses", ["Text"]) { Found = "TicketId" };

    private static readonly SqlServerSearchIndex SentMails = new("SentMailSearch", "SentMails", ["Subject", "ToAddress"]);

    private static readonly SqlServerSearchIndex Suppressions = new("SuppressionSearch", "Suppressions", ["Email"]);

    public static IReadOnlyList<SqlServerSearchIndex> All { get; } = [Subjects, Contents, SentMails, Suppressions];

    /// <summary>The batches that make all of it, in one transaction; what is there already is left alone. Nodes that start together do it once.</summary>
    public static IReadOnlyList<string> Schema { get; } =
    [
        "EXEC sp_getapplock @Resource = N'tickiti.search', @LockMode = N'Exclusive', @LockOwner = N'Transaction', @LockTimeout = -1;",
        .. All.SelectMany(index => new[] { index.TablesSchema(), index.TriggerSchema() }),
    ];

    /// <summary>What is found, of a row of the table.</summary>
    public string Found { get; private init; } = "Id";

    /// <summary>Whether several rows may be found as one.</summary>
    public bool IsGrouped => Found != "Id";

    public string Grams => $"{Name}Grams";

    public string Texts => $"{Name}Texts";

    public string Due => $"{Name}Due";

    public string Trigger => $"{Name}Change";

    public static SqlServerSearchIndex Of(SearchedText text) => text switch
    {
        SearchedText.Subject => Subjects,
        SearchedText.Content => Contents,
        SearchedText.SentMail => SentMails,
        _ => Suppressions,
    };

    public static long BlockOf(long id) => id >> BlockBits;

    public static long FirstIdOf(long block) => block << BlockBits;

    public static long BitOf(long id) => 1L << (int)(id & ((1 << BlockBits) - 1));

    /// <summary>
    /// Makes the tables anew where one of them or the trigger is missing, and lists every row. Nobody writes to the table from
    /// here to the end of the transaction, in which the trigger must follow.
    /// </summary>
    public string TablesSchema() =>
        $"""
         IF OBJECT_ID(N'[{Grams}]', N'U') IS NULL OR OBJECT_ID(N'[{Texts}]', N'U') IS NULL
           OR OBJECT_ID(N'[{Due}]', N'U') IS NULL OR OBJECT_ID(N'[{Trigger}]', N'TR') IS NULL
         BEGIN
           DROP TRIGGER IF EXISTS [{Trigger}];
           DROP TABLE IF EXISTS [{Grams}], [{Texts}], [{Due}];
           CREATE TABLE [{Grams}] (
             [Gram] bigint NOT NULL,
             [Block] bigint NOT NULL,
             [Mask] bigint NOT NULL,
             CONSTRAINT [PK_{Grams}] PRIMARY KEY CLUSTERED ([Gram], [Block] DESC) WITH (DATA_COMPRESSION = PAGE)
           );
           ALTER TABLE [{Grams}] SET (LOCK_ESCALATION = DISABLE);
           CREATE TABLE [{Texts}] (
             [Id] bigint NOT NULL,
             [Found] bigint NOT NULL,
             [Bit] bigint NOT NULL,
             [Text] nvarchar(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
             CONSTRAINT [PK_{Texts}] PRIMARY KEY CLUSTERED ([Found], [Id]),
             CONSTRAINT [AK_{Texts}_Id] UNIQUE NONCLUSTERED ([Id])
           );
           CREATE TABLE [{Due}] (
             [Seq] bigint IDENTITY(1, 1) NOT NULL,
             [Id] bigint NOT NULL,
             CONSTRAINT [PK_{Due}] PRIMARY KEY CLUSTERED ([Seq])
           );
           INSERT INTO [{Due}] ([Id]) SELECT [Id] FROM [{Table}] WITH (TABLOCKX, HOLDLOCK) ORDER BY [Id];
         END
         """;

    /// <summary>
    /// Each change adds a row of its own to the list: no writer waits for the indexer, and what it deletes is only what it has seen.
    /// </summary>
    public string TriggerSchema() =>
        $"""
         CREATE OR ALTER TRIGGER [{Trigger}] ON [{Table}] AFTER INSERT, UPDATE, DELETE AS
         BEGIN
           SET NOCOUNT ON;
           IF {string.Join(" OR ", UpdatedColumns().Select(column => $"UPDATE([{column}])"))} OR NOT EXISTS (SELECT * FROM inserted)
             INSERT INTO [{Due}] ([Id]) SELECT [Id] FROM inserted UNION SELECT [Id] FROM deleted;
         END
         """;

    /// <summary>Rows of the list with what the table holds of them now.</summary>
    /// <param name="order">From which end.</param>
    public string DueSql(string order, int atMost) =>
        $"""
         SELECT due."Seq", due."Id", one."{Found}" AS "Found", {Shortened(Columns[0])} AS "Text",
           {(Columns.Count > 1 ? Shortened(Columns[1]) : "''")} AS "More"
         FROM (SELECT "Seq", "Id" FROM "{Due}" ORDER BY "Seq" {order} OFFSET 0 ROWS FETCH NEXT {atMost} ROWS ONLY) due
         LEFT JOIN "{Table}" one ON one."Id" = due."Id"
         ORDER BY due."Seq" {order} {Hints}
         """;

    /// <summary>Reads tables in the order written, each by its key: plans do not depend on statistics that come late.</summary>
    public const string Hints = "OPTION (FORCE ORDER, LOOP JOIN)";

    private static string Shortened(string column) => $"LEFT(one.\"{column}\", {ITextSearch.MaxIndexedLength})";

    private IEnumerable<string> UpdatedColumns() => IsGrouped ? Columns.Append(Found) : Columns;
}

/// <summary>A change that is not indexed yet.</summary>
/// <param name="Found">Null where the row is gone.</param>
internal sealed record SqlServerDueRow(long Seq, long Id, long? Found, string? Text, string? More)
{
    /// <summary>The row's texts as they are indexed and compared.</summary>
    public string Folded() => string.IsNullOrEmpty(More) ? Folded(Text) : $"{Folded(Text)}{SearchGrams.Separator}{Folded(More)}";

    private static string Folded(string? text) => FoldedText.Of((text ?? "").Cut(ITextSearch.MaxIndexedLength));
}
