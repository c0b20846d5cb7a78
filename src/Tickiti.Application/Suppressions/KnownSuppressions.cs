using Microsoft.EntityFrameworkCore;
using Tickiti.Application.Common;
using Tickiti.Domain.Common;
using Tickiti.Domain.Suppressions;

namespace Tickiti.Application.Suppressions;

/// <summary>The suppressions of some addresses, to be changed by what comes in about them. Those of organizations are not ours.</summary>
internal sealed class KnownSuppressions
{
    private const int MaxKeysAQuery = 1000;

    private readonly Dictionary<string, Suppression> _byEmail = [];

    public async Task LoadAsync(ITickitiDb db, IEnumerable<string> addressKeys, CancellationToken cancellationToken)
    {
        foreach (var keys in addressKeys.Distinct().Chunk(MaxKeysAQuery))
        {
            var known = await db.Suppressions
                .Where(one => keys.Contains(one.Email) && one.OrganizationId == Suppression.Everyone).ToListAsync(cancellationToken);
            known.ForEach(one => _byEmail.TryAdd(one.Email, one));
        }
    }

    /// <summary>A report that proves the address dead, or its owner unwilling.</summary>
    public async Task AddAsync(
        ITickitiDb db,
        IIds ids,
        EmailAddress email,
        SuppressionReason reason,
        string evidence,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        if (_byEmail.TryGetValue(email.Key, out var known))
        {
            known.TakeReport(reason, evidence, now);
            return;
        }

        var suppression = Suppression.ByReport(await ids.NextAsync<Suppression>(cancellationToken), email, reason, evidence, now);
        db.Suppressions.Add(suppression);
        _byEmail.Add(email.Key, suppression);
    }

    /// <summary>A person wrote from there: the address lives.</summary>
    public void LiftBounceOf(ITickitiDb db, EmailAddress email)
    {
        if (_byEmail.GetValueOrDefault(email.Key) is { Reason: SuppressionReason.Bounce } bounce)
        {
            bounce.Lift("A person wrote from this address.");
            db.Suppressions.Remove(bounce);
            _byEmail.Remove(email.Key);
        }
    }
}
