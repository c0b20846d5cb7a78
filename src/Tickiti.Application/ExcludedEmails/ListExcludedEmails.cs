using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;

namespace Tickiti.Application.ExcludedEmails;

/// <summary>The whole list, in the order it was made.</summary>
public sealed record ListExcludedEmails : IQuery<IReadOnlyList<ExcludedEmailRead>>;

public sealed record ExcludedEmailRead(long Id, string Email);

internal sealed class ListExcludedEmailsHandler(ITickitiDb db)
    : IQueryHandler<ListExcludedEmails, IReadOnlyList<ExcludedEmailRead>>
{
    public async Task<Result<IReadOnlyList<ExcludedEmailRead>>> Handle(
        ListExcludedEmails query, CancellationToken cancellationToken) =>
        await db.ExcludedEmails.AsNoTracking().OrderBy(one => one.CreatedAt).ThenBy(one => one.Id)
            .Select(one => new ExcludedEmailRead(one.Id, one.Email)).ToListAsync(cancellationToken);
}
