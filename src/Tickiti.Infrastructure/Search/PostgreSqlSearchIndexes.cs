using Tickiti.Application.Common;

namespace Tickiti.Infrastructure.Search;

/// <summary>
/// Each searched table has its text without case in a column of its own, made by the database, and an index over it by trigrams
/// (pg_trgm). Such an index cannot give rows in an order: asked for a frequent part it gathers all that have it. So it also holds to
/// which stretch of ids a row belongs (btree_gin), and can be asked for one stretch after the other.
/// </summary>
internal static class PostgreSqlSearchIndexes
{
    /// <summary>The database's own collation may know the case of ASCII only; ICU's root collation knows every script.</summary>
    public const string Unicode = "und-x-icu";

    /// <summary>Stands between two texts of one row; a part that holds it is not looked for by the index.</summary>
    public const char Separator = '\n';

    /// <summary>A stretch is two to this power: few enough to gather and sort whatever is found in it.</summary>
    public const int StretchBits = 12;

    private const string Column = "Searched";

    /// <summary>What an administrator runs where the server's account may not. What is there already is not locked.</summary>
    public static string Schema { get; } = string.Join(
        '\n',
        Enum.GetValues<SearchedText>().Select(SchemaOf).Prepend("CREATE EXTENSION IF NOT EXISTS pg_trgm; CREATE EXTENSION IF NOT EXISTS btree_gin;"));

    public static IReadOnlyList<string> Names { get; } = [.. Enum.GetValues<SearchedText>().Select(NameOf)];

    /// <summary>The highest id below <c>@before</c>.</summary>
    public static string Highest(SearchedText text) =>
        $"""SELECT max("{FoundBy(text)}") FROM "{TableOf(text)}" WHERE "{FoundBy(text)}" < @before""";

    /// <summary>The rows with <c>@part</c> below <c>@before</c>, newest first, from one stretch after the other, <c>@first</c> down to <c>@last</c>.</summary>
    public static string ByStretches(SearchedText text) =>
        $"""
         SELECT one."Id" FROM generate_series(@first::bigint, @last::bigint, -1) stretch("Id") CROSS JOIN LATERAL (
           {Found(text)} AND "{FoundBy(text)}" >> {StretchBits} = stretch."Id" ORDER BY "{FoundBy(text)}" + 0 DESC LIMIT @atMost) one
         LIMIT @atMost
         """;

    /// <summary>Some of them, in no order; all, if they are fewer than <c>@atMost</c>.</summary>
    public static string Anywhere(SearchedText text) => $"{Found(text)} LIMIT @atMost";

    /// <summary>The beginnings of the newest texts.</summary>
    public static string Sample(SearchedText text) => $"""SELECT left("{Column}", 1000) FROM "{TableOf(text)}" ORDER BY "Id" DESC LIMIT @atMost""";

    /// <summary>Those of the newest rows that hold <c>@part</c>, by looking at each.</summary>
    public static string AmongNewest(SearchedText text) =>
        $"""
         SELECT "{FoundBy(text)}" FROM (
           SELECT "{FoundBy(text)}", "{Column}" FROM "{TableOf(text)}" ORDER BY "Id" DESC LIMIT {ITextSearch.MaxScanned}) newest
         WHERE strpos("{Column}", {Once("@part")}) > 0
         """;

    /// <summary>Those of <c>@ids</c> that hold <c>@part</c>.</summary>
    public static string AmongIds(SearchedText text) =>
        $"""
         SELECT DISTINCT "{FoundBy(text)}" FROM "{TableOf(text)}" WHERE "{FoundBy(text)}" = ANY(@ids) AND strpos("{Column}", {Once("@part")}) > 0
         """;

    // Adding nothing keeps the planner from reading the rows by their key instead, through all that do not match.
    private static string Found(SearchedText text) =>
        $"""
         SELECT "{FoundBy(text)}" AS "Id" FROM "{TableOf(text)}"
         WHERE "{Column}" LIKE (SELECT '%' || {Upper("@pattern")} || '%') AND strpos("{Column}", {Once("@part")}) > 0 AND "{FoundBy(text)}" + 0 < @before
         """;

    private static string SchemaOf(SearchedText text) =>
        $"""
         DO $$ BEGIN
           IF NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = '"{TableOf(text)}"'::regclass AND attname = '{Column}' AND NOT attisdropped) THEN
             ALTER TABLE "{TableOf(text)}" ADD COLUMN "{Column}" text GENERATED ALWAYS AS ({Folded($"left({TextOf(text)}, {ITextSearch.MaxIndexedLength})")}) STORED;
           END IF;
         END $$;
         DROP INDEX IF EXISTS "IX_{TableOf(text)}_Search";
         CREATE INDEX IF NOT EXISTS "{NameOf(text)}" ON "{TableOf(text)}"
           USING gin (("{FoundBy(text)}" >> {StretchBits}), "{Column}" gin_trgm_ops) WITH (gin_pending_list_limit = 256);
         """;

    // Left to itself it would be folded for each row anew.
    private static string Once(string parameter) => $"(SELECT {Folded(parameter)})";

    // The column has the database's collation; under another one its index would not be read.
    private static string Folded(string text) => Upper($"normalize({text})");

    // Of what is folded already: to compose capitals again would make others of them than the column has.
    private static string Upper(string text) => $"upper({text} COLLATE \"{Unicode}\") COLLATE \"default\"";

    private static string NameOf(SearchedText text) => $"IX_{TableOf(text)}_Searched";

    private static string TableOf(SearchedText text) => text switch
    {
        SearchedText.Subject => "Tickets",
        SearchedText.Content => "Responses",
        SearchedText.SentMail => "SentMails",
        _ => "Suppressions",
    };

    private static string TextOf(SearchedText text) => text switch
    {
        SearchedText.Subject => "\"Subject\"",
        SearchedText.Content => "\"Text\"",
        SearchedText.SentMail => "\"Subject\" || E'\\n' || \"ToAddress\"",
        _ => "\"Email\"",
    };

    private static string FoundBy(SearchedText text) => text == SearchedText.Content ? "TicketId" : "Id";
}
