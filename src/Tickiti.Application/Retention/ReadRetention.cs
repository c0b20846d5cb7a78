using Tickiti.Application.Common;
using Tickiti.Domain.Common;

namespace Tickiti.Application.Retention;

/// <summary>For how long things are kept.</summary>
public sealed record ReadRetention : IQuery<RetentionTimes>;

internal sealed class ReadRetentionHandler(ITickitiDb db) : IQueryHandler<ReadRetention, RetentionTimes>
{
    public async Task<Result<RetentionTimes>> Handle(ReadRetention query, CancellationToken cancellationToken) =>
        await RetentionTimes.ReadAsync(db, cancellationToken);
}
