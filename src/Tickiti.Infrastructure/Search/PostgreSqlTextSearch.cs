using Npgsql;
using Tickiti.Application.Common;

namespace Tickiti.Infrastructure.Search;

/// <summary>
/// By indexes of trigrams, which know letters and digits only: a part without three of them in a row is looked for among the
/// newest rows.
/// </summary>
internal sealed class PostgreSqlTextSearch(PostgreSqlSearchPool pool, TellingParts telling, TextScan scan) : ITextSearch
{
    private const int Shortest = 3;

    // So many stretches are looked at first: what is frequent is found there.
    private const int Newest = 2;

    // So many are looked at in one go where many rows have a part, but not the newest.
    private const int MostStretches = 1_000;

    // Fewer rows than these are sorted sooner than they are looked for in order.
    private const int Few = 1_000;

    public async Task<TextMatches> FindAsync(
        SearchedText where, string part, long before, int atMost, CancellationToken cancellationToken)
    {
        var state = await pool.StateAsync(cancellationToken);
        if (state == IndexState.Missing)
        {
            return await scan.FindAsync(where, part, before, atMost, cancellationToken);
        }

        await using var connection = await pool.OpenAsync(cancellationToken);
        if (IsIndexable(part, state))
        {
            var folded = FoldedText.Of(part);
            var pattern = await telling.OfAsync(where, folded, (atMost, token) => SampleAsync(connection, where, atMost, token), cancellationToken);
            return await new Finding(connection, where, part, IsIndexable(pattern, state) ? pattern : folded, atMost).FindAsync(before, cancellationToken);
        }

        await using var command = new NpgsqlCommand(PostgreSqlSearchIndexes.AmongNewest(where), connection);
        command.Parameters.AddWithValue("part", part);
        return TextMatches.Of(await IdsAsync(command, cancellationToken), 0);
    }

    public async Task<IReadOnlyList<long>> KeepAsync(
        SearchedText where, string part, IReadOnlyList<long> ids, CancellationToken cancellationToken)
    {
        if (await pool.StateAsync(cancellationToken) == IndexState.Missing)
        {
            return await scan.KeepAsync(where, part, ids, cancellationToken);
        }

        await using var connection = await pool.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(PostgreSqlSearchIndexes.AmongIds(where), connection);
        command.Parameters.AddWithValue("part", part);
        command.Parameters.AddWithValue("ids", ids.ToArray());
        return await IdsAsync(command, cancellationToken);
    }

    internal static bool IsIndexable(string part, IndexState state)
    {
        var run = 0;
        if (state == IndexState.Missing || part.Contains(PostgreSqlSearchIndexes.Separator, StringComparison.Ordinal))
        {
            return false;
        }

        foreach (var letter in FoldedText.Of(part))
        {
            run = char.IsLetterOrDigit(letter) && (state == IndexState.EveryScript || char.IsAscii(letter)) ? run + 1 : 0;
            if (run == Shortest)
            {
                return true;
            }
        }

        return false;
    }

    private static async Task<List<string>> SampleAsync(
        NpgsqlConnection connection, SearchedText where, int atMost, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(PostgreSqlSearchIndexes.Sample(where), connection);
        command.Parameters.AddWithValue("atMost", atMost);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var texts = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
        {
            texts.Add(reader.GetString(0));
        }

        return texts;
    }

    private static async Task<List<long>> IdsAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var ids = new List<long>();
        while (await reader.ReadAsync(cancellationToken))
        {
            ids.Add(reader.GetInt64(0));
        }

        return ids;
    }

    /// <summary>
    /// One search. The newest rows first, where all that is frequent has enough; then all rows at once, which is little work for what is
    /// rare; and what was frequent once is followed from one stretch to the next.
    /// </summary>
    internal sealed class Finding(NpgsqlConnection connection, SearchedText where, string part, string pattern, int atMost)
    {
        public async Task<TextMatches> FindAsync(long before, CancellationToken cancellationToken)
        {
            var highest = await HighestAsync(before, cancellationToken);
            if (highest < 0)
            {
                return TextMatches.Of([], 0);
            }

            var newest = await FindAsync(highest + 1, Newest, cancellationToken);
            if (newest.IsComplete || newest.Ids.Count >= atMost)
            {
                return newest;
            }

            await using var anywhere = Command(PostgreSqlSearchIndexes.Anywhere(where), newest.From, Few);
            var some = await IdsAsync(anywhere, cancellationToken);
            if (some.Count < Few)
            {
                return TextMatches.Of(newest.Ids.Concat(some), 0);
            }

            var older = await FindAsync(newest.From, MostStretches, cancellationToken);
            return TextMatches.Of(newest.Ids.Concat(older.Ids), older.From);
        }

        internal NpgsqlCommand Command(string sql, long before, int rows)
        {
            var literal = pattern.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal)
                .Replace("_", @"\_", StringComparison.Ordinal);
            var command = new NpgsqlCommand(sql, connection);
            command.Parameters.AddWithValue("pattern", literal);
            command.Parameters.AddWithValue("part", part);
            command.Parameters.AddWithValue("before", before);
            command.Parameters.AddWithValue("atMost", rows);
            return command;
        }

        private async Task<long> HighestAsync(long before, CancellationToken cancellationToken)
        {
            await using var command = new NpgsqlCommand(PostgreSqlSearchIndexes.Highest(where), connection);
            command.Parameters.AddWithValue("before", before);
            return await command.ExecuteScalarAsync(cancellationToken) is long id ? id : -1;
        }

        private async Task<TextMatches> FindAsync(long before, int stretches, CancellationToken cancellationToken)
        {
            var first = (before - 1) >> PostgreSqlSearchIndexes.StretchBits;
            var last = Math.Max(first - stretches + 1, 0);
            await using var command = Command(PostgreSqlSearchIndexes.ByStretches(where), before, atMost);
            command.Parameters.AddWithValue("first", first);
            command.Parameters.AddWithValue("last", last);
            var ids = await IdsAsync(command, cancellationToken);
            return TextMatches.Of(ids, ids.Count < atMost ? last << PostgreSqlSearchIndexes.StretchBits : ids[^1]);
        }
    }
}
