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

    public static RowCondition ConditionOf(TicketMode mode, string token) => mode switch
    {
        TicketMode.Subject => new RowCondition.Has(SearchedText.Subject, token),
        TicketMode.Content => new RowCondition.Has(SearchedText.Content, token),
        _ => new RowCondition.Any(
            [new RowCondition.Has(SearchedText.Subject, token), new RowCondition.Has(SearchedText.Content, token)]),
    };
}
