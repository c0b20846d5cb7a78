using System.Data.Common;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Tickiti.Infrastructure.Persistence;
using Tickiti.Infrastructure.Persistence.PostgreSql;
using Tickiti.Infrastructure.Search;
using Tickiti.IntegrationTests.Common;

namespace Tickiti.IntegrationTests.Search;

/// <summary>
/// SQL Server's search, run on PostgreSQL where there is no SQL Server: its statements are read into the other grammar, a few
/// words each; only tables and triggers are written anew. What is run is the product's code, with real transactions and races.
/// </summary>
internal sealed partial class NgramsOnPostgreSql : DbCommandInterceptor
{
    /// <summary>Runs before a command whose text it is given.</summary>
    public Func<string, Task>? Before { get; set; }

    /// <summary>A node's services with SQL Server's search.</summary>
    public void Configure(IServiceCollection services)
    {
        services.AddSqlServerSearch();
        services.ConfigureDbContext<PostgreSqlTickitiDbContext>(builder => builder.AddInterceptors(this));
    }

    public static Task CreateTablesAsync(TestNode node) => node.InScopeAsync(async scope =>
    {
        var db = scope.GetRequiredService<TickitiDbContext>();
        await db.Database.ExecuteSqlRawAsync(
            "CREATE FUNCTION charindex(text, text) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT strpos($2, $1)'");
        foreach (var index in SqlServerSearchIndex.All)
        {
            await db.Database.ExecuteSqlRawAsync(Schema(index));
        }
    });

    public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        await TranslateAsync(command);
        return result;
    }

    public override async ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        await TranslateAsync(command);
        return result;
    }

    private static string Schema(SqlServerSearchIndex index) =>
        $"""
         CREATE TABLE "{index.Grams}" ("Gram" bigint NOT NULL, "Block" bigint NOT NULL, "Mask" bigint NOT NULL, PRIMARY KEY ("Gram", "Block"));
         CREATE TABLE "{index.Texts}" (
           "Id" bigint NOT NULL UNIQUE, "Found" bigint NOT NULL, "Bit" bigint NOT NULL, "Text" text NOT NULL, PRIMARY KEY ("Found", "Id"));
         CREATE TABLE "{index.Due}" ("Seq" bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "Id" bigint NOT NULL);
         CREATE FUNCTION "{index.Trigger}"() RETURNS trigger LANGUAGE plpgsql AS
           'BEGIN INSERT INTO "{index.Due}" ("Id") VALUES (COALESCE(NEW."Id", OLD."Id")); RETURN NULL; END';
         CREATE TRIGGER "{index.Trigger}" AFTER INSERT OR DELETE OR UPDATE OF {string.Join(", ", index.Columns.Append(index.Found).Select(column => $"\"{column}\""))}
           ON "{index.Table}" FOR EACH ROW EXECUTE FUNCTION "{index.Trigger}"();
         INSERT INTO "{index.Due}" ("Id") SELECT "Id" FROM "{index.Table}" ORDER BY "Id";
         """;

    private async Task TranslateAsync(DbCommand command)
    {
        if (Before is { } before)
        {
            await before(command.CommandText);
        }

        var sql = command.CommandText.Replace(SqlServerSearchIndex.Hints, "", StringComparison.Ordinal)
            .Replace(SqlServerSearchIndexer.YieldSql, "SELECT 1", StringComparison.Ordinal);
        sql = Json.Replace(sql, "jsonb_to_recordset(${list}::jsonb) AS ${alias}(${columns})");
        sql = UpdateJoin.Replace(sql, "UPDATE ${table} ${alias} ${set} FROM ${source} WHERE ${on}");
        command.CommandText = DeleteJoin.Replace(sql, "DELETE FROM ${table} ${alias} USING ${source} WHERE ${on}");
    }

    [GeneratedRegex(@"OPENJSON\((?<list>@p\d+)\) WITH \((?<columns>[^)]*)\) (?<alias>\w+)", RegexOptions.None, 1000)]
    private static partial Regex Json { get; }

    [GeneratedRegex(@"^UPDATE (?<alias>\w+) (?<set>SET .*?) FROM (?<source>.*)\s+JOIN (?<table>""\w+"") \k<alias> ON (?<on>.*)$", RegexOptions.Singleline, 1000)]
    private static partial Regex UpdateJoin { get; }

    [GeneratedRegex(@"^DELETE (?<alias>\w+) FROM (?<source>.*)\s+JOIN (?<table>""\w+"") \k<alias> ON (?<on>.*)$", RegexOptions.Singleline, 1000)]
    private static partial Regex DeleteJoin { get; }
}
