using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;

namespace Tickiti.Application.Tokens;

/// <summary>All tokens, the newest first, also those that expired or were revoked.</summary>
public sealed record ListTokens : IQuery<IReadOnlyList<TokenRead>>;

internal sealed class ListTokensHandler(ITickitiDb db) : IQueryHandler<ListTokens, IReadOnlyList<TokenRead>>
{
    public async Task<Result<IReadOnlyList<TokenRead>>> Handle(ListTokens query, CancellationToken cancellationToken)
    {
        var found = await db.ApiTokens.AsNoTracking()
            .Join(db.Users, token => token.OwnerId, user => user.Id, (token, owner) => new { token, owner })
            .OrderByDescending(one => one.token.Id)
            .ToListAsync(cancellationToken);
        return found.ConvertAll(one => TokenRead.Of(one.token, one.owner));
    }
}
