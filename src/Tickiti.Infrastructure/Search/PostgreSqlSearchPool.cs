using Npgsql;
using Tickiti.Infrastructure.Persistence;

namespace Tickiti.Infrastructure.Search;

/// <summary>
/// Connections of their own for searching: few, so that searches cannot take the database from everything else; with statements
/// that read the index whatever the planner thinks of a text, and so are planned once; and none runs for long.
/// </summary>
internal sealed class PostgreSqlSearchPool : IAsyncDisposable
{
    private const int Connections = 4;

    // The time-out is for a server that does not hear of a search that was given up; RowQuery gives up earlier.
    private const string Options = "-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c max_parallel_workers_per_gather=0 "
        + "-c statement_timeout=8000 -c jit=off";

    private readonly NpgsqlDataSource _source;
    private IndexState? _state;

    public PostgreSqlSearchPool(DatabaseDialect dialect)
    {
        var settings = new NpgsqlConnectionStringBuilder(dialect.ConnectionString)
        {
            MaxPoolSize = Connections,
            MinPoolSize = 0,
            MaxAutoPrepare = 32,
            ApplicationName = "Tickiti search",
        };
        settings.Options = $"{settings.Options} {Options}".Trim();
        _source = NpgsqlDataSource.Create(settings);
    }

    public ValueTask<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken) => _source.OpenConnectionAsync(cancellationToken);

    /// <summary>Asked once: what an administrator adds is seen after a restart.</summary>
    public async ValueTask<IndexState> StateAsync(CancellationToken cancellationToken) =>
        _state ??= await ReadStateAsync(cancellationToken);

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private async Task<IndexState> ReadStateAsync(CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        await using var count = new NpgsqlCommand(
            "SELECT count(*) FROM unnest($1) name WHERE to_regclass(quote_ident(name)) IS NOT NULL", connection);
        count.Parameters.AddWithValue(PostgreSqlSearchIndexes.Names.ToArray());
        if ((long)(await count.ExecuteScalarAsync(cancellationToken))! < PostgreSqlSearchIndexes.Names.Count)
        {
            return IndexState.Missing;
        }

        // In a database with the locale C, pg_trgm takes nothing beyond ASCII for a letter.
        await using var letters = new NpgsqlCommand("SELECT cardinality(show_trgm('жал'))", connection);
        return (int)(await letters.ExecuteScalarAsync(cancellationToken))! > 0 ? IndexState.EveryScript : IndexState.AsciiOnly;
    }
}

/// <summary>What the indexes of a database are good for.</summary>
internal enum IndexState
{
    Missing,
    AsciiOnly,
    EveryScript,
}
