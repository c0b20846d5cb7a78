using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;

namespace Tickiti.Application.Interventions;

/// <summary>All interventions in the order they were added; never their tokens.</summary>
public sealed record ListInterventions : IQuery<IReadOnlyList<InterventionRead>>;

internal sealed class ListInterventionsHandler(ITickitiDb db) : IQueryHandler<ListInterventions, IReadOnlyList<InterventionRead>>
{
    public async Task<Result<IReadOnlyList<InterventionRead>>> Handle(ListInterventions query, CancellationToken cancellationToken)
    {
        var all = await db.Interventions.AsNoTracking().OrderBy(one => one.Id).ToListAsync(cancellationToken);
        return all.ConvertAll(InterventionRead.Of);
    }
}
