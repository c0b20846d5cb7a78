using Microsoft.EntityFrameworkCore;
using Tickiti.Infrastructure.Persistence;

namespace Tickiti.Infrastructure.Search;

/// <summary>Whether the tables are there: where the schema is not ours to change, an administrator may not have made them yet.</summary>
internal sealed class SqlServerSearchTables
{
    private static readonly string[] Names = [.. SqlServerSearchIndex.All.SelectMany(index => new[] { index.Grams, index.Texts, index.Due })];

    private volatile bool _areThere;

    public static string Sql { get; } =
        $"""
         SELECT CAST(COUNT(*) AS int) AS "Value" FROM INFORMATION_SCHEMA.TABLES
         WHERE TABLE_NAME IN ({string.Join(", ", Names.Select(name => $"'{name}'"))})
         """;

    public async ValueTask<bool> AreThereAsync(TickitiDbContext db, CancellationToken cancellationToken)
    {
        if (!_areThere)
        {
            var counts = await db.Database.SqlQueryRaw<int>(Sql).ToListAsync(cancellationToken);
            _areThere = counts.Contains(Names.Length);
        }

        return _areThere;
    }
}
