using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;

namespace Tickiti.Application.Users;

/// <summary>Everyone on our side of the desk, in the order they were added, the inactive ones too.</summary>
public sealed record ListUsers : IQuery<IReadOnlyList<UserRead>>;

internal sealed class ListUsersHandler(ITickitiDb db) : IQueryHandler<ListUsers, IReadOnlyList<UserRead>>
{
    public async Task<Result<IReadOnlyList<UserRead>>> Handle(ListUsers query, CancellationToken cancellationToken)
    {
        var users = await db.Users.AsNoTracking().OrderBy(user => user.Id).ToListAsync(cancellationToken);
        return users.ConvertAll(UserRead.Of);
    }
}
