namespace Tickiti.Application.Common;

/// <summary>What rows are looked for by: each leaf has an index that gives its rows newest first.</summary>
internal abstract record RowCondition
{
    private RowCondition()
    {
    }

    /// <summary>How many looks into an index it takes.</summary>
    public abstract int Looks { get; }

    /// <summary>A part of a text.</summary>
    public sealed record Has(SearchedText Where, string Part) : RowCondition
    {
        public override int Looks => 1;
    }

    /// <summary>Rows whose ids one index gives in their order.</summary>
    public sealed record Listed(IQueryable<long> Ids) : RowCondition
    {
        public override int Looks => 1;
    }

    /// <summary>Rows whose ids an index gives in another order; they say something only where they are few.</summary>
    public sealed record Few(IQueryable<long> Ids) : RowCondition
    {
        public override int Looks => 1;
    }

    public sealed record Any(IReadOnlyList<RowCondition> Conditions) : RowCondition
    {
        public override int Looks => Conditions.Sum(condition => condition.Looks);
    }

    public sealed record All(IReadOnlyList<RowCondition> Conditions) : RowCondition
    {
        public override int Looks => Conditions.Sum(condition => condition.Looks);
    }
}
