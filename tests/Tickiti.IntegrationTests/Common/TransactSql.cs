using System.Text.RegularExpressions;
using Microsoft.SqlServer.TransactSql.ScriptDom;
using Shouldly;

namespace Tickiti.IntegrationTests.Common;

/// <summary>The grammar of SQL Server 2019, by Microsoft's own parser; what names mean it does not know.</summary>
internal static partial class TransactSql
{
    public static void ShouldParse(string sql, string? name = null) => ErrorsOf(sql).ShouldBeEmpty($"{name}\n{sql}");

    /// <summary>As EF sends it, with parameters in place of numbers.</summary>
    public static string Parameterised(string sql) => Placeholder.Replace(sql, "@p${n}");

    public static IReadOnlyList<string> ErrorsOf(string sql)
    {
        using var reader = new StringReader(sql);
        new TSql150Parser(initialQuotedIdentifiers: true).Parse(reader, out var errors);
        return [.. errors.Select(error => $"{error.Line}:{error.Column} {error.Message}")];
    }

    [GeneratedRegex(@"\{(?<n>\d+)\}", RegexOptions.None, 1000)]
    private static partial Regex Placeholder { get; }
}
