using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;

namespace Tickiti.Application.IgnoredSubjects;

/// <summary>The whole list, in the order it was made.</summary>
public sealed record ListIgnoredSubjects : IQuery<IReadOnlyList<IgnoredSubjectRead>>;

public sealed record IgnoredSubjectRead(long Id, string Subject);

internal sealed class ListIgnoredSubjectsHandler(ITickitiDb db)
    : IQueryHandler<ListIgnoredSubjects, IReadOnlyList<IgnoredSubjectRead>>
{
    public async Task<Result<IReadOnlyList<IgnoredSubjectRead>>> Handle(
        ListIgnoredSubjects query, CancellationToken cancellationToken) =>
        await db.IgnoredSubjects.AsNoTracking().OrderBy(one => one.CreatedAt).ThenBy(one => one.Id)
            .Select(one => new IgnoredSubjectRead(one.Id, one.Subject)).ToListAsync(cancellationToken);
}
