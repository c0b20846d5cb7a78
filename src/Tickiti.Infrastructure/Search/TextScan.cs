using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;

namespace Tickiti.Infrastructure.Search;

/// <summary>
/// Looks at rows one by one, and at the newest only: for parts too short for an index, and where there is none.
/// </summary>
internal sealed class TextScan(ITickitiDb db) : ITextSearch
{
    public async Task<TextMatches> FindAsync(
        SearchedText where, string part, long before, int atMost, CancellationToken cancellationToken) =>
        TextMatches.Of(await Newest(where, part).ToListAsync(cancellationToken), 0);

    public async Task<IReadOnlyList<long>> KeepAsync(
        SearchedText where, string part, IReadOnlyList<long> ids, CancellationToken cancellationToken) =>
        await Among(where, part, ids).Distinct().ToListAsync(cancellationToken);

    internal IQueryable<long> Newest(SearchedText where, string part) => where switch
    {
        SearchedText.Subject => db.Tickets.OrderByDescending(ticket => ticket.Id).Take(ITextSearch.MaxScanned)
            .Where(ticket => DatabaseFunctions.HasText(ticket.Subject, part)).Select(ticket => ticket.Id),
        SearchedText.Content => db.Responses.OrderByDescending(response => response.Id).Take(ITextSearch.MaxScanned)
            .Where(response => DatabaseFunctions.HasText(response.Text, part)).Select(response => response.TicketId),
        SearchedText.SentMail => db.SentMails.OrderByDescending(mail => mail.Id).Take(ITextSearch.MaxScanned)
            .Where(mail => DatabaseFunctions.HasText(mail.Subject, part) || DatabaseFunctions.HasText(mail.ToAddress, part))
            .Select(mail => mail.Id),
        _ => db.Suppressions.OrderByDescending(one => one.Id).Take(ITextSearch.MaxScanned)
            .Where(one => DatabaseFunctions.HasText(one.Email, part)).Select(one => one.Id),
    };

    private IQueryable<long> Among(SearchedText where, string part, IReadOnlyList<long> ids) => where switch
    {
        SearchedText.Subject => db.Tickets
            .Where(ticket => ids.Contains(ticket.Id) && DatabaseFunctions.HasText(ticket.Subject, part)).Select(ticket => ticket.Id),
        SearchedText.Content => db.Responses
            .Where(response => ids.Contains(response.TicketId) && DatabaseFunctions.HasText(response.Text, part))
            .Select(response => response.TicketId),
        SearchedText.SentMail => db.SentMails
            .Where(mail => ids.Contains(mail.Id)
                && (DatabaseFunctions.HasText(mail.Subject, part) || DatabaseFunctions.HasText(mail.ToAddress, part)))
            .Select(mail => mail.Id),
        _ => db.Suppressions
            .Where(one => ids.Contains(one.Id) && DatabaseFunctions.HasText(one.Email, part)).Select(one => one.Id),
    };
}
