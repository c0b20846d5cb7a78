using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Tickiti.Application.Common;

namespace Tickiti.Infrastructure.Persistence.Sqlite;

/// <summary>SQLite's own functions know the case of ASCII only, so connections get ours.</summary>
internal sealed class SqliteFunctions : DbConnectionInterceptor
{
    public const string HasText = "tickiti_has_text";

    public static SqliteFunctions Interceptor { get; } = new();

    public override DbConnection ConnectionCreated(ConnectionCreatedEventData eventData, DbConnection result)
    {
        ((SqliteConnection)result).CreateFunction(
            HasText, (string? text, string? part) => text is not null && part is not null && DatabaseFunctions.HasText(text, part),
            isDeterministic: true);
        return result;
    }
}
