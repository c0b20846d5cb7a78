using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query.SqlExpressions;
using Microsoft.EntityFrameworkCore.Storage;
using Tickiti.Application.Common;

namespace Tickiti.Infrastructure.Persistence;

/// <summary>How each database does what <see cref="DatabaseFunctions"/> promise.</summary>
internal static class FunctionTranslations
{
    private static readonly bool[] NullOfNull = [true, true];

    /// <param name="slice">The database's name for a range of bytes.</param>
    /// <param name="hasText">Text and part to a condition.</param>
    public static void MapFunctions(
        this ModelBuilder modelBuilder, string slice, Func<SqlExpression, SqlExpression, SqlExpression> hasText)
    {
        modelBuilder.HasDbFunction(() => DatabaseFunctions.HasText("", "")).HasTranslation(given => hasText(given[0], given[1]));
        modelBuilder.HasDbFunction(() => DatabaseFunctions.Slice(Array.Empty<byte>(), 0, 0)).HasName(slice).IsBuiltIn();
    }

    public static SqlExpression Call(string function, Type type, RelationalTypeMapping mapping, params SqlExpression[] arguments) =>
        new SqlFunctionExpression(function, arguments, nullable: true, NullOfNull[..arguments.Length], type, mapping);

    public static SqlExpression IsPositive(SqlExpression number) => new SqlBinaryExpression(
        System.Linq.Expressions.ExpressionType.GreaterThan,
        number,
        new SqlConstantExpression(0, IntTypeMapping.Default),
        typeof(bool),
        BoolTypeMapping.Default);
}
