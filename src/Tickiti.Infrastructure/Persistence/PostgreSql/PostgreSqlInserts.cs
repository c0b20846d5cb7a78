using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using NpgsqlTypes;

namespace Tickiti.Infrastructure.Persistence.PostgreSql;

/// <summary>
/// Rows as few statements: one a type, however many rows, with an array a column. All of them go in one round trip, and
/// outside a transaction the server runs them as one of its own.
/// </summary>
internal static class PostgreSqlInserts
{
    private static readonly ConditionalWeakTable<InsertPlan, Statements> Known = [];

    /// <param name="connection">Open.</param>
    /// <param name="rows">In an order that their references allow: all rows of a type beside each other.</param>
    /// <param name="cancellationToken">Asks the server to give up.</param>
    public static async Task<int> RunAsync(
        NpgsqlConnection connection, IReadOnlyList<StagedInsert> rows, CancellationToken cancellationToken)
    {
        if (rows.Count == 0)
        {
            return 0;
        }

        await using var batch = new NpgsqlBatch(connection);
        for (var (start, end) = (0, 0); start < rows.Count; start = end)
        {
            var plan = rows[start].Plan;
            for (end = start + 1; end < rows.Count && rows[end].Plan == plan; end++)
            {
            }

            var statements = Known.GetValue(plan, Statements.Of);
            batch.BatchCommands.Add(end - start == 1 ? statements.One(rows[start]) : statements.Many(rows, start, end));
        }

        return await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    // Parameters by position: Npgsql sends the statement as it stands, without parsing it.
    private sealed class Statements(InsertPlan plan, NpgsqlDbType[] types, Type[] elements)
    {
        private readonly string _many = $"{plan.InsertInto} SELECT * FROM unnest({plan.Positions})";

        public static Statements Of(InsertPlan plan)
        {
            // The mapping knows the column's type, which a null does not tell.
            using var command = new NpgsqlCommand();
            return new Statements(
                plan,
                [.. plan.Mappings.Select(mapping => ((NpgsqlParameter)mapping.CreateParameter(command, "p", null)).NpgsqlDbType)],
                [.. plan.Mappings.Select(ElementOf)]);
        }

        public NpgsqlBatchCommand One(StagedInsert row)
        {
            var command = new NpgsqlBatchCommand($"{plan.InsertInto} VALUES ({plan.Positions})");
            for (var i = 0; i < types.Length; i++)
            {
                command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = types[i], Value = row.Values[i] });
            }

            return command;
        }

        public NpgsqlBatchCommand Many(IReadOnlyList<StagedInsert> rows, int start, int end)
        {
            var command = new NpgsqlBatchCommand(_many);
            for (var i = 0; i < types.Length; i++)
            {
                var column = Array.CreateInstance(elements[i], end - start);
                for (var row = start; row < end; row++)
                {
                    if (rows[row].Values[i] is var value && value != DBNull.Value)
                    {
                        column.SetValue(value, row - start);
                    }
                }

                command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | types[i], Value = column });
            }

            return command;
        }

        private static Type ElementOf(RelationalTypeMapping mapping)
        {
            var type = mapping.Converter?.ProviderClrType ?? mapping.ClrType;
            return type.IsValueType && Nullable.GetUnderlyingType(type) is null ? typeof(Nullable<>).MakeGenericType(type) : type;
        }
    }
}
