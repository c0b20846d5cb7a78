using Tickiti.Application.Common;

namespace Tickiti.Infrastructure.Search;

/// <summary>
/// Indexes by trigrams (pg_trgm) over texts without case. The queries ask for the very same expressions, which is how the planner
/// knows them.
/// </summary>
internal static class PostgreSqlSearchIndexes
{
    /// <summary>The database's own collation may know the case of ASCII only; ICU's root collation knows every script.</summary>
    public const string Unicode = "und-x-icu";

    /// <summary>What an administrator runs where the server's account may not.</summary>
    public static string Schema { get; } = string.Join(
        '\n',
        Enum.GetValues<SearchedText>()
            .Select(text => $"CREATE INDEX IF NOT EXISTS \"{NameOf(text)}\" ON \"{TableOf(text)}\" USING gin ({Keys(text)});")
            .Prepend("CREATE EXTENSION IF NOT EXISTS pg_trgm;"));

    public static IReadOnlyList<string> Names { get; } = [.. Enum.GetValues<SearchedText>().Select(NameOf)];

    /// <summary>The rows that match <c>@part</c> below <c>@before</c>, newest first.</summary>
    public static string Sql(SearchedText text) =>
        $"""
         SELECT "{FoundBy(text)}" FROM "{TableOf(text)}"
         WHERE ({string.Join(" OR ", ColumnsOf(text).Select(column => $"{Folded(column)} LIKE {Pattern}"))}) AND "{FoundBy(text)}" < @before
         ORDER BY "{FoundBy(text)}" DESC LIMIT @atMost
         """;

    private static string Pattern => $"('%' || upper(normalize(@part) COLLATE \"{Unicode}\") || '%')";

    private static string Folded(string column) =>
        $"upper(normalize(left(\"{column}\", {ITextSearch.MaxIndexedLength})) COLLATE \"{Unicode}\")";

    private static string Keys(SearchedText text) =>
        string.Join(", ", ColumnsOf(text).Select(column => $"{Folded(column)} gin_trgm_ops"));

    private static string NameOf(SearchedText text) => $"IX_{TableOf(text)}_Search";

    private static string TableOf(SearchedText text) => text switch
    {
        SearchedText.Subject => "Tickets",
        SearchedText.Content => "Responses",
        SearchedText.SentMail => "SentMails",
        _ => "Suppressions",
    };

    private static string[] ColumnsOf(SearchedText text) => text switch
    {
        SearchedText.Subject => ["Subject"],
        SearchedText.Content => ["Text"],
        SearchedText.SentMail => ["Subject", "ToAddress"],
        _ => ["Email"],
    };

    private static string FoundBy(SearchedText text) => text == SearchedText.Content ? "TicketId" : "Id";
}
