using Tickiti.Application.Common;
using Tickiti.Domain.Common;

namespace Tickiti.Application.Tickets;

/// <summary>The criteria that look at texts, which are searched by an index and not row by row.</summary>
internal static class TicketTexts
{
    public static bool IsText(TicketMode mode) => mode is TicketMode.Subject or TicketMode.Content or TicketMode.SubjectContent;

    /// <param name="criteria">Of any form.</param>
    public static IEnumerable<string> TokensOf(IReadOnlyList<TicketCriterion>? criteria) =>
        from criterion in criteria ?? []
        where Wire<TicketMode>.TryParse(criterion.Mode ?? "", out var mode) && IsText(mode)
        from token in criterion.Tokens ?? []
        where token is not null
        select token;

    /// <param name="criteria">Valid as to their form.</param>
    /// <returns>Null where none of them looks at a text.</returns>
    public static TextCondition? ConditionOf(IReadOnlyList<TicketCriterion> criteria)
    {
        var modes = from criterion in criteria
                    let mode = Wire<TicketMode>.Parse(criterion.Mode!)
                    where IsText(mode)
                    group ConditionOf(mode, criterion) by mode into alternatives
                    select new TextCondition.Any([.. alternatives]);
        var all = modes.ToList<TextCondition>();
        return all.Count == 0 ? null : new TextCondition.All(all);
    }

    private static TextCondition ConditionOf(TicketMode mode, TicketCriterion criterion)
    {
        var tokens = criterion.Tokens!.Select(token => token.Trim()).Distinct().Select(token => ConditionOf(mode, token)).ToList();
        return criterion.Match == Wire<TokenMatch>.Name(TokenMatch.All) ? new TextCondition.All(tokens) : new TextCondition.Any(tokens);
    }

    private static TextCondition ConditionOf(TicketMode mode, string token) => mode switch
    {
        TicketMode.Subject => new TextCondition.Has(SearchedText.Subject, token),
        TicketMode.Content => new TextCondition.Has(SearchedText.Content, token),
        _ => new TextCondition.Any(
            [new TextCondition.Has(SearchedText.Subject, token), new TextCondition.Has(SearchedText.Content, token)]),
    };
}
