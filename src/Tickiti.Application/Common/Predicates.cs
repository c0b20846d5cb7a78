using System.Linq.Expressions;

namespace Tickiti.Application.Common;

/// <summary>Joins conditions that are known only when a request comes.</summary>
internal static class Predicates
{
    /// <summary>True where any of them is; never where there are none.</summary>
    public static Expression<Func<T, bool>> Any<T>(IEnumerable<Expression<Func<T, bool>>> conditions) =>
        Join(conditions, Expression.OrElse, empty: false);

    /// <summary>True where all of them are.</summary>
    public static Expression<Func<T, bool>> All<T>(IEnumerable<Expression<Func<T, bool>>> conditions) =>
        Join(conditions, Expression.AndAlso, empty: true);

    private static Expression<Func<T, bool>> Join<T>(
        IEnumerable<Expression<Func<T, bool>>> conditions, Func<Expression, Expression, Expression> join, bool empty)
    {
        var subject = Expression.Parameter(typeof(T), "one");
        var bodies = conditions.Select(condition => new Substitute(condition.Parameters[0], subject).Visit(condition.Body)).ToList();
        return Expression.Lambda<Func<T, bool>>(bodies.Count == 0 ? Expression.Constant(empty) : bodies.Aggregate(join), subject);
    }

    private sealed class Substitute(ParameterExpression from, ParameterExpression to) : ExpressionVisitor
    {
        protected override Expression VisitParameter(ParameterExpression node) => node == from ? to : node;
    }
}
