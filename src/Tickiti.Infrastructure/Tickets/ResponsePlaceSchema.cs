using Microsoft.EntityFrameworkCore;
using Tickiti.Infrastructure.Persistence;

namespace Tickiti.Infrastructure.Tickets;

/// <summary>
/// The order in which responses were committed (docs/adr/0015-commit-order.md), by what each database knows of its commits and
/// EF's model cannot say. Made after the migrations, at each start, where it is missing.
/// </summary>
internal static class ResponsePlaceSchema
{
    /// <summary>A table on SQLite, a view elsewhere.</summary>
    public const string Name = "ResponsePlaces";

    /// <summary>One writer: what a reader sees is all that was committed before, and everything later gets a higher rowid.</summary>
    public const string SqliteSettled = """SELECT coalesce(max("Position"), 0) + 1 AS "Value" FROM "ResponsePlaces" """;

    /// <summary>
    /// The oldest transaction under way in this database; the snapshot's own <c>xmin</c> is that of the whole server, and an index
    /// that someone else builds there would hold us up for hours. The snapshot is taken before the sessions are looked at: what
    /// began earlier is among them, or over. Their ids have 32 bits, so it is told how far they are behind.
    /// </summary>
    public const string PostgreSqlSettled =
        """
        SELECT response_position(pg_snapshot_xmax(pg_current_snapshot())) - coalesce(max(writer.behind), 0) AS "Value"
        FROM (
          SELECT (pg_snapshot_xmax(pg_current_snapshot())::text::bigint - backend_xid::text::bigint) & 4294967295 AS behind
          FROM pg_stat_activity WHERE datname = current_database() AND backend_xid IS NOT NULL
          UNION ALL
          SELECT (pg_snapshot_xmax(pg_current_snapshot())::text::bigint - transaction::text::bigint) & 4294967295
          FROM pg_prepared_xacts WHERE database = current_database()) AS writer
        WHERE writer.behind < 2147483648
        """;

    /// <summary>The lowest rowversion that a transaction under way has.</summary>
    public const string SqlServerSettled = "SELECT CAST(MIN_ACTIVE_ROWVERSION() AS bigint) AS [Value]";

    private const string Sqlite =
        """
        CREATE TABLE IF NOT EXISTS "ResponsePlaces" ("Position" INTEGER PRIMARY KEY, "ResponseId" INTEGER NOT NULL);
        CREATE UNIQUE INDEX IF NOT EXISTS "IX_ResponsePlaces_ResponseId" ON "ResponsePlaces" ("ResponseId");
        CREATE TRIGGER IF NOT EXISTS "ResponsePlaces_insert" AFTER INSERT ON "Responses" BEGIN
          INSERT OR REPLACE INTO "ResponsePlaces" ("ResponseId") VALUES (NEW."Id");
        END;
        INSERT INTO "ResponsePlaces" ("ResponseId")
          SELECT "Id" FROM "Responses" WHERE NOT EXISTS (SELECT 1 FROM "ResponsePlaces") ORDER BY "Id";
        """;

    // A database that was moved to another server by dump and restore finds its transactions counted anew. What the function
    // adds lifts the new ones above all that the old server gave, so that callers' cursors hold.
    private const string PostgreSql =
        """
        DO $$
        DECLARE
          ahead bigint;
        BEGIN
          IF to_regprocedure('response_position(xid8)') IS NULL THEN
            CREATE FUNCTION response_position(xid8) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT $1::text::bigint + 0';
            ALTER TABLE "Responses" ADD COLUMN "Position" bigint NOT NULL DEFAULT response_position(pg_current_xact_id());
            CREATE INDEX "IX_Responses_Position" ON "Responses" ("Position", "Id");
            CREATE VIEW "ResponsePlaces" AS SELECT "Id" AS "ResponseId", "Position" FROM "Responses";
          END IF;
          SELECT max("Position") - pg_current_xact_id()::text::bigint INTO ahead FROM "Responses";
          IF ahead > response_position('0'::xid8) THEN
            EXECUTE format(
              'CREATE OR REPLACE FUNCTION response_position(xid8) RETURNS bigint LANGUAGE sql IMMUTABLE AS %L',
              'SELECT $1::text::bigint + ' || ahead + 1);
          END IF;
        END $$;
        """;

    private const string SqlServer =
        """
        IF COL_LENGTH('Responses', 'Position') IS NULL
        BEGIN
          EXEC('ALTER TABLE [Responses] ADD [Position] rowversion NOT NULL');
          EXEC('CREATE INDEX [IX_Responses_Position] ON [Responses] ([Position])');
          EXEC('CREATE VIEW [ResponsePlaces] AS SELECT [Id] AS [ResponseId], [Position] FROM [Responses]');
        END
        """;

    public static async Task PrepareAsync(DatabaseDialect dialect, CancellationToken cancellationToken)
    {
        await using var db = dialect.CreateForMigration();
        db.Database.SetCommandTimeout(TimeSpan.FromHours(1));
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);

        // Nodes that start together do it once.
        await db.Database.ExecuteSqlRawAsync(
            dialect.Provider switch
            {
                DatabaseProvider.Sqlite => Sqlite,
                DatabaseProvider.PostgreSql => $"SELECT pg_advisory_xact_lock(hashtext('tickiti.places'));\n{PostgreSql}",
                _ => $"EXEC sp_getapplock @Resource = 'tickiti.places', @LockMode = 'Exclusive';\n{SqlServer}",
            },
            cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }
}
