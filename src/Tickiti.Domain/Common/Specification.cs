using System.Linq.Expressions;

namespace Tickiti.Domain.Common;

/// <summary>
/// A question about many things, with a name: singular names ask for at most one (<c>TicketWithNumber</c>), plural ones for
/// many. It is asked of memory and of every database with the same meaning.
/// </summary>
public abstract class Specification<T>
{
    private readonly List<Expression<Func<T, bool>>> _criteria = [];
    private Func<IQueryable<T>, IQueryable<T>>? _order;
    private int? _take;

    /// <summary>The question put to a source.</summary>
    public IQueryable<T> ApplyTo(IQueryable<T> source)
    {
        foreach (var criterion in _criteria)
        {
            source = source.Where(criterion);
        }

        source = _order is null ? source : _order(source);
        return _take is { } count ? source.Take(count) : source;
    }

    public bool IsSatisfiedBy(T candidate) => ApplyTo(new[] { candidate }.AsQueryable()).Any();

    protected void Where(Expression<Func<T, bool>> criterion) => _criteria.Add(criterion);

    protected void OrderBy<TKey>(Expression<Func<T, TKey>> key) => _order = source => source.OrderBy(key);

    protected void OrderByDescending<TKey>(Expression<Func<T, TKey>> key) =>
        _order = source => source.OrderByDescending(key);

    protected void Take(int count) => _take = count;
}

public static class SpecificationExtensions
{
    /// <summary>Reads as a sentence: <c>tickets.That(new TicketWithNumber(220001))</c>.</summary>
    public static IQueryable<T> That<T>(this IQueryable<T> source, Specification<T> specification) =>
        specification.ApplyTo(source);
}
