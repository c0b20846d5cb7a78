using Npgsql;
using Tickiti.Application.Common;

namespace Tickiti.Infrastructure.Search;

/// <summary>
/// By indexes of trigrams, which know letters and digits only: a part without three of them in a row is looked for among the
/// newest rows.
/// </summary>
internal sealed class PostgreSqlTextSearch(PostgreSqlSearchPool pool, TextScan scan) : ITextSearch
{
    private const int Shortest = 3;

    public async Task<TextMatches> FindAsync(
        SearchedText where, string part, long before, int atMost, CancellationToken cancellationToken) =>
        IsIndexable(part, await pool.StateAsync(cancellationToken))
            ? await FindByIndexAsync(where, part, before, atMost, cancellationToken)
            : await scan.FindAsync(where, part, before, atMost, cancellationToken);

    public Task<IReadOnlyList<long>> KeepAsync(
        SearchedText where, string part, IReadOnlyList<long> ids, CancellationToken cancellationToken) =>
        scan.KeepAsync(where, part, ids, cancellationToken);

    internal static bool IsIndexable(string part, IndexState state)
    {
        var run = 0;
        foreach (var letter in state == IndexState.Missing ? "" : FoldedText.Of(part))
        {
            run = char.IsLetterOrDigit(letter) && (state == IndexState.EveryScript || char.IsAscii(letter)) ? run + 1 : 0;
            if (run == Shortest)
            {
                return true;
            }
        }

        return false;
    }

    internal static void AddParameters(NpgsqlCommand command, string part, long before, int atMost)
    {
        var literal = part.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal)
            .Replace("_", @"\_", StringComparison.Ordinal);
        command.Parameters.AddWithValue("part", literal);
        command.Parameters.AddWithValue("before", before);
        command.Parameters.AddWithValue("atMost", atMost);
    }

    private async Task<TextMatches> FindByIndexAsync(
        SearchedText where, string part, long before, int atMost, CancellationToken cancellationToken)
    {
        await using var connection = await pool.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(PostgreSqlSearchIndexes.Sql(where), connection);
        AddParameters(command, part, before, atMost);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var ids = new List<long>();
        while (await reader.ReadAsync(cancellationToken))
        {
            ids.Add(reader.GetInt64(0));
        }

        return TextMatches.Of(ids, ids.Count < atMost ? 0 : ids[^1]);
    }
}
