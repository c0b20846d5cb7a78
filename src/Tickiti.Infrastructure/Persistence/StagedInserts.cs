using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;

namespace Tickiti.Infrastructure.Persistence;

/// <summary>
/// What a context has staged, where that is nothing but new rows: the shape of every hot write (a ticket, a mail taken in, a
/// mail to send). Such rows go to the database as prepared INSERTs, in an order that its references allow, without EF's update
/// pipeline, which costs four times as much as the statements themselves (docs/adr/0008-prepared-inserts.md). SQL, columns and
/// conversions are those of EF's model.
/// </summary>
internal static class StagedInserts
{
    private static readonly ConcurrentDictionary<IEntityType, InsertPlan> Plans = new();

    /// <returns>The rows in the order to write them; null where something else than inserting is staged.</returns>
    public static IReadOnlyList<StagedInsert>? Of(DbContext db)
    {
        var rows = new List<StagedInsert>();
        foreach (var entry in db.ChangeTracker.Entries())
        {
            if (entry.State == EntityState.Unchanged)
            {
                continue;
            }

            var plan = entry.State == EntityState.Added ? Plans.GetOrAdd(entry.Metadata, InsertPlan.Of) : null;
            if (plan is not { IsUsable: true })
            {
                return null;
            }

            rows.Add(new StagedInsert(plan, plan.ValuesOf(entry)));
        }

        return InOrder(rows);
    }

    /// <summary>Rows of several contexts in an order that their references allow, those of a type beside each other.</summary>
    public static IReadOnlyList<StagedInsert> InOrder(List<StagedInsert> rows)
    {
        rows.Sort(static (left, right) => InsertPlan.Compare(left.Plan, right.Plan));
        return rows;
    }
}

/// <summary>One row to insert; the values are as the database's driver takes them, <see cref="DBNull"/> for null.</summary>
internal readonly record struct StagedInsert(InsertPlan Plan, object[] Values)
{
    private const int Large = 64 * 1024;

    /// <summary>Carries a raw mail, an attachment, or a long content.</summary>
    public bool IsLarge => Array.Exists(Values, value => value is byte[] { Length: > Large } or string { Length: > Large });
}

/// <summary>How the rows of one entity type are inserted.</summary>
internal sealed class InsertPlan
{
    private readonly IProperty[] _properties;
    private readonly string _table;
    private readonly int _rank;

    private InsertPlan(IEntityType type)
    {
        _properties = [.. type.GetProperties()];
        IsUsable = !type.GetComplexProperties().Any()
            && _properties.All(property => !property.IsShadowProperty() && property.ValueGenerated == ValueGenerated.Never);
        _rank = RankOf(type, []);
        Mappings = [.. _properties.Select(property => property.GetRelationalTypeMapping())];
        var table = StoreObjectIdentifier.Table(type.GetTableName()!, type.GetSchema());
        var columns = _properties.Select(property => $"\"{property.GetColumnName(table)}\"");
        _table = table.Name;
        InsertInto = $"INSERT INTO \"{_table}\" ({string.Join(", ", columns)})";
        Sql = $"{InsertInto} VALUES ({string.Join(", ", _properties.Select((_, index) => ParameterName(index)))})";
        Positions = string.Join(", ", _properties.Select((_, index) => $"${index + 1}"));
    }

    /// <summary>Everything of the type is a plain column whose value is known before the insert.</summary>
    public bool IsUsable { get; }

    /// <summary>With parameters by name: <see cref="ParameterName"/>.</summary>
    public string Sql { get; }

    /// <summary>The statement's beginning, with the columns.</summary>
    public string InsertInto { get; }

    /// <summary>One parameter a column, by position: $1, $2 …</summary>
    public string Positions { get; }

    /// <summary>By parameter.</summary>
    public IReadOnlyList<RelationalTypeMapping> Mappings { get; }

    public static InsertPlan Of(IEntityType type) => new(type);

    public static string ParameterName(int index) => string.Create(CultureInfo.InvariantCulture, $"@p{index}");

    /// <summary>Types that are referred to come before those that refer to them.</summary>
    public static int Compare(InsertPlan left, InsertPlan right) => left._rank != right._rank
        ? left._rank.CompareTo(right._rank)
        : string.CompareOrdinal(left._table, right._table);

    public object[] ValuesOf(EntityEntry entry)
    {
        var values = new object[_properties.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var value = _properties[i].GetGetter().GetClrValue(entry.Entity);
            values[i] = (value is null ? null : Mappings[i].Converter is { } converter ? converter.ConvertToProvider(value) : value)
                ?? DBNull.Value;
        }

        return values;
    }

    // A cycle of references (queues and mailboxes) ends where it began; its rows are inserted with the reference still null.
    private static int RankOf(IEntityType type, HashSet<IEntityType> path)
    {
        if (!path.Add(type))
        {
            return 0;
        }

        var rank = type.GetForeignKeys().Select(key => RankOf(key.PrincipalEntityType, path) + 1).DefaultIfEmpty().Max();
        path.Remove(type);
        return rank;
    }
}
