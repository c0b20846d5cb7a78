using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Tickiti.Application.Common;
using Tickiti.Application.Tokens;

namespace Tickiti.Infrastructure.Tokens;

/// <inheritdoc cref="ITokenDirectory"/>
internal sealed class TokenDirectory(IServiceScopeFactory scopes, TimeProvider clock) : ITokenDirectory
{
    private const int MaxKnown = 10_000;
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<long, Reading> _readings = new();
    private readonly Lock _starting = new();

    public async ValueTask<KnownToken?> FindAsync(long id, CancellationToken cancellationToken) =>
        await (Current(id) ?? Start(id)).Token.WaitAsync(cancellationToken);

    // Readings under way are forgotten too, and those just starting: whoever asks from now on gets what is true from now on.
    public void Forget()
    {
        lock (_starting)
        {
            _readings.Clear();
        }
    }

    private Reading? Current(long id) =>
        _readings.TryGetValue(id, out var reading) && clock.GetElapsedTime(reading.At) < MaxAge && !reading.Token.IsFaulted
            ? reading
            : null;

    private Reading Start(long id)
    {
        lock (_starting)
        {
            if (Current(id) is { } started)
            {
                return started;
            }

            // Ids that do not exist are remembered as well, so that guessing costs the database little; hence the bound.
            if (_readings.Count >= MaxKnown)
            {
                _readings.Clear();
            }

            return _readings[id] = new Reading(clock.GetTimestamp(), Task.Run(() => ReadAsync(id)));
        }
    }

    // Several callers wait for one reading, so none of them may cancel it.
    private async Task<KnownToken?> ReadAsync(long id)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ITickitiDb>();
        var found = await db.ApiTokens.AsNoTracking()
            .Where(token => token.Id == id)
            .Join(db.Users, token => token.OwnerId, user => user.Id, (token, user) => new { token, user })
            .FirstOrDefaultAsync(CancellationToken.None);
        return found is null ? null : new KnownToken(found.token, found.user);
    }

    private sealed record Reading(long At, Task<KnownToken?> Token);
}
