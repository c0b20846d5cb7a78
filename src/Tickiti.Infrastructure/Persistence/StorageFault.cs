using System.Data.Common;
using Microsoft.Data.SqlClient;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Tickiti.Infrastructure.Persistence;

/// <summary>
/// Whose fault it is when the database refuses: the data's (a value it cannot take), or its own (a full disk, a lost
/// connection, a restart). The second says nothing about the mail at hand, which must be tried again and not put aside.
/// </summary>
internal static class StorageFault
{
    public static bool IsIn(Exception exception)
    {
        for (var inner = exception; inner is not null; inner = inner.InnerException)
        {
            if (inner is DbException refusal)
            {
                return !IsAboutData(refusal);
            }

            if (inner is IOException or TimeoutException)
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsAboutData(DbException refusal) => refusal switch
    {
        // SQLITE_TOOBIG, SQLITE_CONSTRAINT, SQLITE_MISMATCH, SQLITE_RANGE.
        SqliteException sqlite => sqlite.SqliteErrorCode is 18 or 19 or 20 or 25,

        // Data exception, integrity constraint violation, program limit exceeded.
        PostgresException postgres => postgres.SqlState[..2] is "22" or "23" or "54",

        // Truncation, conversion, null, and the constraints.
        SqlException server => server.Number is 220 or 245 or 515 or 547 or 2601 or 2627 or 2628 or 8114 or 8115 or 8152,
        _ => false,
    };
}
